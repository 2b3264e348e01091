import { useTranslation } from "react-i18next";
import type { Span } from "~/api/types";
import { Button, IconButton } from "~/ui/button";
import { CircleAlert, Plus, X } from "~/ui/icons";
import { faultOf, fromEndField, MOST_SPANS, nextSpan, toField } from "./hours";

interface SpanListProps {
  /** Of which day the spans are: every field names it. */
  day: string;
  spans: readonly Span[];
  disabled: boolean;
  onChange: (spans: Span[]) => void;
}

/** From and until, as often as a day has it; none: closed. */
export function SpanList({ day, spans, disabled, onChange }: SpanListProps) {
  const { t } = useTranslation();
  const fault = faultOf(spans);
  const replace = (at: number, span: Span) =>
    onChange(spans.map((old, index) => (index === at ? span : old)));
  return (
    <div className="spans">
      {spans.length === 0 && <span className="spans__closed">{t("settings.hours.closed")}</span>}
      {spans.map(([from, until], at) => (
        // A span has no name of its own; its place is what it is.
        // biome-ignore lint/suspicious/noArrayIndexKey: rows are told apart by their place
        <div key={at} className="spans__one">
          <input
            type="time"
            className="input spans__time"
            aria-label={t("settings.hours.from", { day, number: at + 1 })}
            aria-invalid={fault ? true : undefined}
            value={from}
            disabled={disabled}
            onChange={(event) => replace(at, [event.target.value, until])}
          />
          <span aria-hidden="true">–</span>
          <input
            type="time"
            className="input spans__time"
            aria-label={t("settings.hours.until", { day, number: at + 1 })}
            aria-invalid={fault ? true : undefined}
            value={toField(until)}
            disabled={disabled}
            onChange={(event) => replace(at, [from, fromEndField(event.target.value)])}
          />
          {!disabled && (
            <IconButton
              icon={X}
              size="sm"
              label={t("settings.hours.remove", { day, number: at + 1 })}
              onClick={() => onChange(spans.filter((_, index) => index !== at))}
            />
          )}
        </div>
      ))}
      {!disabled && spans.length < MOST_SPANS && (
        <Button
          size="sm"
          variant="quiet"
          icon={Plus}
          aria-label={t("settings.hours.addTo", { day })}
          onClick={() => onChange([...spans, nextSpan(spans)])}
        >
          {t("settings.hours.add")}
        </Button>
      )}
      {fault && (
        <p className="field__error spans__fault">
          <CircleAlert size={14} aria-hidden />
          {t(`settings.hours.faults.${fault}`)}
        </p>
      )}
    </div>
  );
}
