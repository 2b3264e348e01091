/**
 * OmniSupport on your page: the function that the snippet puts on `window`, under the name that the snippet gives it.
 * Save this file beside your sources; it declares types only.
 */

declare namespace OmniSupport {
  type Locale = "ru" | "en";

  /** How the widget looks on this page; what is left out is as it is set in the console. */
  interface InitOptions {
    /** Default: the page's `lang`, then the browser's. What a visitor chooses in the chat goes before it. */
    locale?: Locale;
    /** `#rrggbb`. */
    accent?: string;
    /** Default `auto`: as the visitor's system has it. */
    scheme?: "auto" | "light" | "dark";
    /** Of the panel's corners, 0 to 24 pixels. */
    radius?: number;
    launcher?: { kind: "bubble" } | { kind: "label"; text: string };
    position?: "left" | "right";
    /** Between the launcher and the side of the window, and from below, 0 to 200 pixels. */
    x?: number;
    y?: number;
  }

  /** What you say of your visitor: shown to operators as unverified. It merges nothing and shows no history. */
  interface UnverifiedIdentity {
    name?: string;
    email?: string;
    phone?: string;
    token?: undefined;
  }

  /** A JWT of your own server, which is believed. With it nothing else counts. */
  interface VerifiedIdentity {
    token: string;
  }

  type View = "chat" | "articles" | "form" | "conversations";

  /** Who wrote and when; never the text. */
  interface MessageNotice {
    id: string;
    seq: number;
    author: { kind: "scenario" | "assistant" | "operator" | "system"; name: string | null };
    created_at: string;
  }

  interface Events {
    /** The chat has loaded. Whoever asks later is told at once. */
    ready: undefined;
    open: undefined;
    close: undefined;
    /** Somebody has answered the visitor. */
    message: MessageNotice;
    /** How many answers the visitor has not seen. */
    unread: number;
    /** The visitor has rated a conversation. */
    csat: { score: number };
  }

  /** Every command may be given before the widget has loaded: it waits in the snippet's queue. */
  interface Command {
    (command: "init", slug: string, options?: InitOptions): void;
    (command: "open" | "close" | "toggle"): void;
    (command: "show", view: View): void;
    (command: "show", view: "article", id: string): void;
    (command: "identify", who: UnverifiedIdentity | VerifiedIdentity): void;
    /** At most 32 KiB of data; kept with the customer as a hint, for anybody can send it from a browser. */
    (command: "track", name: string, data?: Record<string, unknown>): void;
    (command: "setLocale", locale: Locale): void;
    <Name extends keyof Events>(command: "on", event: Name, listener: (detail: Events[Name]) => void): void;
    /** Without a listener: all listeners of the event. */
    <Name extends keyof Events>(command: "off", event: Name, listener?: (detail: Events[Name]) => void): void;
    /** The visitor has signed out: the browser forgets who they were, the launcher stays for whoever comes next. */
    (command: "reset"): void;
    /** The same, and the launcher goes, too. `init` brings it back. */
    (command: "shutdown"): void;
    /** Of the snippet, until the widget has loaded. */
    q?: unknown[];
  }
}

interface Window {
  /** The name of the function, where the snippet gives it another one. */
  OmniSupport?: string;
  omni: OmniSupport.Command;
}

declare const omni: OmniSupport.Command;
