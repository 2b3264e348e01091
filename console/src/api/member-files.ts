import { request, requestFile } from "./client";

export interface RefusedCell {
  line: number;
  field: string;
  code: string;
  /** In the language of the account. */
  message: string;
}

export interface MemberReport {
  dry_run: boolean;
  rows: number;
  invited: number;
  refused: RefusedCell[];
}

/** A thousand mails take their time. */
const IMPORT_MS = 120_000;

/** The team as a file: in as invitations, out as a table. */
export const memberFiles = {
  import: (table: Blob, dryRun: boolean) =>
    request<MemberReport>("POST", "/team/members/import", {
      body: table,
      query: { dry_run: String(dryRun) },
      timeoutMs: IMPORT_MS,
    }),
  export: () => requestFile("GET", "/team/members/export", { timeoutMs: IMPORT_MS }),
};
