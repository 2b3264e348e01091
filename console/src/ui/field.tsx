import { CircleAlert, type LucideIcon } from "lucide-react";
import {
  type InputHTMLAttributes,
  type ReactNode,
  type Ref,
  type TextareaHTMLAttributes,
  useId,
} from "react";

export interface FieldProps {
  label: string;
  hint?: string;
  error?: string | null;
}

type TextFieldProps = FieldProps & InputHTMLAttributes<HTMLInputElement> & { ref?: Ref<HTMLInputElement> };
type TextAreaProps = FieldProps &
  TextareaHTMLAttributes<HTMLTextAreaElement> & { ref?: Ref<HTMLTextAreaElement> };

export function useFieldIds({ hint, error }: Pick<FieldProps, "hint" | "error">) {
  const id = useId();
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  return {
    id,
    props: { id, "aria-describedby": described || undefined, "aria-invalid": error ? true : undefined },
  };
}

export function Frame({
  id,
  label,
  hint,
  error,
  children,
}: FieldProps & { id: string; children: ReactNode }) {
  return (
    <div className="field">
      <label className="field__label" htmlFor={id}>
        {label}
      </label>
      {children}
      {hint && (
        <p className="field__hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error && (
        <p className="field__error" id={`${id}-error`}>
          <CircleAlert size={14} aria-hidden />
          {error}
        </p>
      )}
    </div>
  );
}

export function TextField({ label, hint, error, ...rest }: TextFieldProps) {
  const { id, props } = useFieldIds({ hint, error });
  return (
    <Frame id={id} label={label} hint={hint} error={error}>
      <input className="input" {...rest} {...props} />
    </Frame>
  );
}

export function TextArea({ label, hint, error, ...rest }: TextAreaProps) {
  const { id, props } = useFieldIds({ hint, error });
  return (
    <Frame id={id} label={label} hint={hint} error={error}>
      <textarea className="input" {...rest} {...props} />
    </Frame>
  );
}

interface SegmentedProps<T extends string> {
  label: string;
  value: T;
  options: { value: T; label: string; icon?: LucideIcon }[];
  onChange: (value: T) => void;
  /** Separate pills that wrap, for many options. */
  chips?: boolean;
  showLabel?: boolean;
}

/** One of a few: native radios, so arrows, Tab and screen readers do as they always do. */
export function Segmented<T extends string>(props: SegmentedProps<T>) {
  const { label, value, options, onChange, chips = false, showLabel = false } = props;
  const name = useId();
  return (
    <fieldset className="field">
      <legend className={showLabel ? "field__label segmented__legend" : "visually-hidden"}>{label}</legend>
      <div className={`segmented${chips ? " segmented--chips" : ""}`}>
        {options.map(({ value: option, label: text, icon: Icon }) => (
          <label key={option} className="segmented__option" data-value={option}>
            <input
              type="radio"
              className="visually-hidden"
              name={name}
              value={option}
              checked={option === value}
              onChange={() => onChange(option)}
            />
            {Icon && <Icon size={14} aria-hidden />}
            {text}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

interface SwitchProps {
  label: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
  disabled?: boolean;
}

export function Switch({ label, checked, onChange, disabled }: SwitchProps) {
  return (
    <label className="switch">
      <input
        type="checkbox"
        checked={checked}
        disabled={disabled}
        onChange={(event) => onChange(event.target.checked)}
      />
      {label}
    </label>
  );
}
