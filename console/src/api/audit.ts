import { request, requestFile } from "./client";
import type { AuditPage } from "./types";

/** Which lines of the audit log; `from` and `to` are moments with a zone. */
export interface AuditQuery {
  action?: string;
  target?: string;
  outcome?: string;
  from?: string;
  to?: string;
}

const EXPORT_MS = 120_000;

export const audit = {
  lines: (query: AuditQuery, cursor: string | null, signal?: AbortSignal) =>
    request<AuditPage>("GET", "/audit", { query: { ...query, cursor, limit: 50 }, signal }),
  export: (body: AuditQuery) => requestFile("POST", "/audit/export", { body, timeoutMs: EXPORT_MS }),
};
