import { useState } from "react";
import { useTranslation } from "react-i18next";
import { settings } from "~/api/settings";
import type { Tag } from "~/api/types";
import { useCan } from "~/session/session";
import { Button, IconButton } from "~/ui/button";
import { Empty } from "~/ui/feedback";
import { Segmented, TextField } from "~/ui/field";
import { Pencil, Plus, Tag as TagIcon, Trash2 } from "~/ui/icons";
import { showToast } from "~/ui/toast";
import { ConfirmDelete } from "./confirm-delete";
import { FormDialog } from "./form-dialog";
import { KeyField } from "./key-field";
import { settingKeys } from "./keys";
import { Loaded, SettingsPage, useSettings } from "./page";
import { TAG_COLORS, TagBadge, type TagColor } from "./tag-badge";
import { useSave } from "./use-save";

type Open = { kind: "edit"; tag: Tag | null } | { kind: "delete"; tag: Tag } | null;
const STALE = [settingKeys.tags];
const FIELDS = ["key", "name", "color"];

export function TagsPage() {
  const { t } = useTranslation();
  const tags = useSettings(settingKeys.tags, settings.tags);
  const canManage = useCan()("settings.manage");
  const [open, setOpen] = useState<Open>(null);
  const add = canManage && (
    <Button variant="primary" icon={Plus} onClick={() => setOpen({ kind: "edit", tag: null })}>
      {t("settings.tags.add")}
    </Button>
  );
  const close = () => setOpen(null);
  return (
    <SettingsPage
      title={t("settings.sections.tags")}
      lead={t("settings.tags.lead")}
      permission="settings.read"
      actions={tags.data && tags.data.length > 0 && add}
    >
      <Loaded query={tags}>
        {(items) =>
          items.length === 0 ? (
            <Empty icon={TagIcon} title={t("settings.tags.empty.title")} actions={add}>
              {t("settings.tags.empty.text")}
            </Empty>
          ) : (
            <ul className="records">
              {items.map((tag) => (
                <TagRow key={tag.key} tag={tag} onOpen={canManage ? setOpen : null} />
              ))}
            </ul>
          )
        }
      </Loaded>
      {open?.kind === "edit" && <TagDialog tag={open.tag} onClose={close} />}
      {open?.kind === "delete" && (
        <ConfirmDelete
          title={t("settings.tags.delete.title", { name: open.tag.name })}
          text={t("settings.tags.delete.text")}
          submit={t("common.delete")}
          stale={STALE}
          run={() => settings.deleteTag(open.tag.key)}
          onClose={close}
        />
      )}
    </SettingsPage>
  );
}

function TagRow({ tag, onOpen }: { tag: Tag; onOpen: ((open: Open) => void) | null }) {
  const { t } = useTranslation();
  return (
    <li className="record">
      <div className="record__main">
        <TagBadge name={tag.name} color={tag.color} />
        <code className="record__key">{tag.key}</code>
      </div>
      {onOpen && (
        <div className="record__actions">
          <IconButton
            icon={Pencil}
            label={t("settings.editNamed", { name: tag.name })}
            onClick={() => onOpen({ kind: "edit", tag })}
          />
          <IconButton
            icon={Trash2}
            label={t("settings.deleteNamed", { name: tag.name })}
            onClick={() => onOpen({ kind: "delete", tag })}
          />
        </div>
      )}
    </li>
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
