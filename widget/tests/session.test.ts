import { beforeEach, describe, expect, test, vi } from "vitest";
import { Problem } from "../src/chat/problem";
import { Session } from "../src/chat/session";
import { browserStore as browserStoreOrNone, keptStore, memoryStore, type Store } from "../src/chat/storage";
import { uuid } from "../src/chat/uuid";
import { FakeServer } from "./helpers";

describe("a session", () => {
  const make = (server = new FakeServer(), store = memoryStore()) => ({
    server,
    store,
    session: new Session(server, store, "lock", () => ({ locale: "en" })),
  });

  test("asked for by many is opened once", async () => {
    const { session, server } = make();
    await Promise.all([session.open(), session.open(), session.open()]);
    expect(server.calls).toEqual(["session"]);
    expect(session.token).toBe("token-1");
  });

  test("resumes by its token", async () => {
    const { session, server, store } = make();
    await session.open();
    const again = make(server, store).session;
    await again.open();
    expect(again.token).toBe("token-1");
  });

  test("whose token is answered by 401 begins anew", async () => {
    const { session, server, store } = make();
    store.set("token", "forged");
    server.refuse("session", new Problem("visitor_token_invalid", 401));
    expect((await session.open()).visitor_token).toBe("token-1");
  });

  test("forgets only the token that was refused", async () => {
    const { session, store } = make();
    store.set("token", "new one of another tab");
    session.drop("old");
    expect(session.token).toBe("new one of another tab");
    session.drop("new one of another tab");
    expect(session.token).toBeNull();
  });
});

describe("storage", () => {
  const browserStore = (prefix: string) => browserStoreOrNone(prefix) as Store;

  beforeEach(() => localStorage.clear());

  test("keeps to its prefix", () => {
    localStorage.setItem("other", "x");
    const store = browserStore("omni:a:");
    store.set("token", "t");
    expect(localStorage.getItem("omni:a:token")).toBe("t");
    expect(store.keys()).toEqual(["token"]);
    expect(browserStore("omni:b:").get("token")).toBeNull();
  });

  test("is said to be none where it is refused", () => {
    vi.spyOn(window, "localStorage", "get").mockImplementation(() => {
      throw new DOMException("refused", "SecurityError");
    });
    expect(browserStoreOrNone("omni:a:")).toBeNull();
  });

  test("of the page around the frame begins with what it has kept, and is told of each change", () => {
    const told: unknown[] = [];
    const store = keptStore({ token: "t" }, (key, value) => void told.push([key, value]));
    expect(store.get("token")).toBe("t");
    store.set("draft", "hello");
    store.set("token", null);
    expect(store.keys()).toEqual(["draft"]);
    expect(told).toEqual([
      ["draft", "hello"],
      ["token", null],
    ]);
  });

  test.each([
    ["the browser's", () => browserStore("omni:a:")],
    ["the page's", () => keptStore({}, () => {})],
  ])("%s forgets all of a visitor, and what comes after that", (_whose, make) => {
    localStorage.setItem("omni:b:token", "of another tenant");
    const store = make();
    store.set("token", "t");
    store.set("out:1", "x");
    store.close();
    store.set("token", "of an answer under way");
    expect(store.keys()).toEqual([]);
    expect(store.get("token")).toBeNull();
    expect(localStorage.getItem("omni:b:token")).toBe("of another tenant");
  });

  test("holds in memory what no longer fits", () => {
    const store = browserStore("omni:a:");
    store.set("draft", "short");
    vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
      throw new DOMException("full", "QuotaExceededError");
    });
    store.set("draft", "long");
    expect(store.get("draft")).toBe("long");
    expect(store.keys()).toEqual(["draft"]);
  });

  test("tells of other tabs, and only of its own keys", () => {
    const heard: unknown[] = [];
    browserStore("omni:a:").onChange((key, value) => void heard.push([key, value]));
    for (const key of ["omni:a:token", "omni:b:token"]) {
      window.dispatchEvent(new StorageEvent("storage", { key, newValue: "t", storageArea: localStorage }));
    }
    expect(heard).toEqual([["token", "t"]]);
  });
});

test("ids are UUIDs also where the browser makes none, on plain http", () => {
  const form = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;
  expect(uuid()).toMatch(form);
  const { getRandomValues } = crypto;
  vi.stubGlobal("crypto", { getRandomValues: getRandomValues.bind(crypto) });
  expect(uuid()).toMatch(form);
  expect(uuid()).not.toBe(uuid());
  vi.unstubAllGlobals();
});
