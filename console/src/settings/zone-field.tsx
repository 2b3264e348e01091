import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { SelectField } from "~/ui/select";

interface ZoneFieldProps {
  value: string;
  disabled?: boolean;
  error?: string | undefined;
  onChange: (zone: string) => void;
}

export const ownZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

/** A time zone by its name; one that this browser does not list stays as it is. */
export function ZoneField({ value, disabled, error, onChange }: ZoneFieldProps) {
  const { t } = useTranslation();
  const options = useMemo(() => {
    const names = new Set([...Intl.supportedValuesOf("timeZone"), "UTC", ownZone(), value]);
    return [...names].sort().map((name) => ({ value: name, label: name.replaceAll("_", " ") }));
  }, [value]);
  return (
    <SelectField
      label={t("settings.fields.timezone")}
      options={options}
      value={value}
      disabled={disabled}
      error={error ?? null}
      onChange={onChange}
    />
  );
}
