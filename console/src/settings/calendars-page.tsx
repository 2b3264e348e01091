import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { settings } from "~/api/settings";
import type { Calendar, Names, WeekHours } from "~/api/types";
import { useCan } from "~/session/session";
import { Button, IconButton } from "~/ui/button";
import { Empty } from "~/ui/feedback";
import { CalendarClock, Plus, Trash2 } from "~/ui/icons";
import { ConfirmDelete } from "./confirm-delete";
import { FormDialog } from "./form-dialog";
import { KeyField } from "./key-field";
import { settingKeys } from "./keys";
import { given, NameFields, nameIn } from "./name-fields";
import { OpenBadge } from "./open-badge";
import { Loaded, SettingsPage, useSettings } from "./page";
import { useSave } from "./use-save";
import { ownZone, ZoneField } from "./zone-field";

const STALE = [settingKeys.calendars];
const FIELDS = ["key", "name", "timezone"];
const DAY: WeekHours["mon"] = [["09:00", "18:00"]];
/** Of a new calendar: what most have, to be changed on its page. */
const USUAL: WeekHours = { mon: DAY, tue: DAY, wed: DAY, thu: DAY, fri: DAY };

export function CalendarsPage() {
  const { t, i18n } = useTranslation();
  const calendars = useSettings(settingKeys.calendars, settings.calendars);
  const canManage = useCan()("settings.manage");
  const [open, setOpen] = useState<"new" | Calendar | null>(null);
  const add = canManage && (
    <Button variant="primary" icon={Plus} onClick={() => setOpen("new")}>
      {t("settings.calendars.add")}
    </Button>
  );
  return (
    <SettingsPage
      title={t("settings.sections.calendars")}
      lead={t("settings.calendars.lead")}
      permission="settings.read"
      actions={calendars.data && calendars.data.length > 0 && add}
    >
      <Loaded query={calendars}>
        {(items) =>
          items.length === 0 ? (
            <Empty icon={CalendarClock} title={t("settings.calendars.empty.title")} actions={add}>
              {t("settings.calendars.empty.text")}
            </Empty>
          ) : (
            <ul className="records">
              {items.map((calendar) => (
                <CalendarRow
                  key={calendar.id}
                  calendar={calendar}
                  onDelete={canManage ? () => setOpen(calendar) : null}
                />
              ))}
            </ul>
          )
        }
      </Loaded>
      {open === "new" && <NewCalendar onClose={() => setOpen(null)} />}
      {open && open !== "new" && (
        <ConfirmDelete
          title={t("settings.calendars.delete.title", { name: nameIn(open.name, i18n.language, open.key) })}
          text={t("settings.calendars.delete.text")}
          submit={t("common.delete")}
          stale={STALE}
          run={() => settings.deleteCalendar(open.id)}
          onClose={() => setOpen(null)}
        />
      )}
    </SettingsPage>
  );
}

function CalendarRow({ calendar, onDelete }: { calendar: Calendar; onDelete: (() => void) | null }) {
  const { t, i18n } = useTranslation();
  const name = nameIn(calendar.name, i18n.language, calendar.key);
  return (
    <li className="record">
      <div className="record__main">
        <div className="record__text">
          <Link
            to="/settings/calendars/$calendarId"
            params={{ calendarId: calendar.id }}
            className="record__name"
          >
            {name}
          </Link>
          <span className="record__more">
            {calendar.timezone.replaceAll("_", " ")} ·{" "}
            {t("settings.calendars.keptBy", { count: calendar.departments.length })}
          </span>
        </div>
      </div>
      <OpenBadge open={calendar.open} nextOpen={calendar.next_open} />
      {onDelete && (
        <div className="record__actions">
          <IconButton icon={Trash2} label={t("settings.deleteNamed", { name })} onClick={onDelete} />
        </div>
      )}
    </li>
  );
}

function NewCalendar({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [key, setKey] = useState("");
  const [name, setName] = useState<Names>({});
  const [timezone, setTimezone] = useState(ownZone);
  const { save, busy, refusal } = useSave({
    run: () => settings.createCalendar({ key, name: given(name), timezone, hours: USUAL }),
    fields: FIELDS,
    stale: STALE,
    onDone: ({ id }) => void navigate({ to: "/settings/calendars/$calendarId", params: { calendarId: id } }),
  });
  return (
    <FormDialog
      title={t("settings.calendars.add")}
      hint={t("settings.calendars.addHint")}
      submit={t("settings.calendars.create")}
      busy={busy}
      refusal={refusal}
      onSubmit={save}
      onClose={onClose}
    >
      <NameFields value={name} error={refusal.fields.name} onChange={setName} />
      <KeyField
        name={name.en || name.ru || ""}
        value={key}
        fixed={false}
        error={refusal.fields.key}
        onChange={setKey}
      />
      <ZoneField value={timezone} error={refusal.fields.timezone} onChange={setTimezone} />
    </FormDialog>
  );
}
