import { type Appearance, checkedAppearance } from "../shared/appearance";
import type { Forget, HostState, Identity, Locale, ToHost, ViewName, Wanted } from "../shared/protocol";
import { asLocale, MARK, VIEWS } from "../shared/protocol";
import { Launcher } from "./launcher";
import { Memory } from "./memory";
import type { Opening, Openings } from "./openings";
import { add } from "./parts";

export type InitOptions = Partial<Appearance> & { locale?: string };

// biome-ignore lint/suspicious/noExplicitAny: what a host page passes to `omni(...)` is anything.
type Any = any;
export type Command = (name: string, ...args: Any[]) => void;

/** What the tenant has set for pages that the chat was not yet opened in. */
interface Given {
  theme: unknown;
  openings: Opening[];
}
export interface Ways {
  look: (address: string) => Promise<{ default: Given }>;
  /** What only a widget with openings needs. */
  openings: (address: string) => Promise<typeof import("./openings")>;
}

// A module holds it: a page's policy that lets our script in lets it in, too, and needs no `connect-src`.
const ask = (address: string) => import(/* @vite-ignore */ address);

/**
 * Makes the function behind `omni(...)`. `base` is the folder of the loader's own address
 * (`https://host/widget/`): the address of the chat and the only origin we talk to follow from it.
 */
export function createWidget(base: URL, ways: Ways = { look: ask, openings: ask }): Command {
  const listeners: Record<string, ((detail: unknown) => void)[]> = {};
  const launcher = new Launcher();
  const events: string[] = [];
  let slug = "";
  /** The last address that was asked for the look. */
  let learnt = "";
  let memory = new Memory("");
  let own: Partial<Appearance> = {};
  let identity: Identity | null = null;
  let ordered: Locale | null = null;
  let offered: Locale | null = null;
  let open = false;
  let focus = true;
  let loaded = false;
  let ready = false;
  let leaving = false;
  let unread = 0;
  let view: Wanted | null = null;
  let opening: string | null = null;
  let openings: Openings | undefined;
  let frame: HTMLIFrameElement | undefined;

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
    memory.visitor.locale ||
    offered ||
    asLocale(document.documentElement.lang) ||
    asLocale(navigator.language) ||
    "en";

  function send(body: HostState | Forget): void {
    frame?.contentWindow?.postMessage({ [MARK]: body }, base.origin);
  }

  function post(): void {
    // Before the frame has loaded its origin is not ours yet: its `load` posts the whole state.
    if (!loaded) return;
    send({
      type: "host",
      open,
      focus,
      locale: language(),
      appearance: own,
      identity,
      events,
      page: { url: location.origin + location.pathname, title: document.title },
      view,
      opening,
      kept: memory.visitor.kept,
    });
  }

  function draw(): void {
    launcher.draw({
      open,
      ready,
      unread,
      locale: language(),
      appearance: { ...memory.visitor.appearance, ...own },
    });
    if (frame) frame.title = launcher.panel.ariaLabel as string;
    openings?.look();
  }

  function start(): void {
    if (frame || !slug) return;
    const attributes = { src: `${base}${slug}?embed=1`, allow: "microphone" };
    frame = add(launcher.panel, "iframe", attributes) as HTMLIFrameElement;
    frame.onload = () => {
      // Who signed out is forgotten before anybody new is spoken of.
      if (memory.visitor.forget) return send({ type: "forget" });
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
    memory.visit.open = open;
    memory.save();
    start();
    draw();
    if (focus) (open ? (frame as HTMLIFrameElement) : launcher.button).focus();
    post();
    emit(open ? "open" : "close");
  }

  function mount(): void {
    const asked = open;
    open = false;
    // Beside the body: a filter or transform there would make `fixed` mean the body, not the window.
    document.documentElement.append(launcher.host);
    draw();
    if (asked) setOpen(true);
    // The visitor went on to another page of the shop with the chat open: it stays open.
    else if (memory.visit.open && !Launcher.isFullScreen) setOpen(true, false);
    else if (memory.visitor.talked || memory.visitor.forget) start();
    void learn();
  }

  /** How the tenant wants the widget to look; until the first answer nothing is drawn in a wrong corner. */
  async function learn(): Promise<void> {
    const address = `${base}${slug}/launcher.js?locale=${language()}`;
    if (!slug || address === learnt) return;
    learnt = address;
    launcher.host.toggleAttribute("waiting", !open && !Object.keys(memory.visitor.appearance).length);
    try {
      const given = (await ways.look(address)).default;
      if (address !== learnt) return; // Of a language, or a widget, that is gone.
      memory.visitor.appearance = checkedAppearance(given.theme);
      memory.save();
      if (given.openings.length) await watch(given.openings);
    } catch (error) {
      console.warn("omni: the look of the widget could not be asked for", error);
    }
    launcher.host.removeAttribute("waiting");
    draw();
  }

  async function watch(all: Opening[]): Promise<void> {
    const part = await ways.openings(`${base}openings.js`);
    openings ??= new part.Openings(launcher.root, {
      get memory() {
        return memory;
      },
      locale: language,
      heard: () => events.map((event) => String(JSON.parse(event)[0])),
      isQuiet: () => open || unread > 0,
      accept(id) {
        opening = id;
        setOpen(true);
      },
      dismissed: () => launcher.button.focus(),
    });
    openings.watch(all);
  }

  /** Nothing of this visitor stays, here or in the frame; the frame says when it is done. */
  function forget(): void {
    setOpen(false, false);
    [identity, view, opening, ordered, unread] = [null, null, null, null, 0];
    events.length = 0;
    memory.forget();
    const there = loaded;
    loaded = false;
    if (there) send({ type: "forget" });
    else start();
    draw();
  }

  /** The chat, begun anew, for nobody. */
  function forgotten(): void {
    memory.visitor.forget = ready = false;
    memory.save();
    if (leaving) remove();
  }

  function remove(): void {
    openings?.stop();
    learnt = "";
    frame?.remove();
    frame = undefined;
    launcher.host.remove();
    slug = "";
    leaving = false;
  }

  function receive({ source, origin, data }: MessageEvent): void {
    const body: ToHost | undefined = data?.[MARK];
    if (!body || !frame || source !== frame.contentWindow || origin !== base.origin) return;
    const { visitor } = memory;
    if (body.type === "forgotten") forgotten();
    else if (body.type === "ready") {
      ready = true;
      emit("ready");
    } else if (body.type === "close") setOpen(false);
    else if (body.type === "talked") visitor.talked = true;
    else if (body.type === "keep") {
      if (body.value === null) delete visitor.kept[body.key];
      else visitor.kept[body.key] = body.value;
    } else if (body.type === "locale") {
      // Chosen after the page gave its order: until the next page the visitor's word is the last one.
      visitor.locale = asLocale(body.locale);
      ordered = null;
      post();
      void learn();
    } else if (body.type === "unread") {
      unread = body.count;
      emit("unread", unread);
    } else if (body.type === "message") emit("message", body.message);
    else if (body.type === "csat") emit("csat", { score: body.score });
    memory.save();
    draw();
  }

  const commands: Record<string, (...args: Any[]) => void> = {
    init(name: unknown, options: InitOptions = {}) {
      if (slug) return;
      if (typeof name !== "string" || !/^[\w-]+$/.test(name)) return console.warn("omni: init needs a slug");
      slug = name;
      memory = new Memory(slug);
      own = checkedAppearance(options);
      offered = asLocale(options.locale);
      if (document.body) mount();
      else addEventListener("DOMContentLoaded", mount);
    },
    open: () => setOpen(true),
    close: () => setOpen(false),
    toggle: () => setOpen(!open),
    show(name: ViewName, id?: unknown) {
      if (!VIEWS.includes(name) || (name === "article" && !id))
        return console.warn(`omni: show needs one of ${VIEWS.join(", ")}; article with an id`);
      view = { name, times: (view?.times ?? 0) + 1, ...(id ? { id: String(id) } : {}) };
      setOpen(true);
      post();
    },
    identify(who: Identity | undefined) {
      if (!who) return console.warn("omni: identify needs an object");
      const { name, email, phone, token } = who;
      identity = { name, email, phone, token };
      post();
    },
    track(...event) {
      // As text: what cannot be posted fails here, and not with every state after it.
      events.push(JSON.stringify(event));
      openings?.look();
      post();
    },
    setLocale(locale: unknown) {
      ordered = asLocale(locale) || ordered;
      draw();
      post();
      void learn();
    },
    on(event: string, listener: () => void) {
      if (typeof listener !== "function") return;
      listeners[event] = [...(listeners[event] || []), listener];
      // Whoever asks late would wait for ever.
      if (event === "ready" && ready) listener();
    },
    off(event: string, listener?: () => void) {
      listeners[event] = (listeners[event] || []).filter((each) => listener && each !== listener);
    },
    reset: () => slug && forget(),
    shutdown() {
      if (!slug) return;
      leaving = true;
      forget();
      launcher.host.toggleAttribute("waiting", true);
    },
  };

  launcher.button.onclick = () => setOpen(!open);
  launcher.button.onpointerenter = launcher.button.onfocus = start;
  launcher.panel.onkeydown = launcher.button.onkeydown = (event) => {
    if (event.key === "Escape") setOpen(false);
  };
  addEventListener("message", receive);
  addEventListener("resize", draw);
  window.visualViewport?.addEventListener("resize", draw);

  return (name, ...args) => {
    if (Object.hasOwn(commands, name)) attempt(commands[name] as Command, ...(args as [string]));
    else console.warn(`omni: no command "${name}"`);
  };
}
