import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type MemberChange, team } from "~/api/team";
import type { Role, Skill, TeamDepartment, TeamMember } from "~/api/types";
import { CheckList } from "~/ui/check-list";
import { SelectField } from "~/ui/select";
import { showToast } from "~/ui/toast";
import { CapacityFields, capacityOf, type Limits, limitsOf } from "./capacity-fields";
import { FormDialog } from "./form-dialog";
import { settingKeys } from "./keys";
import { heldOf, type Levels, levelsOf, SkillLevels } from "./skill-levels";
import { useSave } from "./use-save";

const STALE = [settingKeys.members, settingKeys.skills, settingKeys.roles];
const FIELDS = ["role", "department_ids", "skills", "capacity"];

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
  const [levels, setLevels] = useState(() => levelsOf(member.skills));
  const [limits, setLimits] = useState(() => limitsOf(member.capacity));
  const { save, busy, refusal } = useSave({
    run: () => team.changeMember(member.id, changeOf(member, { role, departments: chosen, levels, limits })),
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
      <SkillLevels skills={skills} value={levels} error={refusal.fields.skills} onChange={setLevels} />
      <CapacityFields value={limits} error={refusal.fields.capacity} onChange={setLimits} />
    </FormDialog>
  );
}

interface Draft {
  role: string;
  departments: ReadonlySet<string>;
  levels: Levels;
  limits: Limits;
}

/** The part that differs from what the member is. */
export function changeOf(member: TeamMember, draft: Draft): MemberChange {
  const capacity = capacityOf(draft.limits);
  const skills = heldOf(draft.levels);
  const hadLevels = levelsOf(member.skills);
  const sameSkills =
    skills.length === hadLevels.size && skills.every((each) => hadLevels.get(each.skill_id) === each.level);
  const sameDepartments =
    draft.departments.size === member.departments.length &&
    member.departments.every((id) => draft.departments.has(id));
  const types = Object.keys(capacity);
  const sameCapacity =
    types.length === Object.keys(member.capacity).length &&
    types.every((type) => capacity[type] === member.capacity[type]);
  return {
    ...(draft.role !== member.role && { role: draft.role }),
    ...(!sameDepartments && { department_ids: [...draft.departments] }),
    ...(!sameSkills && { skills }),
    ...(!sameCapacity && { capacity }),
  };
}
