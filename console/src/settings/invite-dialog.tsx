import { useState } from "react";
import { useTranslation } from "react-i18next";
import { invitations } from "~/api/invitations";
import { CheckList } from "~/ui/check-list";
import { TextField } from "~/ui/field";
import { SelectField } from "~/ui/select";
import { showToast } from "~/ui/toast";
import { FormDialog } from "./form-dialog";
import { settingKeys } from "./keys";
import type { Choices } from "./member-dialog";
import { heldOf, type Levels, SkillLevels } from "./skill-levels";
import { useSave } from "./use-save";

const FIELDS = ["email", "name", "role", "department_ids", "skills"];
const STALE = [settingKeys.invitations];
const USUAL_ROLE = "operator";

/** Ask a person to join, by a mail. */
export function InviteDialog({ roles, departments, skills, onClose }: Choices & { onClose: () => void }) {
  const { t } = useTranslation();
  const [email, setEmail] = useState("");
  const [name, setName] = useState("");
  const [role, setRole] = useState(USUAL_ROLE);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [levels, setLevels] = useState<Levels>(new Map());
  const { save, busy, refusal } = useSave({
    run: () =>
      invitations.create({
        email: email.trim(),
        ...(name.trim() && { name: name.trim() }),
        role,
        department_ids: [...chosen],
        skills: heldOf(levels),
      }),
    fields: FIELDS,
    stale: STALE,
    onDone: (made) => {
      onClose();
      showToast({ tone: "success", text: t("settings.invitations.sent", { email: made.email }) });
    },
  });
  return (
    <FormDialog
      wide
      title={t("settings.invitations.title")}
      hint={t("settings.invitations.hint")}
      submit={t("settings.invitations.submit")}
      busy={busy}
      refusal={refusal}
      onSubmit={save}
      onClose={onClose}
    >
      <TextField
        label={t("signIn.email")}
        type="email"
        inputMode="email"
        autoComplete="off"
        maxLength={254}
        value={email}
        error={refusal.fields.email ?? null}
        onChange={(event) => setEmail(event.target.value)}
        data-autofocus
      />
      <TextField
        label={t("settings.fields.name")}
        hint={t("settings.invitations.nameHint")}
        autoComplete="off"
        maxLength={80}
        value={name}
        error={refusal.fields.name ?? null}
        onChange={(event) => setName(event.target.value)}
      />
      <SelectField
        label={t("settings.members.role")}
        options={roles.map(({ key, name: label }) => ({ value: key, label }))}
        value={role}
        error={refusal.fields.role ?? null}
        onChange={setRole}
      />
      <CheckList
        label={t("settings.sections.departments")}
        empty={t("settings.calendars.noDepartments")}
        options={departments.map(({ id, name: label }) => ({ value: id, label }))}
        value={chosen}
        error={refusal.fields.department_ids ?? null}
        onChange={setChosen}
      />
      <SkillLevels skills={skills} value={levels} error={refusal.fields.skills} onChange={setLevels} />
    </FormDialog>
  );
}
