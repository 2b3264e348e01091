import type { CustomerSearch } from "~/customers/search";
import type { TemplateUse } from "~/reply/api";
import { request, requestFile } from "./client";
import type {
  Conversation,
  ConversationCounts,
  ConversationPage,
  CustomerPage,
  Department,
  Enrolment,
  FileLink,
  Keys,
  MadeKey,
  Me,
  Member,
  Message,
  MessageKind,
  MessagePage,
  NewKey,
  Note,
  NotePage,
  OriginalMail,
  OwnTenant,
  RecoveryCodes,
  Sent,
  SessionOut,
  TwoFactorNeeded,
  Verb,
  WholeCustomer,
} from "./types";

interface Changed {
  conversation: Conversation;
}

export interface ConversationQuery {
  status?: string;
  assigned_to?: string;
  channel?: string;
  controller?: string;
  department?: string;
  q?: string;
}

export interface AssignTarget {
  user_id?: string | null;
  department_id?: string | null;
}

/** Whose API keys: one's own, or all of the workspace. */
export type KeyOwner = "own" | "tenant";
const KEYS: Record<KeyOwner, string> = { own: "/auth/keys", tenant: "/keys" };

/** A hundred thousand lines take their time. */
const EXPORT_MS = 120_000;

const customerAt = (id: string, part = "") => `/customers/${encodeURIComponent(id)}${part}`;
const at = (id: string, verb = "") => `/conversations/${encodeURIComponent(id)}${verb}`;

/** One function for each route of the console, named as the route. */
export const api = {
  /** `tenant` is a slug: the workspace that the session begins in. */
  login: (email: string, password: string, tenant?: string) =>
    request<TwoFactorNeeded | null>("POST", "/auth/login", { body: { email, password, tenant } }),
  passSecondFactor: (proof: { token: string; code?: string; recovery_code?: string }) =>
    request<null>("POST", "/auth/two-factor/verify", { body: proof }),
  tenants: (signal?: AbortSignal) =>
    request<{ items: OwnTenant[] }>("GET", "/auth/tenants", { signal }).then((answer) => answer.items),
  selectTenant: (id: string) => request<null>("POST", "/auth/select-tenant", { body: { tenant_id: id } }),
  logout: () => request<void>("POST", "/auth/logout", { body: {} }),
  register: (wanted: {
    company: string;
    name: string;
    email: string;
    password: string;
    locale: string;
    slug?: string;
  }) => request<Sent>("POST", "/auth/register", { body: wanted }),
  forgotPassword: (email: string) => request<Sent>("POST", "/auth/forgot-password", { body: { email } }),
  resetPassword: (token: string, password: string) =>
    request<void>("POST", "/auth/reset-password", { body: { token, password } }),
  verifyEmail: (token: string) => request<Sent>("POST", "/auth/verify-email", { body: { token } }),
  resendVerification: () => request<Sent>("POST", "/auth/verify-email/resend", { body: {} }),
  changePassword: (old: string, password: string) =>
    request<null>("POST", "/auth/change-password", { body: { old, new: password } }),
  changeEmail: (password: string, email: string) =>
    request<Sent>("POST", "/auth/change-email", { body: { password, email } }),
  changeMe: (change: { name?: string; locale?: string }) =>
    request<Me>("PATCH", "/auth/me", { body: change }),
  reauthenticate: (proof: { password: string } | { code: string }) =>
    request<void>("POST", "/auth/reauthenticate", { body: proof }),
  beginTwoFactor: () => request<Enrolment>("POST", "/auth/two-factor/enable", { body: {} }),
  confirmTwoFactor: (code: string) =>
    request<RecoveryCodes>("POST", "/auth/two-factor/verify", { body: { code } }),
  renewRecoveryCodes: (code: string) =>
    request<RecoveryCodes>("POST", "/auth/two-factor/recovery-codes", { body: { code } }),
  disableTwoFactor: (password: string, code: string) =>
    request<null>("POST", "/auth/two-factor/disable", { body: { password, code } }),
  sessions: (signal?: AbortSignal) =>
    request<{ items: SessionOut[] }>("GET", "/auth/sessions", { signal }).then((answer) => answer.items),
  endSession: (id: string) => request<void>("DELETE", `/auth/sessions/${encodeURIComponent(id)}`),
  endOtherSessions: () => request<{ ended: number }>("DELETE", "/auth/sessions"),
  keys: (whose: KeyOwner, cursor: string | null, signal?: AbortSignal) =>
    request<Keys>("GET", KEYS[whose], { query: { cursor, limit: 50 }, signal }),
  createKey: (whose: KeyOwner, key: NewKey) => request<MadeKey>("POST", KEYS[whose], { body: key }),
  revokeKey: (whose: KeyOwner, id: string) =>
    request<void>("DELETE", `${KEYS[whose]}/${encodeURIComponent(id)}`),
  me: (signal?: AbortSignal) => request<Me>("GET", "/me", { signal }),

  conversations: (query: ConversationQuery, cursor: string | null, limit: number, signal?: AbortSignal) =>
    request<ConversationPage>("GET", "/conversations", { query: { ...query, cursor, limit }, signal }),
  counts: (signal?: AbortSignal) => request<ConversationCounts>("GET", "/conversations/counts", { signal }),
  conversation: (id: string, signal?: AbortSignal) =>
    request<Changed>("GET", at(id), { signal }).then((answer) => answer.conversation),
  messages: (id: string, query: { after?: number; limit?: number }, signal?: AbortSignal) =>
    request<MessagePage>("GET", at(id, "/messages"), { query, signal }),
  original: (id: string, messageId: string) =>
    request<{ original: OriginalMail }>(
      "GET",
      at(id, `/messages/${encodeURIComponent(messageId)}/original`),
    ).then((answer) => answer.original),
  attachment: (id: string, fileId: string, signal?: AbortSignal) =>
    request<{ file: FileLink }>("GET", at(id, `/files/${encodeURIComponent(fileId)}`), { signal }).then(
      (answer) => answer.file,
    ),
  send: (
    id: string,
    body: {
      text?: string;
      attachments?: string[];
      content?: { template: TemplateUse };
      kind: MessageKind;
      client_message_id: string;
    },
  ) => request<{ message: Message }>("POST", at(id, "/messages"), { body }).then((answer) => answer.message),
  seen: (id: string, seq: number) => request<void>("POST", at(id, "/seen"), { body: { seq } }),

  /** The same key again is the same action. */
  act: (id: string, verb: Verb, body: object, key: string) =>
    request<Changed>("POST", at(id, `/${verb}`), { body, idempotencyKey: key }).then(
      (answer) => answer.conversation,
    ),

  customer: (id: string, signal?: AbortSignal) =>
    request<{ customer: WholeCustomer }>("GET", `/customers/${encodeURIComponent(id)}`, { signal }).then(
      (answer) => answer.customer,
    ),
  customers: (query: CustomerSearch, cursor: string | null, signal?: AbortSignal) =>
    request<CustomerPage>("GET", "/customers", { query: { ...query, cursor, limit: 50 }, signal }),
  exportCustomers: (query: CustomerSearch) =>
    requestFile("POST", "/customers/export", { body: query, timeoutMs: EXPORT_MS }),
  conversationsOf: (id: string, signal?: AbortSignal) =>
    request<{ items: Conversation[]; next_cursor: string | null }>("GET", customerAt(id, "/conversations"), {
      query: { limit: 50 },
      signal,
    }),
  notes: (id: string, cursor: string | null, signal?: AbortSignal) =>
    request<NotePage>("GET", customerAt(id, "/notes"), { query: { cursor, limit: 20 }, signal }),
  createNote: (id: string, text: string) =>
    request<{ note: Note }>("POST", customerAt(id, "/notes"), { body: { text } }),
  deleteNote: (id: string, noteId: string) =>
    request<void>("DELETE", customerAt(id, `/notes/${encodeURIComponent(noteId)}`)),
  members: (signal?: AbortSignal) =>
    request<{ items: Member[] }>("GET", "/team/members", { signal }).then((answer) => answer.items),
  departments: (signal?: AbortSignal) =>
    request<{ items: Department[] }>("GET", "/team/departments", { signal }).then((answer) => answer.items),
  ticket: () => request<{ ticket: string; expires_in: number }>("POST", "/ws-ticket", { body: {} }),
};
