/** Dates and durations in the reader's language and time zone; pure, so that tests can fix both. */

export interface FormatContext {
  locale: string;
  /** Epoch milliseconds that count as now. */
  now: number;
  timeZone?: string;
}

/** The reader's own variety of a language, `en-GB` for one: it says how days and hours are written. */
export function varietyOf(language: string, spoken: readonly string[]): string {
  return spoken.find((each) => each.startsWith(`${language}-`)) ?? language;
}

const cache = new Map<string, Intl.DateTimeFormat>();

// Making a formatter costs about 0.1 ms and a list makes thousands.
function formatter(locale: string, timeZone: string | undefined, options: Intl.DateTimeFormatOptions) {
  const key = `${locale}|${timeZone ?? ""}|${JSON.stringify(options)}`;
  let found = cache.get(key);
  if (!found) {
    found = new Intl.DateTimeFormat(locale, timeZone ? { ...options, timeZone } : options);
    cache.set(key, found);
  }
  return found;
}

function parse(iso: string | number): number {
  return typeof iso === "number" ? iso : Date.parse(iso);
}

/** The calendar day as YYYY-MM-DD in the reader's zone: equal keys are the same day. */
export function dayKey(at: string | number, timeZone?: string): string {
  return formatter("en-CA", timeZone, { year: "numeric", month: "2-digit", day: "2-digit" }).format(
    parse(at),
  );
}

function daysBetween(one: string, other: string): number {
  return Math.round((Date.parse(one) - Date.parse(other)) / 86_400_000);
}

/** 09:05, or 9:05 AM where the day has twice twelve hours. */
function clock(locale: string): Intl.DateTimeFormatOptions {
  const { hour12 } = formatter(locale, undefined, { hour: "numeric" }).resolvedOptions();
  return { hour: hour12 ? "numeric" : "2-digit", minute: "2-digit" };
}

export function formatTime(at: string | number, { locale, timeZone }: Omit<FormatContext, "now">): string {
  return formatter(locale, timeZone, clock(locale)).format(parse(at));
}

/** "Today", "Yesterday", "Tuesday, 24 November", with the year when it is another one. */
export function formatDay(at: string | number, { locale, now, timeZone }: FormatContext): string {
  const key = dayKey(at, timeZone);
  const today = dayKey(now, timeZone);
  const away = daysBetween(key, today);
  if (away >= -1 && away <= 1) {
    const text = new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(away, "day");
    return text.charAt(0).toLocaleUpperCase(locale) + text.slice(1);
  }
  const year = key.slice(0, 4) === today.slice(0, 4) ? undefined : "numeric";
  const text = formatter(locale, timeZone, { weekday: "long", day: "numeric", month: "long", year }).format(
    parse(at),
  );
  return text.charAt(0).toLocaleUpperCase(locale) + text.slice(1);
}

/** The short stamp of a list row: time today, "yesterday", else the date. */
export function formatStamp(at: string | number, context: FormatContext): string {
  const { locale, now, timeZone } = context;
  const away = daysBetween(dayKey(at, timeZone), dayKey(now, timeZone));
  if (away === 0) return formatTime(at, context);
  if (away === -1) return new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(-1, "day");
  const sameYear = dayKey(at, timeZone).slice(0, 4) === dayKey(now, timeZone).slice(0, 4);
  const options: Intl.DateTimeFormatOptions = sameYear
    ? { day: "numeric", month: "short" }
    : { day: "2-digit", month: "2-digit", year: "2-digit" };
  return formatter(locale, timeZone, options).format(parse(at));
}

export function formatDateTime(at: string | number, { locale, now, timeZone }: FormatContext): string {
  const sameYear = dayKey(at, timeZone).slice(0, 4) === dayKey(now, timeZone).slice(0, 4);
  return formatter(locale, timeZone, {
    day: "numeric",
    month: "short",
    ...(sameYear ? {} : { year: "numeric" }),
    ...clock(locale),
  }).format(parse(at));
}

/** "Tomorrow, 09:00" or "Mon, 30 Nov, 09:00": when something will happen. */
export function formatSoon(at: string | number, context: FormatContext): string {
  const { locale, now, timeZone } = context;
  const away = daysBetween(dayKey(at, timeZone), dayKey(now, timeZone));
  if (away === 0 || away === 1) {
    return `${new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(away, "day")}, ${formatTime(at, context)}`;
  }
  return formatter(locale, timeZone, {
    weekday: "short",
    day: "numeric",
    month: "short",
    ...clock(locale),
  }).format(parse(at));
}

/** How long, in one unit: "< 1 min", "5 min", "3 hr", "2 days". Clocks differ: the future counts as now. */
export function formatDuration(ms: number, locale: string): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return `< ${inUnit(1, "minute", locale)}`;
  if (minutes < 60) return inUnit(minutes, "minute", locale);
  if (minutes < 24 * 60) return inUnit(Math.floor(minutes / 60), "hour", locale);
  return inUnit(Math.floor(minutes / (24 * 60)), "day", locale);
}

function inUnit(value: number, unit: "minute" | "hour" | "day", locale: string): string {
  return new Intl.NumberFormat(locale, {
    style: "unit",
    unit,
    unitDisplay: "short",
  }).format(value);
}
