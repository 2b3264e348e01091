import { request, requestTagged } from "./client";

/** After how many days each kind of thing is deleted; null: never by itself. */
export interface Retention {
  conversations: number | null;
  customers: number | null;
  events: number | null;
  webhook_deliveries: number | null;
  audit: number | null;
  files: number | null;
}

export type RetentionKind = keyof Retention;

/** Keeps a customer's data from retention and erasure. */
export interface Hold {
  id: string;
  customer_id: string;
  reason: string;
  until: string | null;
  created_by: string | null;
  created_at: string;
}

export interface Erasure {
  id: string;
  customer_id: string;
  status: "waiting" | "running" | "done" | "failed" | "refused";
  reason: string | null;
  requested_by: string | null;
  requested_at: string;
  finished_at: string | null;
  /** What went, in numbers, with a digest; no person in it. */
  receipt: { counts: Record<string, number>; finished_at: string; digest: string } | null;
}

export interface DataExport {
  id: string;
  kind: "customer" | "tenant";
  customer_id: string | null;
  status: "waiting" | "running" | "ready" | "failed" | "expired";
  /** 0 to 1. */
  progress: number;
  /** Bytes. */
  size: number | null;
  /** Why it failed, a code. */
  failure: string | null;
  requested_by: string;
  requested_name: string;
  requested_at: string;
  ready_at: string | null;
  expires_at: string | null;
}

export interface PageOf<T> {
  items: T[];
  next_cursor: string | null;
}

const one = (kind: string, id: string, more = "") => `/privacy/${kind}/${encodeURIComponent(id)}${more}`;
const page = <T>(kind: string, cursor: string | null, signal?: AbortSignal) =>
  request<PageOf<T>>("GET", `/privacy/${kind}`, { query: { cursor, limit: 25 }, signal });

export const privacy = {
  /** With the etag that a change has to bring back. */
  retention: (signal?: AbortSignal) => requestTagged<Retention>("GET", "/privacy/retention", { signal }),
  changeRetention: (body: Retention, etag: string) =>
    requestTagged<Retention>("PUT", "/privacy/retention", { body, ifMatch: etag }),

  holds: (cursor: string | null, signal?: AbortSignal) => page<Hold>("holds", cursor, signal),
  createHold: (body: { customer_id: string; reason: string; until?: string }) =>
    request<unknown>("POST", "/privacy/holds", { body }),
  deleteHold: (id: string) => request<void>("DELETE", one("holds", id)),

  erasures: (cursor: string | null, signal?: AbortSignal) => page<Erasure>("erasures", cursor, signal),
  erase: (body: { customer_id: string; reason?: string }) =>
    request<unknown>("POST", "/privacy/erasures", { body }),

  exports: (cursor: string | null, signal?: AbortSignal) => page<DataExport>("exports", cursor, signal),
  export: (body: { kind: "customer"; customer_id: string } | { kind: "tenant" }) =>
    request<unknown>("POST", "/privacy/exports", { body }),
  exportLink: (id: string) =>
    request<{ url: string; expires_at: string }>("POST", one("exports", id, "/link"), { body: {} }),
  deleteExport: (id: string) => request<void>("DELETE", one("exports", id)),
};
