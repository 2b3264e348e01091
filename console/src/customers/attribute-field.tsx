import { useTranslation } from "react-i18next";
import type { Attribute } from "~/api/attributes";
import { TextField } from "~/ui/field";
import { SelectField } from "~/ui/select";

interface AttributeFieldProps {
  attribute: Attribute;
  label: string;
  value: string;
  error: string | null;
  onChange: (typed: string) => void;
}

const TYPES = { text: "text", number: "text", date: "date", url: "url" } as const;

/** One attribute's value, by the control of its kind. */
export function AttributeField({ attribute, label, value, error, onChange }: AttributeFieldProps) {
  const { t } = useTranslation();
  const { kind, options, required } = attribute;
  const hint = required ? { hint: t("customerForm.required") } : {};
  if (kind === "boolean" || kind === "choice") {
    const choices =
      kind === "boolean"
        ? [
            { value: "true", label: t("customerForm.yes") },
            { value: "false", label: t("customerForm.no") },
          ]
        : options.map((option) => ({ value: option, label: option }));
    return (
      <SelectField
        {...hint}
        label={label}
        options={[{ value: "", label: "—" }, ...choices]}
        value={value}
        error={error}
        onChange={onChange}
      />
    );
  }
  return (
    <TextField
      {...hint}
      label={label}
      type={TYPES[kind]}
      {...(kind === "number" && { inputMode: "decimal" as const })}
      maxLength={kind === "url" ? 2000 : 1000}
      value={value}
      error={error}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
