import type { Span, Weekday, WeekHours } from "~/api/types";

export const WEEKDAYS: readonly Weekday[] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
export const MOST_SPANS = 6;
const CLOCK = /^([01]\d|2[0-3]):[0-5]\d$/;
const MIDNIGHT = "24:00";

export type SpanFault = "incomplete" | "order" | "overlap";

/** As a time field writes it: it knows no 24:00, so the end of the day is 00:00 there. */
export const toField = (clock: string) => (clock === MIDNIGHT ? "00:00" : clock);

/** What a span's end means in a time field: 00:00 is the end of that day. */
export const fromEndField = (value: string) => (value === "00:00" ? MIDNIGHT : value);

/** What is wrong with the spans of a day, the first thing; null: nothing. */
export function faultOf(spans: readonly Span[]): SpanFault | null {
  for (const [from, until] of spans) {
    if (!CLOCK.test(from) || !(CLOCK.test(until) || until === MIDNIGHT)) return "incomplete";
    if (from >= until) return "order";
  }
  const sorted = sortSpans(spans);
  return sorted.some(([from], at) => at > 0 && from < (sorted[at - 1] as Span)[1]) ? "overlap" : null;
}

/** By their beginning, as the api wants them. */
export function sortSpans(spans: readonly Span[]): Span[] {
  return [...spans].sort(([one], [other]) => one.localeCompare(other));
}

/** The next span of a day: after the last one, an afternoon after a morning. */
export function nextSpan(spans: readonly Span[]): Span {
  const last = sortSpans(spans).at(-1)?.[1];
  if (last === undefined) return ["09:00", "18:00"];
  const hour = Number(last.slice(0, 2)) + 1;
  if (!CLOCK.test(last) || hour >= 23) return ["", ""];
  const two = (value: number) => String(value).padStart(2, "0");
  return [`${two(hour)}:00`, hour < 18 ? "18:00" : `${two(hour + 1)}:00`];
}

/** The week as the api wants it: days in order, spans sorted, closed days left out. */
export function tidyWeek(week: WeekHours): WeekHours {
  return Object.fromEntries(
    WEEKDAYS.flatMap((day) => {
      const spans = week[day] ?? [];
      return spans.length > 0 ? [[day, sortSpans(spans)]] : [];
    }),
  );
}

/** One day's spans on the other days that are named. */
export function copyDay(week: WeekHours, from: Weekday, to: readonly Weekday[]): WeekHours {
  const spans = week[from] ?? [];
  return { ...week, ...Object.fromEntries(to.map((day) => [day, spans.map((span): Span => [...span])])) };
}

/** Days that have a fault, with it. */
export function faultsOf(week: WeekHours): Partial<Record<Weekday, SpanFault>> {
  const found: Partial<Record<Weekday, SpanFault>> = {};
  for (const day of WEEKDAYS) {
    const fault = faultOf(week[day] ?? []);
    if (fault) found[day] = fault;
  }
  return found;
}
