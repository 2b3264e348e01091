import { useTranslation } from "react-i18next";
import type { Holiday } from "~/api/types";
import { Button, IconButton } from "~/ui/button";
import { TextField } from "~/ui/field";
import { CircleAlert, Plus, Trash2 } from "~/ui/icons";
import { SpanList } from "./span-list";

/** A holiday as it is edited: `row` tells the rows apart while dates and names still change. */
export interface HolidayRow extends Holiday {
  row: number;
}

export function toRows(holidays: readonly Holiday[]): HolidayRow[] {
  return holidays.map((holiday, row) => ({ ...holiday, row }));
}

/** What is missing before it can be sent. */
export function holidayFault(rows: readonly HolidayRow[], row: HolidayRow): "date" | "name" | "twice" | null {
  if (!row.date) return "date";
  if (!row.name.trim()) return "name";
  return rows.some((other) => other.row !== row.row && other.date === row.date) ? "twice" : null;
}

interface HolidaysEditorProps {
  rows: readonly HolidayRow[];
  disabled: boolean;
  error?: string | undefined;
  onChange: (rows: HolidayRow[]) => void;
}

/** Days that differ from the week, each with its name; without hours it is closed. */
export function HolidaysEditor({ rows, disabled, error, onChange }: HolidaysEditorProps) {
  const { t } = useTranslation();
  const change = (row: number, part: Partial<Holiday>) =>
    onChange(rows.map((old) => (old.row === row ? { ...old, ...part } : old)));
  const add = () => {
    const row = Math.max(-1, ...rows.map((each) => each.row)) + 1;
    onChange([...rows, { row, date: "", name: "", hours: [] }]);
  };
  return (
    <fieldset className="field form-part">
      <legend className="form-part__title">{t("settings.holidays.title")}</legend>
      <p className="field__hint">{t("settings.holidays.hint")}</p>
      {rows.length === 0 && <p className="form-part__none">{t("settings.holidays.none")}</p>}
      {rows.map((each) => {
        const fault = holidayFault(rows, each);
        const name = each.name || each.date || t("settings.holidays.new");
        return (
          <div key={each.row} className="holiday">
            <TextField
              label={t("settings.holidays.date")}
              type="date"
              value={each.date}
              disabled={disabled}
              error={fault === "date" || fault === "twice" ? t(`settings.holidays.faults.${fault}`) : null}
              onChange={(event) => change(each.row, { date: event.target.value })}
            />
            <TextField
              label={t("settings.fields.name")}
              value={each.name}
              maxLength={120}
              disabled={disabled}
              error={fault === "name" ? t("settings.holidays.faults.name") : null}
              onChange={(event) => change(each.row, { name: event.target.value })}
            />
            <SpanList
              day={name}
              spans={each.hours}
              disabled={disabled}
              onChange={(hours) => change(each.row, { hours })}
            />
            {!disabled && (
              <IconButton
                icon={Trash2}
                label={t("settings.deleteNamed", { name })}
                onClick={() => onChange(rows.filter((other) => other.row !== each.row))}
              />
            )}
          </div>
        );
      })}
      {!disabled && (
        <Button size="sm" icon={Plus} onClick={add}>
          {t("settings.holidays.add")}
        </Button>
      )}
      {error && (
        <p className="field__error">
          <CircleAlert size={14} aria-hidden />
          {error}
        </p>
      )}
    </fieldset>
  );
}
