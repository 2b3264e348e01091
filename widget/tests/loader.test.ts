import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { install } from "../src/loader/install";
import type { HostState } from "../src/shared/protocol";

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

const load = () => install(script());
const host = () => document.querySelector("omni-widget") as HTMLElement;
const inside = <T extends Element>(selector: string) => host().shadowRoot?.querySelector(selector) as T;
const button = () => inside<HTMLButtonElement>("button");
const frame = () => inside<HTMLIFrameElement>("iframe");

let posted: { body: HostState; origin: string }[] = [];
let chat: { postMessage: (data: { omni: HostState }, origin: string) => void };

/** The chat in the frame: a window that notes what it is told. */
function answer(): void {
  posted = [];
  chat = { postMessage: ({ omni: body }, origin) => void posted.push({ body, origin }) };
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
    load();
    expect(events).toEqual(["open"]);
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
      { origin: "https://api.example", body: { open: true, focus: true, locale: "en", accent: "#123456" } },
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

  test("keeps the tenant's colour for the next page; the page's own goes before it", () => {
    ready();
    button().click();
    answer();
    say({ type: "theme", accent: "#7a3b2e" });
    say({ type: "theme", accent: "red; }" });
    expect(host().style.getPropertyValue("--omni-accent")).toBe("#7a3b2e");
    expect(localStorage.getItem("omnisupport:demo")).toContain("#7a3b2e");
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

  test("stands left when asked to", () => {
    ready({ position: "left" });
    expect(host().hasAttribute("left")).toBe(true);
  });

  test("works where storage is refused", () => {
    vi.spyOn(Storage.prototype, "getItem").mockImplementation(() => {
      throw new DOMException("refused", "SecurityError");
    });
    vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
      throw new DOMException("refused", "SecurityError");
    });
    ready();
    button().click();
    expect(button().ariaExpanded).toBe("true");
  });
});
