import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { availability, type Standing, type State } from "~/api/availability";
import { useErrorText } from "~/api/error-text";
import { useCan } from "~/session/session";
import { KIND_KEYS, kindIcon, useStateName } from "~/settings/availability-badge";
import { settingKeys } from "~/settings/keys";
import { MenuRadio } from "~/ui/menu";
import { showToast } from "~/ui/toast";

const NONE: State[] = [];

/** How one stands oneself: read once, and again when the team's news tell of it. */
export function useOwnAvailability() {
  const can = useCan();
  const own = useQuery({
    queryKey: settingKeys.availability,
    queryFn: ({ signal }) => availability.own(signal),
    staleTime: 60_000,
    select: (answer: Standing) => answer.availability,
  });
  const states = useQuery({
    queryKey: settingKeys.availabilityStates,
    queryFn: ({ signal }) => availability.states(signal),
    staleTime: 60_000,
    enabled: can("team.read"),
  });
  return { own: own.data, states: states.data ?? NONE };
}

/** The part of the user's menu that says how one stands. */
export function AvailabilityMenu() {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const queries = useQueryClient();
  const { own, states } = useOwnAvailability();
  const name = useStateName(states);
  const say = useMutation({
    mutationFn: availability.setOwn,
    onSuccess: (answer) => {
      queries.setQueryData(settingKeys.availability, answer);
      void queries.invalidateQueries({ queryKey: settingKeys.members });
    },
    onError: (error) => showToast({ tone: "error", text: errorText(error), about: "availability" }),
  });
  if (!own) return null;
  const offered = states.length ? states : KIND_KEYS.map((key) => ({ key, kind: key }));
  return (
    <MenuRadio
      label={t("availability.title")}
      value={say.isPending ? say.variables : own.state}
      options={offered.map(({ key, kind }) => ({ value: key, label: name(key), icon: kindIcon(kind) }))}
      onChange={(state) => say.mutate(state)}
    />
  );
}
