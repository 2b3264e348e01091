import { CircleAlert } from "lucide-react";
import { type ReactNode, useId } from "react";

export interface CheckOption {
  value: string;
  label: string;
  hint?: string;
  disabled?: boolean;
  /** Beside the label: more about what is chosen, its level for one. */
  aside?: ReactNode;
}

interface CheckListProps {
  label: string;
  hint?: string;
  error?: string | null;
  options: readonly CheckOption[];
  value: ReadonlySet<string>;
  onChange: (value: Set<string>) => void;
  disabled?: boolean;
  /** Shown in place of the list when there is nothing to choose. */
  empty?: string;
}

/** Any of a few: native checkboxes under one legend. */
export function CheckList(props: CheckListProps) {
  const { label, hint, error, options, value, onChange, disabled, empty } = props;
  const id = useId();
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  const toggle = (option: string, on: boolean) => {
    const next = new Set(value);
    if (on) next.add(option);
    else next.delete(option);
    onChange(next);
  };
  return (
    <fieldset className="field check-list" aria-describedby={described || undefined}>
      <legend className="field__label">{label}</legend>
      {hint && (
        <p className="field__hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {options.length === 0 && empty && <p className="field__hint">{empty}</p>}
      {options.map((option) => (
        <div key={option.value} className="check">
          <input
            type="checkbox"
            id={`${id}-${option.value}`}
            checked={value.has(option.value)}
            disabled={disabled || option.disabled}
            aria-describedby={option.hint && `${id}-${option.value}-hint`}
            onChange={(event) => toggle(option.value, event.target.checked)}
          />
          <div className="check__text">
            <label htmlFor={`${id}-${option.value}`}>{option.label}</label>
            {option.hint && (
              <span className="check__hint" id={`${id}-${option.value}-hint`}>
                {option.hint}
              </span>
            )}
          </div>
          {option.aside}
        </div>
      ))}
      {error && (
        <p className="field__error" id={`${id}-error`}>
          <CircleAlert size={14} aria-hidden />
          {error}
        </p>
      )}
    </fieldset>
  );
}
