import { useState } from "react";
import type { Account } from "~/api/channels";
import { accountOf, type Draft, FIELDS, faultsOf, type Kind } from "./kinds";
import { EMPTY_MAILBOX, type MailboxDraft, mailboxFaults, mailboxOf } from "./mailbox";

const MAILBOX_FIELDS = [
  "address",
  "sender_name",
  "password",
  "client_id",
  "client_secret",
  "refresh_token",
  "token_url",
  "authserv_id",
];

/** What is typed of an account of one kind, and whether the api would take it. */
export function useCredentials(kind: Kind, mailbox: Partial<MailboxDraft> = {}) {
  const [draft, setDraft] = useState<Draft>({});
  const [mail, setMail] = useState<MailboxDraft>({ ...EMPTY_MAILBOX, ...mailbox });
  return {
    draft,
    setDraft,
    mail,
    setMail,
    /** As the api names them. */
    fields: kind === "email" ? MAILBOX_FIELDS : FIELDS[kind].map(({ name, as }) => as ?? name),
    faults: (): string[] => (kind === "email" ? mailboxFaults(mail) : faultsOf(kind, draft)),
    account: (): Account => (kind === "email" ? mailboxOf(mail) : accountOf(kind, draft)),
  };
}

export type Credentials = ReturnType<typeof useCredentials>;
