import { useState } from "react";
import { useTranslation } from "react-i18next";
import { team } from "~/api/team";
import type { Skill } from "~/api/types";
import { useCan } from "~/session/session";
import { TextField } from "~/ui/field";
import { GraduationCap } from "~/ui/icons";
import { showToast } from "~/ui/toast";
import { FormDialog } from "./form-dialog";
import { settingKeys } from "./keys";
import { useSettings } from "./page";
import { RecordsPage } from "./records-page";
import { useSave } from "./use-save";

const STALE = [settingKeys.skills, settingKeys.members];
const FIELDS = ["name"];

export function SkillsPage() {
  const { t } = useTranslation();
  return (
    <RecordsPage
      title={t("settings.sections.skills")}
      lead={t("settings.skills.lead")}
      permission="team.read"
      query={useSettings(settingKeys.skills, team.skills)}
      canManage={useCan()("team.manage")}
      add={t("settings.skills.add")}
      empty={{
        icon: GraduationCap,
        title: t("settings.skills.empty.title"),
        text: t("settings.skills.empty.text"),
      }}
      keyOf={(skill) => skill.id}
      nameOf={(skill) => skill.name}
      edit={(skill, onClose) => <SkillDialog skill={skill} onClose={onClose} />}
      remove={({ id, name, members }) => ({
        title: t("settings.skills.delete.title", { name }),
        text: t("settings.skills.delete.text", { count: members }),
        stale: STALE,
        run: () => team.deleteSkill(id),
      })}
    >
      {(skill) => <SkillLine skill={skill} />}
    </RecordsPage>
  );
}

function SkillLine({ skill }: { skill: Skill }) {
  const { t } = useTranslation();
  return (
    <>
      <div className="record__main">
        <span className="record__name">{skill.name}</span>
        <code className="record__key">{skill.key}</code>
      </div>
      <span className="record__more">{t("settings.people", { count: skill.members })}</span>
    </>
  );
}

function SkillDialog({ skill, onClose }: { skill: Skill | null; onClose: () => void }) {
  const { t } = useTranslation();
  const [name, setName] = useState(skill?.name ?? "");
  const { save, busy, refusal } = useSave({
    run: () => (skill ? team.renameSkill(skill.id, name) : team.createSkill(name)),
    fields: FIELDS,
    stale: STALE,
    onDone: () => {
      onClose();
      showToast({ tone: "success", text: t("settings.saved") });
    },
  });
  return (
    <FormDialog
      title={skill ? t("settings.skills.edit") : t("settings.skills.add")}
      submit={t("common.save")}
      busy={busy}
      refusal={refusal}
      onSubmit={save}
      onClose={onClose}
    >
      <TextField
        label={t("settings.fields.name")}
        value={name}
        maxLength={80}
        error={refusal.fields.name}
        onChange={(event) => setName(event.target.value)}
        data-autofocus
      />
    </FormDialog>
  );
}
