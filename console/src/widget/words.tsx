import { useId } from "react";
import { useTranslation } from "react-i18next";
import type { Names } from "~/api/types";
import { TextArea, TextField } from "~/ui/field";

interface WordsProps {
  label: string;
  most: number;
  value: Names | null;
  /** Several lines. */
  long?: boolean;
  onChange: (words: Names) => void;
}

/** One text in both languages; either may be missing. */
export function Words({ label, most, value, long = false, onChange }: WordsProps) {
  const { t } = useTranslation();
  return (
    <div className="field-pair">
      {(["ru", "en"] as const).map((locale) => {
        const shared = {
          label: `${label}, ${t(`widget.in.${locale}`)}`,
          lang: locale,
          maxLength: most,
          value: value?.[locale] ?? "",
        };
        const write = (text: string) => onChange({ ...value, [locale]: text });
        return long ? (
          <TextArea
            key={locale}
            {...shared}
            rows={2}
            onChange={({ currentTarget }) => write(currentTarget.value)}
          />
        ) : (
          <TextField key={locale} {...shared} onChange={({ currentTarget }) => write(currentTarget.value)} />
        );
      })}
    </div>
  );
}

export function Part({ title, hint, children }: { title: string; hint?: string; children: React.ReactNode }) {
  const id = useId();
  return (
    <section className="setting" aria-labelledby={id}>
      <h2 id={id} className="form-part__title">
        {title}
      </h2>
      {hint && <p className="setting__text">{hint}</p>}
      {children}
    </section>
  );
}
