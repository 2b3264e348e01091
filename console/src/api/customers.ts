import type { TemplateUse } from "~/reply/api";
import { request, requestFile } from "./client";
import type { Consent, CustomerLine, Note, WholeCustomer } from "./types";

export type FieldValue = string | number | boolean;

/** What changes of a customer; in `fields` and `consents` only what is named, null takes it away. */
export interface CustomerChange {
  name?: string | null;
  email?: string | null;
  phone?: string | null;
  external_id?: string | null;
  locale?: string;
  tags?: string[];
  fields?: Record<string, FieldValue | null>;
  consents?: Record<string, Pick<Consent, "status" | "source"> | null>;
}

/** What a conversation begins with: a text, or a template of the channel. */
export type FirstWords = { text: string } | { content: { template: TemplateUse } };

export interface Duplicate {
  customer: CustomerLine;
  matches: ("email" | "phone")[];
}

export interface CustomerReport {
  dry_run: boolean;
  rows: number;
  created: number;
  updated: number;
  unchanged: number;
  refused: number;
  /** The first thousand. */
  refusals: { line: number; field: string | null; code: string; reason: string }[];
}

/** Twenty thousand rows take their time. */
const FILE_MS = 120_000;

const at = (id: string, part = "") => `/customers/${encodeURIComponent(id)}${part}`;
const customerOf = ({ customer }: { customer: WholeCustomer }) => customer;

/** One function for each route that changes customers. */
export const customers = {
  create: (body: CustomerChange) =>
    request<{ customer: WholeCustomer }>("POST", "/customers", { body }).then(customerOf),
  /** Over the revision that was read. */
  change: (id: string, revision: number, body: CustomerChange) =>
    request<{ customer: WholeCustomer }>("PATCH", at(id), { body, ifMatch: `"${revision}"` }).then(
      customerOf,
    ),
  remove: (id: string) => request<void>("DELETE", at(id)),
  /** Write to a customer first; the id of the conversation. */
  begin: (id: string, body: { identity_id: string; client_message_id: string } & FirstWords) =>
    request<{ conversation: { id: string } }>("POST", at(id, "/conversations"), { body }).then(
      ({ conversation }) => conversation.id,
    ),
  duplicates: (id: string, signal?: AbortSignal) =>
    request<{ items: Duplicate[] }>("GET", at(id, "/duplicates"), { signal }).then(({ items }) => items),
  /** The one of the path remains. */
  merge: (id: string, otherId: string) =>
    request<{ customer: WholeCustomer }>("POST", at(id, "/merge"), { body: { other_id: otherId } }).then(
      customerOf,
    ),
  /** Answers the one who comes back. */
  undoMerge: (id: string) =>
    request<{ customer: WholeCustomer }>("POST", at(id, "/merge/undo"), { body: {} }).then(customerOf),
  changeNote: (id: string, noteId: string, text: string) =>
    request<{ note: Note }>("PATCH", at(id, `/notes/${encodeURIComponent(noteId)}`), { body: { text } }),
  export: (id: string) => requestFile("GET", at(id, "/export"), { timeoutMs: FILE_MS }),
  import: (table: Blob, dryRun: boolean) =>
    request<CustomerReport>("POST", "/customers/import", {
      body: table,
      query: { dry_run: String(dryRun) },
      timeoutMs: FILE_MS,
    }),
};
