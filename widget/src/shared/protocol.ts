/** What the loader (on the customer's page) and the chat (in the iframe) say to each other by `postMessage`. */
import type { Appearance } from "./appearance";

export type Locale = "ru" | "en";

/** As the host page gave it: the chat checks it before it goes anywhere. */
export interface Identity {
  name?: unknown;
  email?: unknown;
  phone?: unknown;
  /** Signed by the company's own server: with it the rest counts for nothing. */
  token?: unknown;
}

export interface Page {
  /** Without query and fragment: those may carry secrets of the host page. */
  url: string;
  title: string;
}

/** What of the chat can be asked for. */
export const VIEWS = ["chat", "articles", "article", "form", "conversations"] as const;
export type ViewName = (typeof VIEWS)[number];

/** A view that the page has asked for; `times` counts, so that the same one can be asked for again. */
export interface Wanted {
  name: ViewName;
  /** Of an article. */
  id?: string;
  times: number;
}

/** Sent by the loader each time something changes; the chat looks at the whole. */
export interface HostState {
  type: "host";
  open: boolean;
  /** False when the chat reopens by itself on the next page: the focus stays where the visitor is. */
  focus: boolean;
  /** The launcher's language, so that both speak one. */
  locale: Locale;
  /** What the page overrules of the tenant's look. */
  appearance: Partial<Appearance>;
  identity: Identity | null;
  /** All that `track` has told on this page, in order: `[name, data]` as JSON. */
  events: readonly string[];
  page: Page;
  view: Wanted | null;
  /** The opening that the visitor has answered to by opening the chat. */
  opening: string | null;
  /** What the chat gave to keep, where the browser refuses storage to a frame of another site. */
  kept: Record<string, string>;
}

/** The host page learns that a message came and from whom, never its text. */
export interface MessageNotice {
  id: string;
  seq: number;
  author: { kind: string; name: string | null };
  created_at: string;
}

/** What the loader says besides the state: forget this visitor, whoever comes next is another one. */
export interface Forget {
  type: "forget";
}

export type ToHost =
  | { type: "ready" }
  | { type: "close" }
  /** The visitor chose a language inside. */
  | { type: "locale"; locale: Locale }
  /** This visitor has a conversation: the next page view starts the chat without waiting for a hover. */
  | { type: "talked" }
  | { type: "unread"; count: number }
  | { type: "message"; message: MessageNotice }
  | { type: "csat"; score: number }
  | { type: "keep"; key: string; value: string | null }
  /** Nothing of the earlier visitor is left in the frame. */
  | { type: "forgotten" };

/** Marks our envelopes among whatever else a page posts to its frames: `{omni: body}`. */
export const MARK = "omni";

export function asLocale(value: unknown): Locale | null {
  const language = String(value).slice(0, 2).toLowerCase();
  return language === "ru" || language === "en" ? language : null;
}
