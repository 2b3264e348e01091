import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Attribute, type AttributeKind, type AttributeSubject, attributes } from "~/api/attributes";
import type { Names } from "~/api/types";
import { Segmented, Switch, TextArea } from "~/ui/field";
import { SelectField } from "~/ui/select";
import { showToast } from "~/ui/toast";
import { FormDialog } from "./form-dialog";
import { KeyField } from "./key-field";
import { settingKeys } from "./keys";
import { NameFields } from "./name-fields";
import { useSave } from "./use-save";

const STALE = [settingKeys.attributes];
const FIELDS = ["subject", "key", "name", "kind", "options", "required"];
const KINDS: readonly AttributeKind[] = ["text", "number", "boolean", "date", "choice", "url"];
const SUBJECTS: readonly AttributeSubject[] = ["customer", "conversation"];

/** An attribute; of what, its key and its kind do not change later: values hang on them. */
export function AttributeDialog({
  attribute,
  onClose,
}: {
  attribute: Attribute | null;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const [name, setName] = useState<Names>(attribute?.name ?? {});
  const [key, setKey] = useState(attribute?.key ?? "");
  const [subject, setSubject] = useState<AttributeSubject>(attribute?.subject ?? "customer");
  const [kind, setKind] = useState<AttributeKind>(attribute?.kind ?? "text");
  const [options, setOptions] = useState(attribute?.options.join("\n") ?? "");
  const [required, setRequired] = useState(attribute?.required ?? false);
  const { save, busy, refusal } = useSave({
    run: (): Promise<unknown> => {
      const change = { name: bothOf(name), options: kind === "choice" ? linesOf(options) : [], required };
      return attribute
        ? attributes.change(attribute.id, change)
        : attributes.create({ subject, key, kind, ...change });
    },
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
      title={t(attribute ? "settings.attributes.edit" : "settings.attributes.add")}
      submit={t("common.save")}
      busy={busy}
      refusal={refusal}
      onSubmit={save}
      onClose={onClose}
    >
      <NameFields value={name} error={refusal.fields.name} onChange={setName} />
      <KeyField
        name={name.en || name.ru || ""}
        value={key}
        fixed={attribute !== null}
        error={refusal.fields.key}
        onChange={setKey}
      />
      {!attribute && (
        <Segmented<AttributeSubject>
          showLabel
          label={t("settings.attributes.subject")}
          value={subject}
          options={SUBJECTS.map((value) => ({ value, label: t(`settings.attributes.subjects.${value}`) }))}
          onChange={setSubject}
        />
      )}
      <SelectField
        label={t("settings.attributes.kind")}
        {...(attribute && { hint: t("settings.attributes.kindFixed") })}
        disabled={attribute !== null}
        options={KINDS.map((value) => ({ value, label: t(`settings.attributes.kinds.${value}`) }))}
        value={kind}
        error={refusal.fields.kind ?? null}
        onChange={(value) => setKind(value as AttributeKind)}
      />
      {kind === "choice" && (
        <TextArea
          label={t("settings.attributes.options")}
          hint={t("settings.attributes.optionsHint")}
          value={options}
          error={refusal.fields.options ?? null}
          onChange={(event) => setOptions(event.target.value)}
        />
      )}
      <Switch label={t("settings.attributes.required")} checked={required} onChange={setRequired} />
    </FormDialog>
  );
}

/** The name in both languages: where one is empty the other stands for it. */
export function bothOf(name: Names): Record<"ru" | "en", string> {
  const ru = name.ru?.trim() ?? "";
  const en = name.en?.trim() ?? "";
  return { ru: ru || en, en: en || ru };
}

export function linesOf(text: string): string[] {
  return [
    ...new Set(
      text
        .split("\n")
        .map((line) => line.trim())
        .filter(Boolean),
    ),
  ];
}
