import { useState } from "react";
import { useTranslation } from "react-i18next";
import { team } from "~/api/team";
import type { Skill } from "~/api/types";
import { useCan } from "~/session/session";
import { Button, IconButton } from "~/ui/button";
import { Empty } from "~/ui/feedback";
import { TextField } from "~/ui/field";
import { GraduationCap, Pencil, Plus, Trash2 } from "~/ui/icons";
import { showToast } from "~/ui/toast";
import { ConfirmDelete } from "./confirm-delete";
import { FormDialog } from "./form-dialog";
import { settingKeys } from "./keys";
import { Loaded, SettingsPage, useSettings } from "./page";
import { useSave } from "./use-save";

type Open = { kind: "edit"; skill: Skill | null } | { kind: "delete"; skill: Skill };
const STALE = [settingKeys.skills, settingKeys.members];
const FIELDS = ["name"];

export function SkillsPage() {
  const { t } = useTranslation();
  const skills = useSettings(settingKeys.skills, team.skills);
  const canManage = useCan()("team.manage");
  const [open, setOpen] = useState<Open | null>(null);
  const add = canManage && (
    <Button variant="primary" icon={Plus} onClick={() => setOpen({ kind: "edit", skill: null })}>
      {t("settings.skills.add")}
    </Button>
  );
  const close = () => setOpen(null);
  return (
    <SettingsPage
      title={t("settings.sections.skills")}
      lead={t("settings.skills.lead")}
      permission="team.read"
      actions={skills.data && skills.data.length > 0 && add}
    >
      <Loaded query={skills}>
        {(items) =>
          items.length === 0 ? (
            <Empty icon={GraduationCap} title={t("settings.skills.empty.title")} actions={add}>
              {t("settings.skills.empty.text")}
            </Empty>
          ) : (
            <ul className="records">
              {items.map((skill) => (
                <SkillRow key={skill.id} skill={skill} onOpen={canManage ? setOpen : null} />
              ))}
            </ul>
          )
        }
      </Loaded>
      {open?.kind === "edit" && <SkillDialog skill={open.skill} onClose={close} />}
      {open?.kind === "delete" && (
        <ConfirmDelete
          title={t("settings.skills.delete.title", { name: open.skill.name })}
          text={t("settings.skills.delete.text", { count: open.skill.members })}
          submit={t("common.delete")}
          stale={STALE}
          run={() => team.deleteSkill(open.skill.id)}
          onClose={close}
        />
      )}
    </SettingsPage>
  );
}

function SkillRow({ skill, onOpen }: { skill: Skill; onOpen: ((open: Open) => void) | null }) {
  const { t } = useTranslation();
  const { name } = skill;
  return (
    <li className="record">
      <div className="record__main">
        <span className="record__name">{name}</span>
        <code className="record__key">{skill.key}</code>
      </div>
      <span className="record__more">{t("settings.people", { count: skill.members })}</span>
      {onOpen && (
        <div className="record__actions">
          <IconButton
            icon={Pencil}
            label={t("settings.editNamed", { name })}
            onClick={() => onOpen({ kind: "edit", skill })}
          />
          <IconButton
            icon={Trash2}
            label={t("settings.deleteNamed", { name })}
            onClick={() => onOpen({ kind: "delete", skill })}
          />
        </div>
      )}
    </li>
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
