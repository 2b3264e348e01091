import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Problem } from "../src/chat/problem";
import { memoryStore } from "../src/chat/storage";
import type { HostState } from "../src/shared/protocol";
import { FakeServer, makeChat, settle } from "./helpers";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const told = (...events: unknown[]): HostState => ({
  type: "host",
  open: false,
  focus: false,
  locale: "en",
  appearance: {},
  view: null,
  opening: null,
  kept: {},
  identity: null,
  events: events.map((event) => JSON.stringify(event)),
  page: { url: "https://shop.example/tea", title: "Tea" },
});
const FIRST = ["cart.filled", { items: 3 }];

test("what the page tells waits for a session and is then sent in order, each once", async () => {
  const { chat, server } = makeChat();
  chat.followHost(told(FIRST));
  await settle();
  expect(server.calls).toEqual([]);
  chat.followHost({ ...told(FIRST, ["viewed"]), open: true });
  await settle();
  chat.followHost({ ...told(FIRST, ["viewed"]), open: true });
  await settle();
  expect(server.events.map(({ name, data }) => [name, data])).toEqual([FIRST, ["viewed", {}]]);
  expect(new Set(server.events.map((event) => event.id)).size).toBe(2);
});

test("a visitor of an earlier page needs to open nothing", async () => {
  const store = memoryStore();
  const server = new FakeServer();
  makeChat(server, store).chat.show(true);
  await settle();
  const { chat } = makeChat(server, store);
  chat.followHost(told(FIRST));
  await settle();
  expect(server.events).toHaveLength(1);
});

test("an event that the network swallowed is sent again under its id", async () => {
  const { chat, server } = makeChat();
  server.refuse("track", new Problem("network", 0), new Problem("busy", 503));
  chat.followHost({ ...told(FIRST), open: true });
  await settle();
  expect(server.events).toEqual([]);
  await vi.advanceTimersByTimeAsync(11_000);
  expect(server.events).toHaveLength(1);
});

test("what the server refuses, and what is no event, holds up nothing", async () => {
  const warned = vi.spyOn(console, "warn").mockImplementation(() => {});
  const { chat, server } = makeChat();
  server.refuse("track", new Problem("invalid", 422));
  const state = told(FIRST, [7], ["x", []], ["x", "text"], [], ["good"]);
  chat.followHost({ ...state, events: [...state.events, "no JSON", 7 as unknown as string], open: true });
  await settle();
  expect(server.events.map((event) => event.name)).toEqual(["good"]);
  expect(warned).toHaveBeenCalledTimes(7);
  warned.mockRestore();
});
