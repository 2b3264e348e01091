import { type FormHTMLAttributes, useEffect, useRef } from "react";

interface FormProps extends FormHTMLAttributes<HTMLFormElement> {
  /** What refused the last try; when it changes, the focus goes to the first field that it concerns. */
  refused: unknown;
  onSubmit: () => void;
}

/** A form whose refusals stand at its fields. The browser's own bubbles are off: they speak its language only. */
export function Form({ refused, onSubmit, className = "form", ...rest }: FormProps) {
  const ref = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (refused) ref.current?.querySelector<HTMLElement>("[aria-invalid='true']")?.focus();
  }, [refused]);
  return (
    <form
      {...rest}
      ref={ref}
      className={className}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        event.stopPropagation(); // React lets it rise out of dialogs into the form around them
        onSubmit();
      }}
    />
  );
}
