export type PresetId = "hour" | "threeHours" | "tomorrow" | "monday" | "week";

export interface Preset {
  id: PresetId;
  until: Date;
}

const MORNING = 9;

function morningIn(days: number, now: Date): Date {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, MORNING);
}

/** When to be reminded, in the operator's own time zone; the calendar does the counting, not 24 h steps. */
export function snoozePresets(now: Date): Preset[] {
  const hour = 3_600_000;
  const toMonday = (8 - now.getDay()) % 7 || 7;
  const presets: Preset[] = [
    { id: "hour", until: new Date(now.getTime() + hour) },
    { id: "threeHours", until: new Date(now.getTime() + 3 * hour) },
    { id: "tomorrow", until: morningIn(1, now) },
    { id: "monday", until: morningIn(toMonday, now) },
    { id: "week", until: morningIn(7, now) },
  ];
  // On a Sunday tomorrow is Monday, and on a Monday that is the same as in a week.
  const seen = new Set<number>();
  return presets.filter(({ until }) => !seen.has(until.getTime()) && seen.add(until.getTime()));
}

/** The value of a datetime-local field, which has no zone and means the operator's own. */
export function toLocalInput(date: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}
