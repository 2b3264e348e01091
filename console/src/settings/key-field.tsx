import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { TextField } from "~/ui/field";
import { keyOf } from "./key-of";

interface KeyFieldProps {
  /** The name from which the key is made until somebody writes his own. */
  name: string;
  value: string;
  /** It exists already: the key never changes. */
  fixed: boolean;
  error?: string | undefined;
  onChange: (key: string) => void;
}

/** How scenarios and programs name the thing. */
export function KeyField({ name, value, fixed, error, onChange }: KeyFieldProps) {
  const { t } = useTranslation();
  const isOwn = useRef(fixed);
  useEffect(() => {
    if (!isOwn.current) onChange(keyOf(name));
  }, [name, onChange]);
  return (
    <TextField
      label={t("settings.fields.key")}
      hint={fixed ? t("settings.fields.keyFixed") : t("settings.fields.keyHint")}
      value={value}
      disabled={fixed}
      maxLength={63}
      spellCheck={false}
      autoCapitalize="none"
      error={error ?? null}
      onChange={(event) => {
        isOwn.current = event.target.value !== "";
        onChange(event.target.value);
      }}
    />
  );
}
