import { useTranslation } from "react-i18next";
import type { Names } from "~/api/types";
import { TextField } from "~/ui/field";

interface NameFieldsProps {
  value: Names;
  disabled?: boolean;
  error?: string | undefined;
  onChange: (names: Names) => void;
}

/** A name in both languages; one of them is enough. */
export function NameFields({ value, disabled, error, onChange }: NameFieldsProps) {
  const { t } = useTranslation();
  return (
    <div className="field-pair">
      <TextField
        label={t("settings.fields.nameRu")}
        lang="ru"
        value={value.ru ?? ""}
        maxLength={80}
        disabled={disabled}
        error={error ?? null}
        onChange={(event) => onChange({ ...value, ru: event.target.value })}
        data-autofocus
      />
      <TextField
        label={t("settings.fields.nameEn")}
        lang="en"
        value={value.en ?? ""}
        maxLength={80}
        disabled={disabled}
        hint={t("settings.fields.nameHint")}
        onChange={(event) => onChange({ ...value, en: event.target.value })}
      />
    </div>
  );
}

/** Only the languages that have one: an empty name is none. */
export function given(names: Names): Names {
  return Object.fromEntries(
    Object.entries(names)
      .map(([locale, name]) => [locale, name.trim()])
      .filter(([, name]) => name),
  );
}

/** In the reader's language, else in the other. */
export function nameIn(names: Names, language: string, fallback: string): string {
  return (language === "ru" ? names.ru || names.en : names.en || names.ru) || fallback;
}
