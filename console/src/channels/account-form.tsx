import { useTranslation } from "react-i18next";
import { TextField } from "~/ui/field";
import { PasswordField } from "~/ui/password-field";
import { type Draft, FIELDS, type FieldName, type Kind } from "./kinds";

interface AccountFormProps {
  kind: Exclude<Kind, "email">;
  draft: Draft;
  /** Fields that are to be mended. */
  faults: readonly string[];
  onChange: (draft: Draft) => void;
}

/** What an account is connected with. Nothing here is ever filled in from the server. */
export function AccountForm({ kind, draft, faults, onChange }: AccountFormProps) {
  const { t } = useTranslation();
  return FIELDS[kind].map(({ name, as, secret, optional }) => {
    const Shown = secret ? PasswordField : TextField;
    const label = t(`connecting.fields.${name}.label`);
    const isFaulty = faults.includes(name) || (as !== undefined && faults.includes(as));
    return (
      <Shown
        key={name}
        label={optional ? t("connecting.optional", { label }) : label}
        hint={t(`connecting.fields.${name}.hint`)}
        error={isFaulty ? t(`connecting.fields.${name}.error`) : null}
        value={draft[name] ?? ""}
        maxLength={4_000}
        autoComplete="off"
        spellCheck={false}
        autoCapitalize="none"
        onChange={(event) => onChange(withField(draft, name, event.target.value))}
      />
    );
  });
}

const withField = (draft: Draft, name: FieldName, value: string): Draft => ({ ...draft, [name]: value });
