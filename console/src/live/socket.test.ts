import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { parseFrame } from "./frames";
import { LiveSocket, type LiveState, RESYNC_EVERY_MS, type SocketLike } from "./socket";

class FakeSocket implements SocketLike {
  readyState = 1;
  sent: { type: string; [name: string]: unknown }[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;

  constructor(
    readonly ticket: string,
    readonly cursor: string | number | null,
  ) {}

  send(data: string) {
    this.sent.push(JSON.parse(data));
  }

  close() {
    this.readyState = 3;
  }

  receive(frame: object) {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }

  die(code = 1006) {
    this.readyState = 3;
    this.onclose?.({ code });
  }
}

function setUp() {
  const sockets: FakeSocket[] = [];
  const states: LiveState[] = [];
  const frames: string[] = [];
  const onResync = vi.fn();
  const onSignedOut = vi.fn();
  const screen = { visible: true };
  let tickets = 0;
  const fetchTicket = vi.fn(async () => `ticket-${++tickets}`);
  const live = new LiveSocket({
    fetchTicket,
    openSocket: (ticket, cursor) => {
      const socket = new FakeSocket(ticket, cursor);
      sockets.push(socket);
      return socket;
    },
    onFrame: (frame) => frames.push(frame.type),
    onState: (state) => states.push(state),
    onResync,
    onSignedOut,
    isVisible: () => screen.visible,
    random: () => 0.5,
  });
  const newest = () => sockets.at(-1) as FakeSocket;
  return { live, sockets, newest, states, frames, onResync, onSignedOut, fetchTicket, screen };
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

async function opened() {
  const world = setUp();
  world.live.start();
  await vi.advanceTimersByTimeAsync(0);
  world.newest().receive({ type: "welcome", cursor: "10" });
  return world;
}

describe("the live socket", () => {
  test("resumes after the last change it has seen, with a new ticket", async () => {
    const { live, newest, sockets, states } = await opened();
    newest().receive({ type: "change", cursor: "17", kind: "message", conversation: {} });
    newest().receive({ type: "gone", cursor: "18", conversation_id: "c1" });
    newest().die();
    expect(states.at(-1)).toBe("waiting");
    await vi.advanceTimersByTimeAsync(500);
    expect(sockets).toHaveLength(2);
    expect(newest().cursor).toBe("18");
    expect(newest().ticket).toBe("ticket-2");
    newest().receive({ type: "welcome", cursor: "18" });
    expect(states.at(-1)).toBe("open");
    live.stop();
  });

  test("watches again after a reconnect, from the last row known by then", async () => {
    const { live, newest } = await opened();
    let known = 3;
    live.watch("c1", () => known);
    expect(newest().sent).toContainEqual({ type: "watch", conversation_id: "c1", after: 3 });
    known = 9;
    newest().die();
    await vi.advanceTimersByTimeAsync(500);
    newest().receive({ type: "welcome", cursor: "11" });
    expect(newest().sent).toContainEqual({ type: "watch", conversation_id: "c1", after: 9 });
    live.stop();
  });

  test("an ended watch is not taken up again", async () => {
    const { live, newest } = await opened();
    live.watch("c1", () => 1)();
    expect(newest().sent).toContainEqual({ type: "unwatch", conversation_id: "c1" });
    newest().die();
    await vi.advanceTimersByTimeAsync(500);
    newest().receive({ type: "welcome" });
    expect(newest().sent.filter(({ type }) => type === "watch")).toEqual([]);
    live.stop();
  });

  test("reads again on welcome, on resync and every 20 s", async () => {
    const { live, newest, onResync } = await opened();
    expect(onResync).toHaveBeenCalledTimes(1);
    newest().receive({ type: "resync" });
    expect(onResync).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(RESYNC_EVERY_MS);
    expect(onResync).toHaveBeenCalledTimes(3);
    live.stop();
  });

  test("notices a connection that has died without a word", async () => {
    const { live, newest, sockets, states } = await opened();
    await vi.advanceTimersByTimeAsync(RESYNC_EVERY_MS);
    expect(newest().sent).toContainEqual({ type: "ping", visible: true });
    await vi.advanceTimersByTimeAsync(7_000);
    expect(states.at(-1)).toBe("open");
    await vi.advanceTimersByTimeAsync(1_000);
    expect(states.at(-1)).toBe("waiting");
    await vi.advanceTimersByTimeAsync(500);
    expect(sockets).toHaveLength(2);
    live.stop();
  });

  test("an answered ping keeps the connection", async () => {
    const { live, newest, sockets } = await opened();
    for (let round = 0; round < 5; round += 1) {
      await vi.advanceTimersByTimeAsync(RESYNC_EVERY_MS);
      newest().receive({ type: "pong" });
    }
    expect(sockets).toHaveLength(1);
    live.stop();
  });

  test("says with each ping whether the page is on the screen, and at once when it comes back", async () => {
    const { live, newest, screen } = await opened();
    screen.visible = false;
    await vi.advanceTimersByTimeAsync(RESYNC_EVERY_MS);
    newest().receive({ type: "pong" });
    screen.visible = true;
    live.wake();
    const pings = newest().sent.filter(({ type }) => type === "ping");
    expect(pings.map(({ visible }) => visible)).toEqual([false, true]);
    live.stop();
  });

  test("waits longer each time, up to 15 s, and at once when woken", async () => {
    const { live, fetchTicket } = setUp();
    fetchTicket.mockRejectedValue(new Error("away"));
    live.start();
    await vi.advanceTimersByTimeAsync(0);
    expect(fetchTicket).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(375);
    expect(fetchTicket).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(749);
    expect(fetchTicket).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(60_000);
    const before = fetchTicket.mock.calls.length;
    await vi.advanceTimersByTimeAsync(11_250);
    expect(fetchTicket.mock.calls.length).toBe(before + 1);
    live.wake();
    expect(fetchTicket.mock.calls.length).toBe(before + 2);
    live.stop();
  });

  test("does not listen to a socket it has given up", async () => {
    const { live, sockets, newest, frames } = await opened();
    const old = newest();
    const listener = old.onmessage;
    old.die();
    await vi.advanceTimersByTimeAsync(500);
    const count = frames.length;
    listener?.({ data: JSON.stringify({ type: "change", cursor: "99" }) });
    expect(frames).toHaveLength(count);
    expect(sockets).toHaveLength(2);
    live.stop();
  });

  test("says so when it was sent away as signed out, not when it was merely lost", async () => {
    const { live, newest, onSignedOut, fetchTicket } = await opened();
    newest().die(1012);
    await vi.advanceTimersByTimeAsync(500);
    newest().receive({ type: "welcome" });
    expect(onSignedOut).not.toHaveBeenCalled();
    newest().die(4401);
    expect(onSignedOut).toHaveBeenCalledTimes(1);
    // Who is signed out stops the socket; whose role has changed goes on with a new ticket.
    await vi.advanceTimersByTimeAsync(500);
    expect(fetchTicket).toHaveBeenCalledTimes(3);
    live.stop();
  });

  test("stays silent once stopped", async () => {
    const { live, newest, fetchTicket, states } = await opened();
    live.stop();
    newest().die();
    await vi.advanceTimersByTimeAsync(120_000);
    expect(fetchTicket).toHaveBeenCalledTimes(1);
    expect(states.at(-1)).toBe("stopped");
  });
});

test("what is not a frame is dropped", () => {
  expect(parseFrame("not json")).toBeNull();
  expect(parseFrame("null")).toBeNull();
  expect(parseFrame('{"no":"type"}')).toBeNull();
  expect(parseFrame(new ArrayBuffer(2))).toBeNull();
  expect(parseFrame('{"type":"pong"}')).toEqual({ type: "pong" });
});
