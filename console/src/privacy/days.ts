import type { Retention, RetentionKind } from "~/api/privacy";

export const KINDS: readonly RetentionKind[] = [
  "conversations",
  "customers",
  "files",
  "events",
  "webhook_deliveries",
  "audit",
];
const MOST_DAYS = 3_650;
/** The audit log answers for a year at least. */
const FEWEST_DAYS: Partial<Record<RetentionKind, number>> = { audit: 365 };

/** As it stands in the fields: digits, or nothing for ever. */
export type TypedDays = Record<RetentionKind, string>;

export function typedOf(saved: Retention): TypedDays {
  const all = KINDS.map((kind) => [kind, saved[kind] === null ? "" : String(saved[kind])]);
  return Object.fromEntries(all) as TypedDays;
}

/** Whole days, null for nothing typed; undefined for what is neither. */
export function daysOf(text: string, kind: RetentionKind): number | null | undefined {
  const typed = text.trim();
  if (!typed) return null;
  const days = /^\d+$/.test(typed) ? Number(typed) : Number.NaN;
  return days >= (FEWEST_DAYS[kind] ?? 1) && days <= MOST_DAYS ? days : undefined;
}

/** What is sent, and where something else than days stands. */
export function readDays(typed: TypedDays): { value: Retention; wrong: RetentionKind[] } {
  const wrong = KINDS.filter((kind) => daysOf(typed[kind], kind) === undefined);
  const all = KINDS.map((kind) => [kind, daysOf(typed[kind], kind) ?? null]);
  return { value: Object.fromEntries(all) as Retention, wrong };
}

/** What will be kept for a shorter time than now: it is deleted, and that cannot be undone. */
export function shortened(saved: Retention, wanted: Retention): RetentionKind[] {
  const daysAt = (days: number | null) => days ?? Number.POSITIVE_INFINITY;
  return KINDS.filter((kind) => daysAt(wanted[kind]) < daysAt(saved[kind]));
}
