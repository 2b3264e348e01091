import { useTranslation } from "react-i18next";
import type { State } from "~/api/availability";
import { Badge } from "~/ui/badge";
import { CircleCheck, CircleDashed, Clock, type LucideIcon } from "~/ui/icons";

const KINDS: Record<string, { icon: LucideIcon; tone: "success" | "warning" | "neutral" }> = {
  online: { icon: CircleCheck, tone: "success" },
  away: { icon: Clock, tone: "warning" },
  offline: { icon: CircleDashed, tone: "neutral" },
};

export const KIND_KEYS = ["online", "away", "offline"] as const;

export function kindIcon(kind: string): LucideIcon {
  return KINDS[kind]?.icon ?? CircleDashed;
}

/** Whether somebody takes conversations, in a word, with a sign that is not the colour alone. */
export function AvailabilityBadge({
  state,
  kind,
  states,
}: {
  state: string;
  kind: string;
  states: readonly State[];
}) {
  const name = useStateName(states);
  const { icon, tone } = KINDS[kind] ?? { icon: CircleDashed, tone: "neutral" as const };
  return (
    <Badge tone={tone} icon={icon}>
      {name(state)}
    </Badge>
  );
}

/** A state in words: the built-in ones in the console's language, whatever the account's is. */
export function useStateName(states: readonly State[]): (key: string) => string {
  const { t } = useTranslation();
  return (key) => {
    const builtIn = KIND_KEYS.find((kind) => kind === key);
    if (builtIn) return t(`availability.kinds.${builtIn}`);
    return states.find((each) => each.key === key)?.name ?? key;
  };
}
