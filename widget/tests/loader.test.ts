import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { install } from "../src/loader/install";
import type { Opening } from "../src/loader/openings";
import * as openingsModule from "../src/loader/openings";
import { createWidget } from "../src/loader/widget";
import type { Forget, HostState } from "../src/shared/protocol";

const SRC = "https://api.example/widget/loader.js";
const PAGE = window as unknown as Record<string, unknown>;

type Omni = ((...args: unknown[]) => void) & { q?: unknown[] };
const omni = (...args: unknown[]) => (PAGE.omni as Omni)(...args);

/** The first half of the snippet: the queue before the loader has come. */
function snippet(): void {
  PAGE.OmniSupport = "omni";
  PAGE.omni ??= function queue() {
    const self = PAGE.omni as Omni;
    self.q = self.q ?? [];
    // biome-ignore lint/complexity/noArguments: the snippet is what it is.
    self.q.push(arguments);
  };
}

function script(): HTMLScriptElement {
  const element = document.createElement("script");
  Object.defineProperty(element, "src", { value: SRC });
  return element;
}

/** What the server says of the tenant's look; null: it is away. */
let given: { theme: unknown; openings: Opening[] } | null = null;
const asked: string[] = [];

async function ask(address: string) {
  asked.push(address);
  if (!given) throw new TypeError("Failed to fetch dynamically imported module");
  return { default: given };
}

const load = () =>
  install(script(), (base) => createWidget(base, { look: ask, openings: async () => openingsModule }));
const settled = () => new Promise((done) => setTimeout(done));
const host = () => document.querySelector("omni-widget") as HTMLElement;
const inside = <T extends Element>(selector: string) => host().shadowRoot?.querySelector(selector) as T;
const button = () => inside<HTMLButtonElement>(".launcher");
const frame = () => inside<HTMLIFrameElement>("iframe");

let posted: { body: HostState; origin: string }[] = [];
let forgets = 0;
let chat: { postMessage: (data: { omni: HostState | Forget }, origin: string) => void };

/** The chat in the frame: a window that notes what it is told. */
function answer(): void {
  posted = [];
  chat = {
    postMessage: ({ omni: body }, origin) => {
      if (body.type === "forget") forgets += 1;
      else posted.push({ body, origin });
    },
  };
  Object.defineProperty(frame(), "contentWindow", { value: chat, configurable: true });
  frame().onload?.(new Event("load"));
}

function say(body: unknown, { source = chat as unknown, origin = "https://api.example" } = {}): void {
  const event = new Event("message");
  Object.assign(event, { data: { omni: body }, source, origin });
  window.dispatchEvent(event);
}

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
  given = null;
  asked.length = forgets = 0;
  vi.spyOn(console, "warn").mockImplementation(() => {});
  vi.spyOn(console, "error").mockImplementation(() => {});
  // The frame of the tests loads nothing.
  vi.spyOn(HTMLIFrameElement.prototype, "setAttribute").mockImplementation(function (
    this: Element,
    name,
    value,
  ) {
    Element.prototype.setAttributeNS.call(this, null, name === "src" ? "data-src" : name, value);
  });
});

afterEach(() => {
  host()?.remove();
  for (const name of ["omni", "OmniSupport", "__omnisupport"]) delete PAGE[name];
  document.documentElement.lang = "";
});

describe("the queue", () => {
  test("of the snippet is run in its order when the loader comes", () => {
    const events: string[] = [];
    snippet();
    omni("on", "open", () => events.push("open"));
    omni("init", "demo", { locale: "ru" });
    omni("open");
    omni("toggle");
    omni("toggle");
    load();
    expect(events).toEqual(["open", "open"]);
    expect(frame().dataset.src).toBe("https://api.example/widget/demo?embed=1");
    expect(button().ariaLabel).toBe("Закрыть чат");
  });

  test("may open before init", () => {
    snippet();
    omni("open");
    omni("init", "demo");
    load();
    expect(button().ariaExpanded).toBe("true");
  });

  test("of a second snippet goes to the first loader: one widget", () => {
    snippet();
    omni("init", "demo");
    load();
    snippet();
    omni("init", "demo");
    load();
    omni("open");
    expect(document.querySelectorAll("omni-widget")).toHaveLength(1);
  });

  test("under another name reaches the same widget", () => {
    snippet();
    omni("init", "demo");
    load();
    PAGE.OmniSupport = "chat";
    PAGE.chat = Object.assign(() => {}, { q: [["open"]] });
    load();
    expect(button().ariaExpanded).toBe("true");
    delete PAGE.chat;
  });

  test("to track reach the chat as soon as it has loaded, whatever they carry", () => {
    const circle: Record<string, unknown> = {};
    circle.itself = circle;
    vi.spyOn(console, "error").mockImplementation(() => {});
    snippet();
    omni("track", "early");
    omni("init", "demo");
    load();
    omni("open");
    omni("track", "circle", circle);
    omni("track", "late", { items: 3, handler: () => {} });
    answer();
    omni("track", "after");
    const all = [["early"], ["late", { items: 3 }], ["after"]];
    expect(posted.at(-1)?.body.events.map((text) => JSON.parse(text))).toEqual(all);
  });

  test("survives mistakes of the page", () => {
    snippet();
    omni("identify");
    omni("nonsense");
    omni("on", "open", "not a function");
    omni("on", "open", () => {
      throw new Error("of the page");
    });
    omni("init", "demo");
    omni("open");
    load();
    expect(button().ariaExpanded).toBe("true");
  });

  test.each([undefined, null, ""])("tells the page that it identified nobody by %j", (nobody) => {
    snippet();
    omni("init", "demo");
    omni("identify", nobody);
    load();
    expect(console.warn).toHaveBeenCalledWith("omni: identify needs an object");
    expect(console.error).not.toHaveBeenCalled();
  });

  test.each([undefined, "", "a b", "../x", "a/b", "a?b"])("does not start with the slug %j", (slug) => {
    snippet();
    omni("init", slug);
    load();
    expect(host()).toBeNull();
    expect(console.warn).toHaveBeenCalled();
  });
});

/** The page is left; what the browser has stored stays. */
function nextPage(): void {
  host()?.remove();
  delete PAGE.omni;
  delete PAGE.__omnisupport;
}

describe("the frame", () => {
  function ready(options = {}): void {
    snippet();
    omni("init", "demo", options);
    load();
  }

  test("is not there until the visitor comes near", () => {
    ready();
    expect(frame()).toBeNull();
    button().dispatchEvent(new Event("pointerenter"));
    expect(frame()).not.toBeNull();
    expect(button().ariaExpanded).toBe("false");
  });

  test("starts by itself for whoever has a conversation", () => {
    ready();
    button().click();
    answer();
    say({ type: "talked" });
    sessionStorage.clear();
    nextPage();
    ready();
    expect(frame()).not.toBeNull();
    expect(button().ariaExpanded).toBe("false");
  });

  test("reopens on the next page of the same visit without taking the focus", () => {
    ready();
    button().click();
    nextPage();
    ready();
    expect(button().ariaExpanded).toBe("true");
    answer();
    expect(posted[0]?.body).toMatchObject({ open: true, focus: false });
  });

  test("is told everything by exact origin, and nothing before it has loaded", () => {
    history.replaceState(null, "", "/tea?secret=1#top");
    ready({ locale: "en", accent: "#123456" });
    omni("identify", { name: "Ivan", phone: "1", token: "a.b.c", other: "no" });
    button().click();
    answer();
    expect(posted).toMatchObject([
      {
        origin: "https://api.example",
        body: { open: true, focus: true, locale: "en", appearance: { accent: "#123456" } },
      },
    ]);
    expect(posted[0]?.body.identity).toEqual({ name: "Ivan", email: undefined, phone: "1", token: "a.b.c" });
    expect(posted[0]?.body.page.url).toMatch(/\/tea$/);
    omni("close");
    expect(posted.at(-1)?.body.open).toBe(false);
  });

  test("is heard only from its own window and origin", () => {
    ready();
    button().click();
    answer();
    say({ type: "unread", count: 3 }, { origin: "https://evil.example" });
    say({ type: "close" }, { source: window });
    expect(button().ariaExpanded).toBe("true");
    say({ type: "close" });
    expect(button().ariaExpanded).toBe("false");
    expect(inside("span").textContent).toBe("");
  });

  test("counts what is unread, in words for who does not see the badge", () => {
    const counts: unknown[] = [];
    ready({ locale: "en" });
    omni("on", "unread", (count: unknown) => counts.push(count));
    button().click();
    answer();
    say({ type: "close" });
    say({ type: "unread", count: 120 });
    expect(inside("span").textContent).toBe("99+");
    expect(button().ariaLabel).toBe("Open chat, unread: 120");
    button().click();
    expect(inside("span").textContent).toBe("");
    expect(counts).toEqual([120]);
  });

  test("tells the page of its events; ready also to whoever asks late", () => {
    const seen: string[] = [];
    ready();
    omni("on", "message", () => seen.push("message"));
    button().click();
    answer();
    say({ type: "ready" });
    say({ type: "message", message: {} });
    omni("on", "ready", () => seen.push("ready"));
    expect(seen).toEqual(["message", "ready"]);
  });

  test("closes by Escape and gives the focus back to the button", () => {
    ready();
    button().click();
    button().dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
    expect(button().ariaExpanded).toBe("false");
    expect(host().shadowRoot?.activeElement).toBe(button());
  });

  describe("speaks the language of the launcher:", () => {
    const both = () => [button().ariaLabel, posted.at(-1)?.body.locale];
    const opened = (options = {}) => {
      ready(options);
      button().click();
      answer();
    };

    test("the browser's, where the page has neither of ours", () => {
      document.documentElement.lang = "de";
      vi.spyOn(navigator, "language", "get").mockReturnValue("ru-RU");
      opened();
      expect(both()).toEqual(["Закрыть чат", "ru"]);
    });

    test("the page's before the browser's, what `init` offers before both", () => {
      document.documentElement.lang = "ru-RU";
      opened();
      expect(both()).toEqual(["Закрыть чат", "ru"]);
      button().click();
      nextPage();
      opened({ locale: "en" });
      expect(both()).toEqual(["Close chat", "en"]);
    });

    test("the visitor's choice before the page's, on this page and the next", () => {
      document.documentElement.lang = "ru";
      opened({ locale: "ru" });
      say({ type: "locale", locale: "en" });
      expect(both()).toEqual(["Close chat", "en"]);
      button().click();
      nextPage();
      opened({ locale: "ru" });
      expect(both()).toEqual(["Close chat", "en"]);
    });

    test("what `setLocale` orders before all, until the visitor chooses again", () => {
      opened();
      say({ type: "locale", locale: "en" });
      omni("setLocale", "ru");
      omni("setLocale", "de");
      expect(both()).toEqual(["Закрыть чат", "ru"]);
      say({ type: "locale", locale: "en" });
      expect(both()).toEqual(["Close chat", "en"]);
    });
  });

  test("works where storage is refused", () => {
    vi.spyOn(window, "localStorage", "get").mockImplementation(() => {
      throw new DOMException("refused", "SecurityError");
    });
    vi.spyOn(window, "sessionStorage", "get").mockImplementation(() => {
      throw new DOMException("refused", "SecurityError");
    });
    ready();
    button().click();
    expect(button().ariaExpanded).toBe("true");
  });

  test("has what it cannot keep itself kept by the page", () => {
    ready();
    button().click();
    answer();
    say({ type: "keep", key: "token", value: "t" });
    say({ type: "keep", key: "draft", value: "hello" });
    say({ type: "keep", key: "draft", value: null });
    sessionStorage.clear();
    nextPage();
    ready();
    button().click();
    answer();
    expect(posted[0]?.body.kept).toEqual({ token: "t" });
  });
});

describe("the look", () => {
  const styleOf = (name: string) => host().style.getPropertyValue(name);

  function ready(options = {}): Promise<unknown> {
    snippet();
    omni("init", "demo", options);
    load();
    return settled();
  }

  test("is the tenant's: asked for once, shown when it is known, remembered for the next page", async () => {
    given = { theme: { accent: "#7a3b2e", radius: 4, position: "left", x: 64 }, openings: [] };
    const coming = ready();
    expect(host().hasAttribute("waiting")).toBe(true);
    await coming;
    expect(asked).toEqual(["https://api.example/widget/demo/launcher.js?locale=en"]);
    expect(host().hasAttribute("waiting")).toBe(false);
    expect([styleOf("--omni-accent"), styleOf("--omni-x"), styleOf("--omni-radius")]).toEqual([
      "#7a3b2e",
      "64px",
      "4px",
    ]);
    expect(host().hasAttribute("left")).toBe(true);
    nextPage();
    given = null;
    const again = ready();
    expect([host().hasAttribute("waiting"), styleOf("--omni-accent")]).toEqual([false, "#7a3b2e"]);
    await again;
    expect(styleOf("--omni-accent")).toBe("#7a3b2e");
  });

  test("of the page goes before it, as far as it can be drawn", async () => {
    given = { theme: { accent: "#7a3b2e", position: "left", radius: 4 }, openings: [] };
    await ready({ accent: "#123456", position: "right", radius: "huge", scheme: "dark" });
    expect([styleOf("--omni-accent"), styleOf("--omni-radius")]).toEqual(["#123456", "4px"]);
    expect([host().hasAttribute("left"), styleOf("--omni-scheme")]).toEqual([false, "dark"]);
  });

  test("is a plain launcher where the server does not answer, and the page is told", async () => {
    await ready();
    expect([host().hasAttribute("waiting"), styleOf("--omni-accent")]).toEqual([false, "#595959"]);
    expect(console.warn).toHaveBeenCalledTimes(1);
  });

  test("with a label has its words in the launcher and in its name, in each language", async () => {
    given = { theme: { launcher: { kind: "label", text: "Спросить" } }, openings: [] };
    await ready({ locale: "ru" });
    expect([inside("b").textContent, button().ariaLabel]).toEqual(["Спросить", "Спросить. Открыть чат"]);
    given = { theme: { launcher: { kind: "label", text: "Ask us" } }, openings: [] };
    omni("setLocale", "en");
    await settled();
    expect(inside("b").textContent).toBe("Ask us");
    button().click();
    expect([inside("b").textContent, button().ariaLabel]).toEqual(["", "Close chat"]);
  });
});

describe("signing out", () => {
  function signedIn(): void {
    snippet();
    omni("init", "demo", { locale: "ru" });
    load();
    omni("identify", { token: "a.b.c" });
    omni("open");
    answer();
    say({ type: "ready" });
    say({ type: "talked" });
    say({ type: "unread", count: 2 });
    say({ type: "keep", key: "token", value: "t" });
  }

  test("has frame and page forget the visitor, and tells nobody who they were", () => {
    signedIn();
    omni("reset");
    expect([forgets, button().ariaExpanded, inside("span").textContent]).toEqual([1, "false", ""]);
    const told = posted.length;
    omni("identify", { name: "the next one" });
    expect(posted).toHaveLength(told);
    say({ type: "forgotten" });
    frame().onload?.(new Event("load"));
    expect(posted.at(-1)?.body).toMatchObject({ kept: {}, identity: { name: "the next one" }, open: false });
    expect(JSON.parse(localStorage.getItem("omnisupport:demo") as string)).toMatchObject({
      talked: false,
      kept: {},
      forget: false,
    });
  });

  test("is finished by the next page when this one is left at once", () => {
    signedIn();
    omni("reset");
    nextPage();
    snippet();
    omni("init", "demo");
    load();
    answer();
    expect([forgets, posted.length]).toEqual([2, 0]);
    say({ type: "forgotten" });
    frame().onload?.(new Event("load"));
    expect(posted).toHaveLength(1);
  });

  test("by shutdown takes the launcher away; init brings it back", () => {
    signedIn();
    omni("shutdown");
    expect(host().hasAttribute("waiting")).toBe(true);
    say({ type: "forgotten" });
    expect(host()).toBeNull();
    omni("init", "demo");
    expect(button().ariaExpanded).toBe("false");
    expect(host().hasAttribute("left")).toBe(false);
  });
});

test("a listener that was taken off hears nothing", () => {
  const heard: unknown[] = [];
  const first = (detail: unknown) => void heard.push(["first", detail]);
  const second = (detail: unknown) => void heard.push(["second", detail]);
  snippet();
  omni("init", "demo");
  load();
  omni("on", "csat", first);
  omni("on", "csat", second);
  omni("open");
  answer();
  omni("off", "csat", first);
  say({ type: "csat", score: 5 });
  omni("off", "csat");
  say({ type: "csat", score: 1 });
  expect(heard).toEqual([["second", { score: 5 }]]);
});

describe("an opening", () => {
  const opening = (id: string, when: Opening["when"], once: Opening["once"] = "visit"): Opening => ({
    id,
    text: `Help? ${id}`,
    when,
    once,
  });
  const shown = () => inside(".opening")?.textContent ?? null;

  async function at(path: string, ...openings: Opening[]): Promise<void> {
    history.replaceState(null, "", path);
    given = { theme: {}, openings };
    snippet();
    omni("init", "demo", { locale: "en" });
    load();
    await vi.advanceTimersByTimeAsync(0);
  }

  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test("stands beside the launcher when its time on its page has come, and leads into the chat", async () => {
    await at("/cart/2?x=1", opening("a", { page: "/shop*" }), opening("b", { page: "/cart*", after_s: 5 }));
    await vi.advanceTimersByTimeAsync(4000);
    expect(shown()).toBeNull();
    await vi.advanceTimersByTimeAsync(2000);
    expect(shown()).toBe("Help? b");
    given = { theme: {}, openings: [{ ...opening("b", {}), text: "Помочь?" }] };
    omni("setLocale", "ru");
    await vi.advanceTimersByTimeAsync(0);
    expect(shown()).toBe("Помочь?");
    inside<HTMLButtonElement>(".opening").click();
    answer();
    expect(shown()).toBeNull();
    expect(posted.at(-1)?.body).toMatchObject({ open: true, opening: "b" });
  });

  test("waits for the event that the page tells of", async () => {
    await at("/", opening("a", { event: "cart.left" }));
    omni("track", "cart.filled");
    expect(shown()).toBeNull();
    omni("track", "cart.left", { items: 2 });
    expect(shown()).toBe("Help? a");
  });

  test("waits until the page was scrolled so far", async () => {
    vi.spyOn(document.documentElement, "scrollHeight", "get").mockReturnValue(4000);
    await at("/", opening("a", { scroll: 50 }));
    expect(shown()).toBeNull();
    vi.spyOn(window, "scrollY", "get").mockReturnValue(2000);
    await vi.advanceTimersByTimeAsync(1000);
    expect(shown()).toBe("Help? a");
  });

  test("is dismissed by its cross and by Escape, the focus goes to the launcher, and the next may come", async () => {
    await at("/", opening("a", {}), opening("b", { after_s: 9 }));
    const close = inside<HTMLButtonElement>(".dismiss");
    expect(close.ariaLabel).toBe("Dismiss the invitation");
    close.click();
    expect([shown(), host().shadowRoot?.activeElement]).toEqual([null, button()]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(shown()).toBe("Help? b");
    inside(".opening").dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
    expect(shown()).toBeNull();
  });

  test("comes once a visit, or once for ever", async () => {
    const both = [opening("visit", { page: "/a" }), opening("visitor", { page: "/b" }, "visitor")];
    for (const [path, wanted] of [
      ["/a", "Help? visit"],
      ["/a", null],
      ["/b", "Help? visitor"],
      ["/b", null],
    ] as const) {
      await at(path, ...both);
      expect(shown(), path).toBe(wanted);
      nextPage();
    }
    sessionStorage.clear();
    await at("/b", ...both);
    expect(shown()).toBeNull();
    nextPage();
    await at("/a", ...both);
    expect(shown()).toBe("Help? visit");
  });

  test("does not come over an open chat or over unread answers", async () => {
    await at("/", opening("a", { after_s: 1 }));
    omni("open");
    answer();
    await vi.advanceTimersByTimeAsync(2000);
    expect(shown()).toBeNull();
    say({ type: "unread", count: 1 });
    omni("close");
    await vi.advanceTimersByTimeAsync(2000);
    expect(shown()).toBeNull();
    say({ type: "unread", count: 0 });
    expect(shown()).toBe("Help? a");
  });

  test.each([
    ["/cart*", true],
    ["*/cart", true],
    ["https://shop.example/cart", true],
    ["https://shop.example/*", true],
    ["/car", false],
    ["/c.rt", false],
    ["https://evil.example/*", false],
  ])("of the pages %s is for /cart: %s", (glob, wanted) => {
    expect(openingsModule.isOfPage(glob, { origin: "https://shop.example", pathname: "/cart" })).toBe(wanted);
  });
});
