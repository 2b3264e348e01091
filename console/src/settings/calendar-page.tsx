import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { settings } from "~/api/settings";
import { team } from "~/api/team";
import type { Calendar, TeamDepartment } from "~/api/types";
import { useCan } from "~/session/session";
import { CheckList } from "~/ui/check-list";
import { showToast } from "~/ui/toast";
import { useFocusOnRefusal } from "./form-dialog";
import { HolidaysEditor, holidayFault, toRows } from "./holidays-editor";
import { faultOf, faultsOf, sortSpans, tidyWeek } from "./hours";
import { settingKeys } from "./keys";
import { given, NameFields, nameIn } from "./name-fields";
import { OpenBadge } from "./open-badge";
import { Loaded, SettingsPage, useSettings } from "./page";
import { SaveBar } from "./save-bar";
import { useUnsaved } from "./unsaved";
import { useSave } from "./use-save";
import { WeekEditor } from "./week-editor";
import { ZoneField } from "./zone-field";

const FIELDS = ["name", "timezone", "hours", "holidays", "department_ids"];

export function CalendarPage() {
  const { t, i18n } = useTranslation();
  const { calendarId = "" } = useParams({ strict: false }) as { calendarId?: string };
  const can = useCan();
  const calendar = useSettings(settingKeys.calendar(calendarId), (signal) =>
    settings.calendar(calendarId, signal),
  );
  const departments = useSettings(settingKeys.departments, team.departments, can("team.read"));
  const found = calendar.data;
  return (
    <SettingsPage
      title={found ? nameIn(found.name, i18n.language, found.key) : t("settings.sections.calendars")}
      lead={found && <code className="record__key">{found.key}</code>}
      actions={found && <OpenBadge open={found.open} nextOpen={found.next_open} />}
      permission="settings.read"
    >
      <Loaded query={calendar}>
        {(one) => (
          <CalendarForm
            key={one.id}
            calendar={one}
            departments={departments.data ?? []}
            readOnly={!can("settings.manage")}
          />
        )}
      </Loaded>
    </SettingsPage>
  );
}

const draftOf = (calendar: Calendar) => ({
  name: calendar.name,
  timezone: calendar.timezone,
  hours: calendar.hours,
  holidays: toRows(calendar.holidays),
  departments: new Set(calendar.departments.map((each) => each.id)),
});
type Draft = ReturnType<typeof draftOf>;

interface FormProps {
  calendar: Calendar;
  departments: readonly TeamDepartment[];
  readOnly: boolean;
}

function CalendarForm({ calendar, departments, readOnly }: FormProps) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState<Draft | null>(null);
  const shown = draft ?? draftOf(calendar);
  const edit = (part: Partial<Draft>) => setDraft({ ...shown, ...part });
  const { save, busy, refusal, forget } = useSave({
    run: () => settings.changeCalendar(calendar.id, toChange(shown)),
    fields: FIELDS,
    stale: [settingKeys.calendars, settingKeys.departments],
    onDone: () => {
      setDraft(null);
      showToast({ tone: "success", text: t("settings.saved") });
    },
  });
  useUnsaved(draft !== null);
  const form = useFocusOnRefusal(refusal);
  const isFaulty = hasFault(shown);
  return (
    <form
      ref={form}
      className="form-page"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy && draft && !isFaulty) save();
      }}
    >
      <NameFields
        value={shown.name}
        disabled={readOnly}
        error={refusal.fields.name}
        onChange={(name) => edit({ name })}
      />
      <ZoneField
        value={shown.timezone}
        disabled={readOnly}
        error={refusal.fields.timezone}
        onChange={(timezone) => edit({ timezone })}
      />
      <WeekEditor
        week={shown.hours}
        disabled={readOnly}
        error={refusal.fields.hours}
        onChange={(hours) => edit({ hours })}
      />
      <HolidaysEditor
        rows={shown.holidays}
        disabled={readOnly}
        error={refusal.fields.holidays}
        onChange={(holidays) => edit({ holidays })}
      />
      <CheckList
        label={t("settings.calendars.departments")}
        hint={t("settings.calendars.departmentsHint")}
        empty={t("settings.calendars.noDepartments")}
        options={departments.map((each) => ({ value: each.id, label: each.name }))}
        value={shown.departments}
        disabled={readOnly}
        error={refusal.fields.department_ids}
        onChange={(chosen) => edit({ departments: chosen })}
      />
      <SaveBar
        changed={draft !== null}
        busy={busy}
        fault={isFaulty ? t("settings.unsaved.fault") : null}
        refused={refusal.rest}
        onDiscard={() => {
          setDraft(null);
          forget();
        }}
      />
    </form>
  );
}

function hasFault({ hours, holidays }: Draft): boolean {
  return (
    Object.keys(faultsOf(hours)).length > 0 ||
    holidays.some((each) => holidayFault(holidays, each) !== null || faultOf(each.hours) !== null)
  );
}

function toChange({ name, timezone, hours, holidays, departments }: Draft) {
  return {
    name: given(name),
    timezone,
    hours: tidyWeek(hours),
    holidays: holidays.map((each) => ({
      date: each.date,
      name: each.name.trim(),
      hours: sortSpans(each.hours),
    })),
    department_ids: [...departments],
  };
}
