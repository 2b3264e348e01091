import { beforeEach, describe, expect, test, vi } from "vitest";
import { Problem } from "../src/chat/problem";
import { Session } from "../src/chat/session";
import { browserStore, memoryStore } from "../src/chat/storage";
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
  beforeEach(() => localStorage.clear());

  test("keeps to its prefix", () => {
    localStorage.setItem("other", "x");
    const store = browserStore("omni:a:");
    store.set("token", "t");
    expect(localStorage.getItem("omni:a:token")).toBe("t");
    expect(store.keys()).toEqual(["token"]);
    expect(browserStore("omni:b:").get("token")).toBeNull();
  });

  test("falls back to memory where it is refused", () => {
    vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
      throw new DOMException("refused", "SecurityError");
    });
    const store = browserStore("omni:a:");
    store.set("token", "t");
    expect(store.get("token")).toBe("t");
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
