import type { Names } from "~/api/types";
import { given } from "~/settings/name-fields";
import type { AskedForm, Look, Opening } from "./widget-api";

export const RADIUS_MAX = 24;
export const OFFSET_MAX = 200;
export const AFTER_MAX = 3600;
export const MOST_FIELDS = 10;
export const MOST_CHOICES = 30;
export const MOST_OPENINGS = 20;

export type Fault =
  | "accent"
  | "length"
  | "label"
  | "field"
  | "choice"
  | "consent"
  | "purpose"
  | "openingText"
  | "openingWhen"
  | "openingCount"
  | "openingPage"
  | "openingEvent";

const isWithin = (value: number, least: number, most: number) =>
  Number.isInteger(value) && value >= least && value <= most;
const isSaid = (words: Names | null) => Object.keys(given(words ?? {})).length > 0;

/** Why settings cannot be saved as they stand; the api would say the same. */
export function faultOf({ theme, pre_chat, offline, openings }: Look): Fault | null {
  if (!/^#[0-9a-f]{6}$/i.test(theme.accent)) return "accent";
  const lengths =
    isWithin(theme.radius, 0, RADIUS_MAX) &&
    [theme.x, theme.y].every((each) => isWithin(each, 0, OFFSET_MAX));
  if (!lengths) return "length";
  if (theme.launcher.kind === "label" && !isSaid(theme.launcher.text)) return "label";
  return faultOfForm(pre_chat) ?? faultOfForm(offline) ?? firstOf(openings, faultOfOpening);
}

function faultOfForm(form: AskedForm | null): Fault | null {
  if (!form) return null;
  if (!form.fields.every(({ label }) => isSaid(label))) return "field";
  const chosen = form.fields.filter(({ kind }) => kind === "select");
  if (!chosen.every(({ options }) => options.length > 0 && options.every(({ label }) => isSaid(label))))
    return "choice";
  if (form.consent && !isSaid(form.consent.text)) return "consent";
  return form.consent && !/^[a-z][a-z0-9_]{0,39}$/.test(form.consent.purpose) ? "purpose" : null;
}

function faultOfOpening({ text, when }: Opening): Fault | null {
  if (!isSaid(text)) return "openingText";
  if (Object.values(when).every((each) => each === null)) return "openingWhen";
  const { after_s, scroll, page, event } = when;
  const counts =
    (after_s === null || isWithin(after_s, 0, AFTER_MAX)) && (scroll === null || isWithin(scroll, 1, 100));
  if (!counts) return "openingCount";
  if (page !== null && !/^[^\s]+$/.test(page)) return "openingPage";
  return event !== null && !/^[A-Za-z][A-Za-z0-9_.:-]*$/.test(event) ? "openingEvent" : null;
}

function firstOf<T>(rows: readonly T[], fault: (row: T) => Fault | null): Fault | null {
  for (const row of rows) {
    const found = fault(row);
    if (found) return found;
  }
  return null;
}

/** Texts of which nothing is written are none. */
export function toSend(look: Look): Look {
  const words = (text: Names | null) => (isSaid(text) ? given(text ?? {}) : null);
  const form = <Form extends AskedForm>(asked: Form): Form => ({
    ...asked,
    intro: words(asked.intro),
    fields: asked.fields.map((field) => ({
      ...field,
      label: given(field.label),
      options: field.options.map((option) => ({ ...option, label: given(option.label) })),
    })),
    consent: asked.consent && { ...asked.consent, text: given(asked.consent.text) },
  });
  const launcher = { ...look.theme.launcher, text: words(look.theme.launcher.text) };
  return {
    theme: { ...look.theme, launcher },
    title: words(look.title),
    greeting: words(look.greeting),
    away: words(look.away),
    pre_chat: look.pre_chat && form(look.pre_chat),
    offline: look.offline && form(look.offline),
    openings: look.openings.map((each) => ({ ...each, text: given(each.text) })),
    features: look.features,
  };
}
