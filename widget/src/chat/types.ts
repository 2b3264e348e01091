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

/** A file of a message; `url` is known of those that were uploaded just now, else it is asked for. */
export interface Attachment {
  id: string;
  name: string;
  mime: string;
  size: number;
  kind: "file" | "image" | "audio" | "video";
  voice?: boolean;
  duration_ms?: number;
  url?: string;
}

/** A file as the server has taken it; `url` opens for five minutes. */
export interface StoredFile {
  id: string;
  name: string;
  type: string;
  size: number;
  url: string;
  duration_ms?: number;
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
  attachments?: Attachment[];
  client_message_id: string | null;
  created_at: string;
}

export interface FormField {
  key: string;
  kind: "name" | "email" | "phone" | "text" | "select";
  label: string;
  required: boolean;
  options: { value: string; label: string }[];
}

/** What is asked before, or instead of, a talk. */
export interface Form {
  intro: string | null;
  fields: FormField[];
  consent: { text: string; url: string | null } | null;
}

export type FormKind = "pre_chat" | "offline";

export interface FilledForm {
  client_message_id: string;
  form: FormKind;
  fields: Record<string, string>;
  consent: boolean;
  text: string;
  anew?: boolean;
}

export interface Limits {
  text_max: number;
  attachments_max?: number;
  file_bytes?: number;
  file_extensions?: string[];
  voice_s?: number;
  comment_max?: number;
}

export interface Features {
  articles: boolean;
  files: boolean;
  voice: boolean;
  csat: boolean;
  receipts: boolean;
  history: boolean;
}

export interface Csat {
  /** The visitor may be asked now. */
  due: boolean;
  score: number | null;
  comment: string | null;
}

/** A conversation as its visitor sees it. */
export interface Conversation {
  id: string;
  status: "open" | "resolved";
  last_message: { text: string; created_at: string } | null;
  last_seq: number;
  unread: number;
  /** How far operators have read; null where receipts are off. */
  operators_seen_seq: number | null;
  csat: Csat;
  created_at: string;
  updated_at: string;
}

export interface ArticleLine {
  id: string;
  title: string;
  category: string | null;
  excerpt: string;
}

export interface ArticleList {
  items: ArticleLine[];
  categories: { name: string; articles: number }[];
}

export interface Span {
  text: string;
  strong?: boolean;
  emphasis?: boolean;
  code?: boolean;
  href?: string;
}

export type ArticleBlock =
  | { kind: "heading"; level: number; spans: Span[] }
  | { kind: "paragraph"; spans: Span[] }
  | { kind: "list"; ordered: boolean; start: number; items: ArticleBlock[][] }
  | { kind: "quote"; blocks: ArticleBlock[] }
  | { kind: "code"; text: string }
  | { kind: "table"; head: Span[][]; rows: Span[][][] }
  | { kind: "rule" };

export interface Article {
  id: string;
  title: string;
  category: string | null;
  url: string | null;
  blocks: ArticleBlock[];
  updated_at: string;
}

export interface Config {
  tenant: { slug: string; name: string };
  /** What the tenant is called in this language. */
  title: string;
  locale: Locale;
  locales: Locale[];
  theme: Partial<Appearance> & { accent: string; logo?: string | null };
  greeting: { text: string; buttons: ButtonOption[] } | null;
  hours: { open: boolean; next_open: string | null };
  limits: Limits;
  /** What is absent is of a server that has it not. */
  away?: string | null;
  forms?: Record<FormKind, Form | null>;
  openings?: { id: string; text: string }[];
  features?: Features;
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

export type SendBody = { client_message_id: string; opening?: string; anew?: boolean } & (
  | { text?: string; attachments?: string[] }
  | { button: string }
);

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
  | { type: "conversation"; conversation: Conversation }
  | { type: "resync" }
  | { type: "pong" };

export type ClientFrame = { type: "typing"; on: boolean } | { type: "seen"; seq: number } | { type: "ping" };
