import { useTranslation } from "react-i18next";
import type { WeekHours } from "~/api/types";
import { Button } from "~/ui/button";
import { CircleAlert, Copy } from "~/ui/icons";
import { copyDay, WEEKDAYS } from "./hours";
import { SpanList } from "./span-list";

interface WeekEditorProps {
  week: WeekHours;
  disabled: boolean;
  error?: string | undefined;
  onChange: (week: WeekHours) => void;
}

/** Opening hours of a week: a row a day, several spans a row. */
export function WeekEditor({ week, disabled, error, onChange }: WeekEditorProps) {
  const { t } = useTranslation();
  return (
    <fieldset className="field form-part">
      <legend className="form-part__title">{t("settings.hours.title")}</legend>
      <p className="field__hint">{t("settings.hours.hint")}</p>
      <div className="week">
        {WEEKDAYS.map((day) => {
          const name = t(`settings.days.${day}`);
          return (
            <div key={day} className="week__day">
              <span className="week__name">{name}</span>
              <SpanList
                day={name}
                spans={week[day] ?? []}
                disabled={disabled}
                onChange={(spans) => onChange({ ...week, [day]: spans })}
              />
            </div>
          );
        })}
      </div>
      {!disabled && (
        <Button
          size="sm"
          icon={Copy}
          onClick={() => onChange(copyDay(week, "mon", ["tue", "wed", "thu", "fri"]))}
        >
          {t("settings.hours.copy")}
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
