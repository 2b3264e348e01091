import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Problem } from "../src/chat/problem";
import { connectSocket } from "../src/chat/socket";
import type { ServerFrame } from "../src/chat/types";
import { settle } from "./helpers";

class FakeSocket {
  static OPEN = 1;
  static all: FakeSocket[] = [];
  readyState = 1;
  sent: string[] = [];
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;
  onerror: (() => void) | null = null;
  constructor(readonly url: string) {
    FakeSocket.all.push(this);
  }
  send(text: string): void {
    this.sent.push(text);
  }
  close(): void {
    this.readyState = 3;
  }
  say(frame: object): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
}

function make(tickets: (() => Promise<string>) | null = null) {
  let cursor = 0;
  let asked = 0;
  const states: [boolean, unknown][] = [];
  const frames: ServerFrame[] = [];
  const link = connectSocket(tickets ?? (async () => `ticket ${++asked}`), {
    after: () => cursor,
    frame: (frame) => void frames.push(frame),
    state: (up, problem) => void states.push([up, problem]),
  });
  const moveTo = (seq: number) => {
    cursor = seq;
  };
  return { link, states, frames, moveTo };
}

const WELCOME = { type: "welcome", conversation_id: null, last_seq: 0 };
const newest = () => FakeSocket.all.at(-1) as FakeSocket;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", FakeSocket);
  vi.spyOn(Math, "random").mockReturnValue(0);
  FakeSocket.all = [];
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("each connection has a fresh ticket and the cursor of its moment", async () => {
  const { moveTo, states } = make();
  await settle();
  expect(newest().url).toMatch(/^ws.*\/api\/v1\/widget\/ws\?ticket=ticket\+1&after=0$/);
  newest().say(WELCOME);
  expect(states).toEqual([[true, undefined]]);
  moveTo(7);
  newest().onclose?.();
  await vi.advanceTimersByTimeAsync(1000);
  expect(newest().url).toMatch(/ticket=ticket\+2&after=7$/);
});

test("the wait grows until the server welcomes, then starts anew", async () => {
  make();
  await settle();
  const reconnectsAfter = async (wait: number) => {
    const before = FakeSocket.all.length;
    newest().onclose?.();
    await vi.advanceTimersByTimeAsync(wait - 1);
    expect(FakeSocket.all.length).toBe(before);
    await vi.advanceTimersByTimeAsync(1);
    expect(FakeSocket.all.length).toBe(before + 1);
  };
  await reconnectsAfter(1000);
  await reconnectsAfter(2000);
  await reconnectsAfter(4000);
  newest().say(WELCOME);
  await reconnectsAfter(1000);
});

test("a refused ticket is told and respects Retry-After", async () => {
  let asked = 0;
  const { states } = make(async () => {
    asked += 1;
    throw new Problem("busy", 503, 5000);
  });
  await settle();
  expect(states).toMatchObject([[false, { status: 503 }]]);
  await vi.advanceTimersByTimeAsync(4999);
  expect(asked).toBe(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(asked).toBe(2);
});

test("pings, and gives up a connection that has gone silent", async () => {
  const { states } = make();
  await settle();
  const first = newest();
  first.say(WELCOME);
  await vi.advanceTimersByTimeAsync(25_000);
  expect(first.sent).toEqual(['{"type":"ping"}']);
  first.say({ type: "pong" });
  await vi.advanceTimersByTimeAsync(75_000);
  expect(FakeSocket.all.length).toBe(1);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(first.readyState).toBe(3);
  expect(states.at(-1)?.[0]).toBe(false);
});

test("a server that never welcomes is left", async () => {
  make();
  await settle();
  await vi.advanceTimersByTimeAsync(11_000);
  expect(FakeSocket.all.length).toBe(2);
});

test("wake does not wait, close ends it for good", async () => {
  const { link } = make();
  await settle();
  newest().onclose?.();
  await settle();
  link.wake();
  await settle();
  expect(FakeSocket.all.length).toBe(2);
  link.close();
  await vi.advanceTimersByTimeAsync(120_000);
  expect(FakeSocket.all.length).toBe(2);
  expect(newest().readyState).toBe(3);
});

test("what is not JSON is passed over, what is not open is not written to", async () => {
  const { link, frames } = make();
  link.send({ type: "ping" });
  await settle();
  newest().onmessage?.({ data: "<html>" });
  newest().readyState = 0;
  link.send({ type: "ping" });
  expect(frames).toEqual([]);
  expect(newest().sent).toEqual([]);
});
