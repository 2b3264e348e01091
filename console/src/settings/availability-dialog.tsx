import { useState } from "react";
import { useTranslation } from "react-i18next";
import { availability, type State } from "~/api/availability";
import type { TeamMember } from "~/api/types";
import { SelectField } from "~/ui/select";
import { showToast } from "~/ui/toast";
import { useStateName } from "./availability-badge";
import { FormDialog } from "./form-dialog";
import { settingKeys } from "./keys";
import { useSave } from "./use-save";

const STALE = [settingKeys.members, settingKeys.availability];
const FIELDS = ["state"];

interface AvailabilityDialogProps {
  member: TeamMember;
  states: readonly State[];
  onClose: () => void;
}

/** Say how another stands, such as who has left without a word. */
export function AvailabilityDialog({ member, states, onClose }: AvailabilityDialogProps) {
  const { t } = useTranslation();
  const name = useStateName(states);
  const [state, setState] = useState(member.availability.state);
  const { save, busy, refusal } = useSave({
    run: () => availability.setOf(member.id, state),
    fields: FIELDS,
    stale: STALE,
    onDone: () => {
      onClose();
      showToast({ tone: "success", text: t("settings.saved") });
    },
  });
  return (
    <FormDialog
      title={member.name}
      hint={t("availability.othersHint")}
      submit={t("common.save")}
      busy={busy}
      refusal={refusal}
      onSubmit={save}
      onClose={onClose}
    >
      <SelectField
        label={t("availability.title")}
        options={states.map(({ key }) => ({ value: key, label: name(key) }))}
        value={state}
        error={refusal.fields.state ?? null}
        onChange={setState}
        data-autofocus
      />
    </FormDialog>
  );
}
