import type { SelectHTMLAttributes } from "react";
import { type FieldProps, Frame, useFieldIds } from "./field";

export interface Option {
  value: string;
  label: string;
  disabled?: boolean;
}

type SelectProps = FieldProps &
  Omit<SelectHTMLAttributes<HTMLSelectElement>, "onChange"> & {
    options: readonly Option[];
    onChange: (value: string) => void;
  };

/** One of many: the native control, which phones and screen readers know best. */
export function SelectField({ label, hint, error, options, onChange, ...rest }: SelectProps) {
  const { id, props } = useFieldIds({ hint, error });
  return (
    <Frame id={id} label={label} hint={hint} error={error}>
      <select
        className="input select"
        {...rest}
        {...props}
        onChange={(event) => onChange(event.target.value)}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value} disabled={option.disabled}>
            {option.label}
          </option>
        ))}
      </select>
    </Frame>
  );
}
