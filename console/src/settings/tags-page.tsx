import { useState } from "react";
import { useTranslation } from "react-i18next";
import { settings } from "~/api/settings";
import type { Tag } from "~/api/types";
import { useCan } from "~/session/session";
import { Segmented, TextField } from "~/ui/field";
import { Tag as TagIcon } from "~/ui/icons";
import { showToast } from "~/ui/toast";
import { FormDialog } from "./form-dialog";
import { KeyField } from "./key-field";
import { settingKeys } from "./keys";
import { useSettings } from "./page";
import { RecordsPage } from "./records-page";
import { TAG_COLORS, TagBadge, type TagColor } from "./tag-badge";
import { useSave } from "./use-save";

const STALE = [settingKeys.tags];
const FIELDS = ["key", "name", "color"];

export function TagsPage() {
  const { t } = useTranslation();
  return (
    <RecordsPage
      title={t("settings.sections.tags")}
      lead={t("settings.tags.lead")}
      permission="settings.read"
      query={useSettings(settingKeys.tags, settings.tags)}
      canManage={useCan()("settings.manage")}
      add={t("settings.tags.add")}
      empty={{ icon: TagIcon, title: t("settings.tags.empty.title"), text: t("settings.tags.empty.text") }}
      keyOf={(tag) => tag.key}
      nameOf={(tag) => tag.name}
      edit={(tag, onClose) => <TagDialog tag={tag} onClose={onClose} />}
      remove={({ key, name }) => ({
        title: t("settings.tags.delete.title", { name }),
        text: t("settings.tags.delete.text"),
        stale: STALE,
        run: () => settings.deleteTag(key),
      })}
    >
      {(tag) => (
        <div className="record__main">
          <TagBadge name={tag.name} color={tag.color} />
          <code className="record__key">{tag.key}</code>
        </div>
      )}
    </RecordsPage>
  );
}

function TagDialog({ tag, onClose }: { tag: Tag | null; onClose: () => void }) {
  const { t } = useTranslation();
  const [key, setKey] = useState(tag?.key ?? "");
  const [name, setName] = useState(tag?.name ?? "");
  const [color, setColor] = useState<TagColor>((tag?.color as TagColor) ?? "grey");
  const { save, busy, refusal } = useSave({
    run: () =>
      tag ? settings.changeTag(tag.key, { name, color }) : settings.createTag({ key, name, color }),
    fields: FIELDS,
    stale: STALE,
    onDone: () => {
      onClose();
      showToast({ tone: "success", text: t("settings.saved") });
    },
  });
  return (
    <FormDialog
      title={tag ? t("settings.tags.edit") : t("settings.tags.add")}
      submit={t("common.save")}
      busy={busy}
      refusal={refusal}
      onSubmit={save}
      onClose={onClose}
    >
      <TextField
        label={t("settings.fields.name")}
        value={name}
        maxLength={120}
        error={refusal.fields.name}
        onChange={(event) => setName(event.target.value)}
        data-autofocus
      />
      <KeyField name={name} value={key} fixed={tag !== null} error={refusal.fields.key} onChange={setKey} />
      <Segmented
        chips
        showLabel
        label={t("settings.tags.color")}
        value={color}
        onChange={setColor}
        options={TAG_COLORS.map((value) => ({ value, label: t(`settings.colors.${value}`) }))}
      />
      <div className="preview">
        <span className="field__hint">{t("settings.tags.preview")}</span>
        <TagBadge name={name.trim() || t("settings.fields.name")} color={color} />
      </div>
    </FormDialog>
  );
}
