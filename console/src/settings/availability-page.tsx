import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type AvailabilityKind, availability, type State } from "~/api/availability";
import { useCan } from "~/session/session";
import { Badge } from "~/ui/badge";
import { Segmented, TextField } from "~/ui/field";
import { showToast } from "~/ui/toast";
import { AvailabilityBadge, KIND_KEYS, kindIcon, useStateName } from "./availability-badge";
import { FormDialog } from "./form-dialog";
import { settingKeys } from "./keys";
import { useSettings } from "./page";
import { RecordsPage } from "./records-page";
import { useSave } from "./use-save";

const STALE = [settingKeys.availabilityStates, settingKeys.members];
const FIELDS = ["name", "kind"];

/** Which states a member can be in. */
export function AvailabilityPage() {
  const { t } = useTranslation();
  const can = useCan();
  return (
    <RecordsPage
      title={t("settings.sections.availability")}
      lead={t("availability.lead")}
      permission="team.read"
      query={useSettings(settingKeys.availabilityStates, availability.states, can("team.read"))}
      canManage={can("team.manage")}
      add={t("availability.add")}
      keyOf={(state) => state.key}
      nameOf={(state) => state.name}
      isOurs={(state) => !state.built_in}
      after={(states) =>
        states.every((state) => state.built_in) && <p className="field__hint">{t("availability.none")}</p>
      }
      edit={(state, onClose) => <StateDialog state={state} onClose={onClose} />}
      remove={({ key, name }) => ({
        title: t("availability.deleteTitle", { name }),
        text: t("availability.deleteText"),
        stale: STALE,
        run: () => availability.deleteState(key),
      })}
    >
      {(state) => <StateLine state={state} />}
    </RecordsPage>
  );
}

function StateLine({ state }: { state: State }) {
  const { t } = useTranslation();
  const name = useStateName([state])(state.key);
  return (
    <>
      <div className="record__main">
        <div className="record__text">
          <span className="record__name">{name}</span>
          <span className="record__more">{t(`availability.means.${state.kind}`)}</span>
        </div>
      </div>
      <AvailabilityBadge state={state.kind} kind={state.kind} states={[]} />
      {state.built_in && <Badge>{t("availability.builtIn")}</Badge>}
    </>
  );
}

function StateDialog({ state, onClose }: { state: State | null; onClose: () => void }) {
  const { t } = useTranslation();
  const [name, setName] = useState(state?.name ?? "");
  const [kind, setKind] = useState<AvailabilityKind>(state?.kind ?? "away");
  const { save, busy, refusal } = useSave({
    run: () =>
      state
        ? availability.changeState(state.key, { name, kind })
        : availability.createState({ name: name.trim(), kind }),
    fields: FIELDS,
    stale: STALE,
    onDone: () => {
      onClose();
      showToast({ tone: "success", text: t("settings.saved") });
    },
  });
  return (
    <FormDialog
      title={t(state ? "availability.edit" : "availability.add")}
      submit={t("common.save")}
      busy={busy}
      refusal={refusal}
      onSubmit={save}
      onClose={onClose}
    >
      <TextField
        label={t("settings.fields.name")}
        maxLength={80}
        value={name}
        error={refusal.fields.name ?? null}
        onChange={(event) => setName(event.target.value)}
        data-autofocus
      />
      <Segmented<AvailabilityKind>
        chips
        showLabel
        label={t("availability.kind")}
        value={kind}
        options={KIND_KEYS.map((value) => ({
          value,
          label: t(`availability.kinds.${value}`),
          icon: kindIcon(value),
        }))}
        onChange={setKind}
      />
      <p className="field__hint">{t(`availability.means.${kind}`)}</p>
    </FormDialog>
  );
}
