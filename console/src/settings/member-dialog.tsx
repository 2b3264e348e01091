import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type MemberChange, team } from "~/api/team";
import type { Role, Skill, TeamDepartment, TeamMember } from "~/api/types";
import { CheckList } from "~/ui/check-list";
import { TextField } from "~/ui/field";
import { SelectField } from "~/ui/select";
import { showToast } from "~/ui/toast";
import { FormDialog } from "./form-dialog";
import { settingKeys } from "./keys";
import { useSave } from "./use-save";

const STALE = [settingKeys.members, settingKeys.skills, settingKeys.roles];
const FIELDS = ["role", "department_ids", "skills", "capacity"];
const LEVELS = ["1", "2", "3", "4", "5"] as const;
const USUAL_LEVEL = 3;

export interface Choices {
  roles: readonly Role[];
  departments: readonly TeamDepartment[];
  skills: readonly Skill[];
}

interface MemberDialogProps extends Choices {
  member: TeamMember;
  onClose: () => void;
}

/** What a member is in the team. Only what was changed is sent, so nobody undoes what another one did. */
export function MemberDialog({ member, roles, departments, skills, onClose }: MemberDialogProps) {
  const { t } = useTranslation();
  const [role, setRole] = useState(member.role);
  const [chosen, setChosen] = useState<Set<string>>(() => new Set(member.departments));
  const [levels, setLevels] = useState(
    () => new Map(member.skills.map(({ skill_id, level }) => [skill_id, level])),
  );
  const [most, setMost] = useState(String(member.capacity.any ?? ""));
  const { save, busy, refusal } = useSave({
    run: () => team.changeMember(member.id, changeOf(member, { role, departments: chosen, levels, most })),
    fields: FIELDS,
    stale: STALE,
    onDone: () => {
      onClose();
      showToast({ tone: "success", text: t("settings.saved") });
    },
  });
  return (
    <FormDialog
      wide
      title={member.name}
      hint={member.email}
      submit={t("common.save")}
      busy={busy}
      refusal={refusal}
      onSubmit={save}
      onClose={onClose}
    >
      <SelectField
        label={t("settings.members.role")}
        options={roles.map(({ key, name }) => ({ value: key, label: name }))}
        value={role}
        error={refusal.fields.role}
        onChange={setRole}
        data-autofocus
      />
      <CheckList
        label={t("settings.sections.departments")}
        empty={t("settings.calendars.noDepartments")}
        options={departments.map(({ id, name }) => ({ value: id, label: name }))}
        value={chosen}
        error={refusal.fields.department_ids}
        onChange={setChosen}
      />
      <CheckList
        label={t("settings.sections.skills")}
        hint={t("settings.members.skillsHint")}
        empty={t("settings.members.noSkills")}
        options={skills.map(({ id, name }) => ({
          value: id,
          label: name,
          aside: levels.has(id) && (
            <select
              className="input select level"
              aria-label={t("settings.members.level", { name })}
              value={levels.get(id)}
              onChange={(event) => setLevels(new Map(levels).set(id, Number(event.target.value)))}
            >
              {LEVELS.map((level) => (
                <option key={level} value={level}>
                  {level}
                </option>
              ))}
            </select>
          ),
        }))}
        value={new Set(levels.keys())}
        error={refusal.fields.skills}
        onChange={(next) => setLevels(new Map([...next].map((id) => [id, levels.get(id) ?? USUAL_LEVEL])))}
      />
      <TextField
        label={t("settings.members.capacity")}
        hint={t("settings.members.capacityHint")}
        type="number"
        inputMode="numeric"
        min={0}
        max={1000}
        value={most}
        error={refusal.fields.capacity}
        onChange={(event) => setMost(event.target.value)}
      />
    </FormDialog>
  );
}

interface Draft {
  role: string;
  departments: ReadonlySet<string>;
  levels: ReadonlyMap<string, number>;
  most: string;
}

/** The part that differs from what the member is. */
export function changeOf(member: TeamMember, draft: Draft): MemberChange {
  const { any: _, ...byChannel } = member.capacity;
  const capacity = draft.most.trim() === "" ? byChannel : { ...byChannel, any: Number(draft.most) };
  const skills = [...draft.levels].map(([skill_id, level]) => ({ skill_id, level }));
  const hadLevels = new Map(member.skills.map(({ skill_id, level }) => [skill_id, level]));
  const sameSkills =
    skills.length === hadLevels.size && skills.every((each) => hadLevels.get(each.skill_id) === each.level);
  const sameDepartments =
    draft.departments.size === member.departments.length &&
    member.departments.every((id) => draft.departments.has(id));
  return {
    ...(draft.role !== member.role && { role: draft.role }),
    ...(!sameDepartments && { department_ids: [...draft.departments] }),
    ...(!sameSkills && { skills }),
    ...(draft.most !== String(member.capacity.any ?? "") && { capacity }),
  };
}
