import type { AuditQuery } from "~/api/audit";

export const OUTCOMES = ["done", "refused", "failed"] as const;
type Outcome = (typeof OUTCOMES)[number];

/** The filters of the audit log as they stand in the URL; days are those of the reader's zone. */
export interface AuditSearch {
  action?: string;
  target?: string;
  outcome?: Outcome;
  from?: string;
  to?: string;
}

const ACTION = /^[a-z0-9_.]{1,80}$/;
const TARGET = /^[a-z_]{1,40}(:[A-Za-z0-9_.@:-]{1,200})?$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Read from a URL that anyone may have typed: what the api would refuse is left out. */
export function parseAuditSearch(raw: Record<string, unknown>): AuditSearch {
  const text = (value: unknown, form: RegExp) =>
    typeof value === "string" && form.test(value) ? value : undefined;
  const day = (value: unknown) => {
    const found = text(value, DAY);
    return found && !Number.isNaN(Date.parse(found)) ? found : undefined;
  };
  const found: AuditSearch = {
    action: text(raw.action, ACTION),
    target: text(raw.target, TARGET),
    outcome: OUTCOMES.find((outcome) => outcome === raw.outcome),
    from: day(raw.from),
    to: day(raw.to),
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}

/** For the api: days become moments, and the last day is in. */
export function toAuditQuery({ from, to, ...rest }: AuditSearch): AuditQuery {
  const midnight = (day: string, more: number) => {
    const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
    return new Date(year, month - 1, date + more).toISOString();
  };
  return { ...rest, ...(from && { from: midnight(from, 0) }), ...(to && { to: midnight(to, 1) }) };
}

export interface Change {
  name: string;
  before: string;
  after: string;
}

/** What a line changed, name by name; an absent side is a dash. */
export function changesOf(
  before: Record<string, unknown> | null,
  after: Record<string, unknown> | null,
): Change[] {
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  return [...names].map((name) => ({
    name,
    before: show(before?.[name]),
    after: show(after?.[name]),
  }));
}

function show(value: unknown): string {
  if (value === undefined || value === null || value === "") return "—";
  return typeof value === "string" ? value : JSON.stringify(value);
}
