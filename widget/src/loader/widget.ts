import { isHex, textOn } from "../shared/colour";
import type { HostState, Identity, Locale, ToHost } from "../shared/protocol";
import { asLocale, MARK } from "../shared/protocol";
import { add, addIcon, addStyles, read, write } from "./dom";
import { WORDS } from "./words";

export interface InitOptions {
  locale?: string;
  accent?: string;
  position?: "left" | "right";
}

// biome-ignore lint/suspicious/noExplicitAny: what a host page passes to `omni(...)` is anything.
type Any = any;
export type Command = (name: string, ...args: Any[]) => void;

const TALK = "M7 4h10a4 4 0 0 1 4 4v5a4 4 0 0 1-4 4h-5l-5 4v-4a4 4 0 0 1-4-4V8a4 4 0 0 1 4-4z";
const CROSS = "M6 6l12 12M18 6L6 18";

/**
 * Makes the function behind `omni(...)`. `base` is the folder of the loader's own address
 * (`https://host/widget/`): the address of the chat and the only origin we talk to follow from it.
 */
export function createWidget(base: URL): Command {
  const listeners: Record<string, ((detail: unknown) => void)[]> = {};
  let slug = "";
  let key = "";
  let talked = "";
  let accent = "";
  let ownAccent = false;
  let identity: Identity | null = null;
  let ordered: Locale | null = null;
  let chosen: Locale | null = null;
  let offered: Locale | null = null;
  let open = false;
  let focus = true;
  let loaded = false;
  let ready = false;
  let unread = 0;
  let held = false;
  let overflow = "";
  let frame: HTMLIFrameElement | undefined;
  const events: string[] = [];

  const host = document.createElement("omni-widget");
  const shadow = host.attachShadow({ mode: "open" });
  addStyles(shadow);
  const root = add(shadow, "div");
  // Before the launcher: Shift+Tab on the button leads into the chat.
  const panel = add(root, "section", { role: "dialog" });
  const launcher = add(root, "button", { type: "button", "aria-haspopup": "dialog" });
  const icon = addIcon(launcher);
  const badge = add(launcher, "span", { "aria-hidden": "true" });

  // As in the sheet: phones upright and lying, and windows that a strong zoom makes as small.
  const isFullScreen = () => matchMedia("(max-width:480px),(max-height:480px)").matches;

  /** A mistake of the host page stays its own: it may not stop the widget. */
  function attempt(action: (...args: Any[]) => void, ...args: Any[]): void {
    try {
      action(...args);
    } catch (error) {
      console.error(error);
    }
  }

  function emit(event: string, detail?: unknown): void {
    for (const listener of listeners[event] || []) attempt(listener, detail);
  }

  /** What `setLocale` ordered, else what the visitor has chosen inside, else the page's, else the browser's. */
  const language = (): Locale =>
    ordered ||
    chosen ||
    offered ||
    asLocale(document.documentElement.lang) ||
    asLocale(navigator.language) ||
    "en";

  function post(): void {
    const body: HostState = {
      type: "host",
      open,
      focus,
      locale: language(),
      accent: ownAccent ? accent : null,
      identity,
      events,
      page: { url: location.origin + location.pathname, title: document.title },
    };
    // Before the frame has loaded its origin is not ours yet: its `load` posts the whole state.
    if (loaded) frame?.contentWindow?.postMessage({ [MARK]: body }, base.origin);
  }

  function draw(): void {
    const locale = language();
    const [show, hide, title, word] = WORDS[locale];
    const full = open && isFullScreen();
    const viewport = window.visualViewport;
    root.className = open ? (ready ? "open ready" : "open") : "";
    root.lang = locale;
    icon.setAttribute("d", open ? CROSS : TALK);
    badge.textContent = open || !unread ? "" : unread > 99 ? "99+" : String(unread);
    launcher.ariaLabel = open ? hide : unread ? `${show}, ${word}: ${unread}` : show;
    launcher.ariaExpanded = String(open);
    panel.ariaLabel = title;
    panel.ariaModal = String(full);
    if (frame) frame.title = title;
    // On a phone the chat covers the page: the page holds still and the chat stays above the keyboard.
    if (full !== held) {
      held = full;
      const style = document.documentElement.style;
      [style.overflow, overflow] = full ? ["hidden", style.overflow] : [overflow, ""];
    }
    panel.style.height = full && viewport ? `${viewport.height}px` : "";
    panel.style.top = full && viewport ? `${viewport.offsetTop}px` : "";
    if (accent) {
      // Names of our own: a page's variables reach into the shadow, and `--accent` is a word of many pages.
      host.style.setProperty("--omni-accent", accent);
      host.style.setProperty("--omni-on-accent", textOn(accent));
    }
  }

  function start(): void {
    if (frame || !slug) return;
    frame = add(panel, "iframe", { src: `${base}${slug}?embed=1` }) as HTMLIFrameElement;
    frame.onload = () => {
      loaded = true;
      post();
    };
    draw();
  }

  function setOpen(next: boolean, withFocus = true): void {
    if (open === next) return;
    open = next;
    if (!slug) return; // Asked for before `init`, which takes it up.
    focus = withFocus;
    write("sessionStorage", key, open ? "1" : "");
    start();
    draw();
    if (focus) (open ? (frame as HTMLIFrameElement) : launcher).focus();
    post();
    emit(open ? "open" : "close");
  }

  function mount(): void {
    const asked = open;
    open = false;
    // Beside the body: a filter or transform there would make `fixed` mean the body, not the window.
    document.documentElement.append(host);
    draw();
    if (asked) setOpen(true);
    // The visitor went on to another page of the shop with the chat open: it stays open.
    else if (read("sessionStorage", key) && !isFullScreen()) setOpen(true, false);
    else if (talked) start();
  }

  function receive({ source, origin, data }: MessageEvent): void {
    const body: ToHost | undefined = data?.[MARK];
    if (!body || !frame || source !== frame.contentWindow || origin !== base.origin) return;
    if (body.type === "ready") {
      ready = true;
      emit("ready");
    } else if (body.type === "close") setOpen(false);
    else if (body.type === "talked") talked = "1";
    else if (body.type === "locale") {
      // Chosen after the page gave its order: until the next page the visitor's word is the last one.
      chosen = asLocale(body.locale);
      ordered = null;
      post();
    } else if (body.type === "theme") {
      if (!ownAccent && isHex(body.accent)) accent = body.accent;
    } else if (body.type === "unread") {
      unread = body.count;
      emit("unread", unread);
    } else if (body.type === "message") emit("message", body.message);
    write("localStorage", key, String([talked, accent, chosen]));
    draw();
  }

  const commands: Record<string, (...args: Any[]) => void> = {
    init(name: unknown, options: InitOptions = {}) {
      if (slug) return;
      if (typeof name !== "string" || !/^[\w-]+$/.test(name)) return console.warn("omni: init needs a slug");
      slug = name;
      key = `omnisupport:${slug}`;
      const memory = read("localStorage", key).split(",");
      talked = memory[0] as string;
      ownAccent = isHex(options.accent);
      accent = [options.accent, memory[1]].find(isHex) || "";
      chosen = asLocale(memory[2]);
      offered = asLocale(options.locale);
      host.toggleAttribute("left", options.position === "left");
      if (document.body) mount();
      else addEventListener("DOMContentLoaded", mount);
    },
    open: () => setOpen(true),
    close: () => setOpen(false),
    identify(who: Identity | undefined) {
      if (!who) return console.warn("omni: identify needs an object");
      const { name, email, phone, token } = who;
      identity = { name, email, phone, token };
      post();
    },
    track(...event) {
      // As text: what cannot be posted fails here, and not with every state after it.
      events.push(JSON.stringify(event));
      post();
    },
    setLocale(locale: unknown) {
      ordered = asLocale(locale) || ordered;
      draw();
      post();
    },
    on(event: string, listener: () => void) {
      if (typeof listener !== "function") return;
      listeners[event] = [...(listeners[event] || []), listener];
      // Whoever asks late would wait for ever.
      if (event === "ready" && ready) listener();
    },
  };

  launcher.onclick = () => setOpen(!open);
  launcher.onpointerenter = launcher.onfocus = start;
  root.onkeydown = (event) => {
    if (event.key === "Escape") setOpen(false);
  };
  addEventListener("message", receive);
  addEventListener("resize", draw);
  window.visualViewport?.addEventListener("resize", draw);

  return (name, ...args) => {
    if (commands[name]) attempt(commands[name], ...args);
    else console.warn(`omni: no command "${name}"`);
  };
}
