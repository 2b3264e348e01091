/** The widget's part of the public API, as it travels. */
import type { Appearance } from "../shared/appearance";
import type { Locale, Page } from "../shared/protocol";

export type AuthorKind = "customer" | "scenario" | "assistant" | "operator" | "system";

export interface Author {
  kind: AuthorKind;
  id: string | null;
  name: string | null;
}

export interface ButtonOption {
  id: string;
  label: string;
}

export interface Source {
  title: string;
  url: string | null;
  document_id: string | null;
  quote: string | null;
}

export interface Message {
  id: string;
  conversation_id: string;
  seq: number;
  direction: "inbound" | "outbound" | "note" | "event";
  author: Author;
  text: string;
  content: {
    buttons?: ButtonOption[];
    /** Answers that are offered: pressing one sends its words. */
    quick_replies?: { label: string }[];
    sources?: Source[];
    /** What happened, with the names it concerns. */
    event?: { type: string; name?: string } | null;
    /** Of an inbound row: the id of the button that was pressed. */
    button?: string;
  };
  client_message_id: string | null;
  created_at: string;
}

export interface Config {
  tenant: { slug: string; name: string };
  /** What the tenant is called in this language. */
  title: string;
  locale: Locale;
  locales: Locale[];
  theme: Partial<Appearance> & { accent: string };
  greeting: { text: string; buttons: ButtonOption[] } | null;
  hours: { open: boolean; next_open: string | null };
  limits: { text_max: number };
}

export interface SessionRequest {
  visitor_token?: string;
  locale?: Locale;
  page?: Page;
}

export interface SessionAnswer {
  visitor_token: string;
  conversation_id: string | null;
  config: Config;
}

export type SendBody = { client_message_id: string } & ({ text: string } | { button: string });

/** A slice of the visitor's open conversation; another `conversation_id` than asked for means: start anew. */
export interface Slice {
  conversation_id: string | null;
  messages: Message[];
  last_seq: number;
}

/** What the page told of its visitor; the same id again is the same event. */
export interface PageEvent {
  id: string;
  name: string;
  data: Record<string, unknown>;
}

export type IdentityFields = { name?: string; email?: string; phone?: string; token?: string };

export type ServerFrame =
  | { type: "welcome"; conversation_id: string | null; last_seq: number }
  | { type: "message"; message: Message }
  | { type: "typing"; author: { kind: AuthorKind; name: string | null }; on: boolean; for_ms?: number }
  | { type: "presence"; operators_online: boolean }
  | { type: "token"; message_id: string; text: string }
  | { type: "resync" }
  | { type: "pong" };

export type ClientFrame = { type: "typing"; on: boolean } | { type: "seen"; seq: number } | { type: "ping" };
