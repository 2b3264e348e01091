import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ApiError } from "~/api/client";
import { backoffMs, Outbox } from "./outbox";
import { type ActionOutcome, expectedOf, isText, type OutboxItem } from "./outbox-item";

const engineDown = () => new ApiError({ code: "engine_unavailable", status: 503 }, 2);
const entry = (id: string, text = id) => ({ id, conversationId: "c1", kind: "reply" as const, text });

/** An outbox against a server that answers as the test says. */
function setUp(saved: { items: OutboxItem[]; changed?: Set<() => void> } = { items: [] }) {
  const sent: string[] = [];
  const send = vi.fn(async (item: OutboxItem) => {
    sent.push(item.id);
  });
  const onAction = vi.fn();
  let heard: (() => void) | undefined;
  const outbox = new Outbox({
    send,
    onAction: ({ id, code }, outcome) => onAction(outcome, id, code),
    load: () => saved.items,
    save: (items) => {
      saved.items = items;
      for (const changed of saved.changed ?? []) if (changed !== heard) changed();
    },
    follow: (changed) => {
      heard = changed;
      saved.changed?.add(changed);
      return () => saved.changed?.delete(changed);
    },
    random: () => 0.5,
  });
  const states = () => outbox.items.get().map(({ id, state }) => `${id}:${state}`);
  const said = () => onAction.mock.calls.map(([outcome]) => outcome as ActionOutcome);
  return { outbox, send, onAction, said, sent, saved, states };
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe("the outbox", () => {
  test("shows a text at once and forgets it when the server has it", async () => {
    const { outbox, send, states } = setUp();
    outbox.add(entry("a"));
    expect(states()).toEqual(["a:sending"]);
    await vi.runAllTimersAsync();
    expect(states()).toEqual([]);
    expect(send).toHaveBeenCalledOnce();
  });

  test("sends one after another, in the order of writing", async () => {
    const { outbox, sent, send } = setUp();
    let inFlight = 0;
    send.mockImplementation(async (item) => {
      inFlight += 1;
      expect(inFlight).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 50));
      inFlight -= 1;
      sent.push(item.id);
    });
    for (const id of ["a", "b", "c"]) outbox.add(entry(id));
    await vi.runAllTimersAsync();
    expect(sent).toEqual(["a", "b", "c"]);
  });

  test("with the engine down it keeps the text and sends it once it is back, with the same id", async () => {
    const { outbox, send, states, sent } = setUp();
    send.mockRejectedValueOnce(engineDown()).mockRejectedValueOnce(engineDown());
    outbox.add(entry("a", "Курьер приедет завтра"));
    await vi.advanceTimersByTimeAsync(0);
    expect(states()).toEqual(["a:held"]);
    expect(outbox.items.get()[0]).toMatchObject({
      text: "Курьер приедет завтра",
      code: "engine_unavailable",
    });
    await vi.advanceTimersByTimeAsync(1_999);
    expect(send).toHaveBeenCalledTimes(1); // Retry-After is kept
    await vi.advanceTimersByTimeAsync(1);
    expect(send).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(send.mock.calls.map(([item]) => item.id)).toEqual(["a", "a", "a"]);
    expect(sent).toEqual(["a"]);
    expect(states()).toEqual([]);
  });

  test("what was written behind a held text waits behind it", async () => {
    const { outbox, send, states, sent } = setUp();
    send.mockRejectedValueOnce(engineDown()).mockRejectedValueOnce(engineDown());
    outbox.add(entry("a"));
    await vi.advanceTimersByTimeAsync(0);
    outbox.add(entry("b"));
    await vi.advanceTimersByTimeAsync(0);
    expect(states()).toEqual(["a:held", "b:held"]);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(sent).toEqual(["a", "b"]);
  });

  test("a refused text is shown as refused and does not hold up the next one", async () => {
    const { outbox, send, states, sent } = setUp();
    send.mockRejectedValueOnce(
      new ApiError({ code: "conversation_resolved", status: 409, detail: "Resolved." }),
    );
    outbox.add(entry("a"));
    outbox.add(entry("b"));
    await vi.runAllTimersAsync();
    expect(states()).toEqual(["a:failed"]);
    expect(sent).toEqual(["b"]);
    outbox.retryFailed("a");
    await vi.runAllTimersAsync();
    expect(send.mock.calls.map(([item]) => isText(item) && item.text)).toEqual(["a", "b", "a"]);
    // Asked under the same id, the server would only repeat its refusal.
    expect(send.mock.calls[2]?.[0].id).not.toBe("a");
    expect(sent).toHaveLength(2);
  });

  test("other conversations do not wait for a held one", async () => {
    const { outbox, send, sent } = setUp();
    send.mockRejectedValueOnce(engineDown());
    outbox.add(entry("a"));
    await vi.advanceTimersByTimeAsync(0);
    outbox.add({ ...entry("b"), conversationId: "c2" });
    await vi.advanceTimersByTimeAsync(0);
    expect(sent).toEqual(["b"]);
  });

  test("survives a reload: what was on its way is tried again with the same id", async () => {
    const before = setUp();
    before.send.mockRejectedValue(engineDown());
    before.outbox.add(entry("a"));
    await vi.advanceTimersByTimeAsync(0);
    before.outbox.stop();
    const after = setUp(before.saved);
    after.outbox.start();
    await vi.advanceTimersByTimeAsync(0);
    expect(after.sent).toEqual(["a"]);
    expect(after.saved.items).toEqual([]);
  });

  test("a signed-out session holds the text", async () => {
    const { outbox, send, states } = setUp();
    send.mockRejectedValueOnce(new ApiError({ code: "unauthenticated", status: 401 }));
    outbox.add(entry("a"));
    await vi.advanceTimersByTimeAsync(0);
    expect(states()).toEqual(["a:held"]);
  });

  test("gives a text back to the editor only while the server cannot have it", async () => {
    const { outbox, send, sent } = setUp();
    send.mockRejectedValueOnce(engineDown());
    outbox.add(entry("a"));
    outbox.add(entry("b"));
    await vi.advanceTimersByTimeAsync(0);
    expect(outbox.takeBack("a")).toBeNull();
    expect(outbox.takeBack("b")).toMatchObject({ text: "b" });
    await vi.runAllTimersAsync();
    expect(sent).toEqual(["a"]);
  });

  test("a text that the server has not looked at may be changed", async () => {
    const { outbox, send } = setUp();
    send.mockRejectedValueOnce(new ApiError({ code: "unauthenticated", status: 401 }));
    outbox.add(entry("a"));
    await vi.advanceTimersByTimeAsync(0);
    expect(outbox.takeBack("a")).toMatchObject({ text: "a" });
  });

  test("stopped while a text is on its way, it keeps that and all behind it", async () => {
    for (const [answer, kept] of [
      ["lost", ["a", "b"]],
      ["taken", ["b"]],
    ] as const) {
      const { outbox, send, saved } = setUp();
      send.mockImplementationOnce(async () => {
        await new Promise((resolve) => setTimeout(resolve, 50));
        if (answer === "lost") throw engineDown();
      });
      outbox.add(entry("a"));
      outbox.add(entry("b"));
      outbox.stop();
      await vi.runAllTimersAsync();
      expect(saved.items.map(({ id }) => id)).toEqual(kept);
      expect(outbox.items.get()).toEqual([]);
      expect(send).toHaveBeenCalledTimes(1);
    }
  });

  test("a row that comes by the socket first ends the waiting", async () => {
    const { outbox, send, states } = setUp();
    send.mockRejectedValueOnce(new ApiError({ code: "timeout" }));
    outbox.add(entry("a"));
    await vi.advanceTimersByTimeAsync(0);
    outbox.confirmed("a");
    await vi.runAllTimersAsync();
    expect(states()).toEqual([]);
    expect(send).toHaveBeenCalledTimes(1);
  });

  test("tries at once when asked: the connection is back", async () => {
    const { outbox, send, sent } = setUp();
    send.mockRejectedValueOnce(new ApiError({ code: "network" }));
    outbox.add(entry("a"));
    await vi.advanceTimersByTimeAsync(0);
    outbox.retryNow();
    await vi.advanceTimersByTimeAsync(0);
    expect(sent).toEqual(["a"]);
  });
});

describe("an action", () => {
  const resolve = { conversationId: "c1", verb: "resolve", body: {}, shows: { status: "resolved" } } as const;

  test("waits under one key until the server has done it, and is shown as done all the while", async () => {
    const { outbox, send, said, states } = setUp();
    send.mockRejectedValueOnce(engineDown()).mockRejectedValueOnce(engineDown());
    const taken = outbox.act(resolve);
    await vi.advanceTimersByTimeAsync(0);
    expect(await taken).toBe(true);
    expect(said()).toEqual(["waiting"]);
    expect(expectedOf(outbox.items.get()).get("c1")).toEqual({ status: "resolved" });
    await vi.advanceTimersByTimeAsync(4_000);
    expect(new Set(send.mock.calls.map(([{ id }]) => id)).size).toBe(1);
    expect(send).toHaveBeenCalledTimes(3);
    expect(said()).toEqual(["waiting", "done"]);
    expect(states()).toEqual([]);
  });

  test("keeps its place behind what was wished before it, text or action", async () => {
    const { outbox, send } = setUp();
    send.mockRejectedValueOnce(engineDown());
    outbox.add(entry("a"));
    void outbox.act(resolve);
    void outbox.act({ conversationId: "c1", verb: "reopen", body: {} });
    await vi.runAllTimersAsync();
    const done = send.mock.calls.slice(1).map(([item]) => (isText(item) ? item.text : item.verb));
    expect(done).toEqual(["a", "resolve", "reopen"]);
  });

  test("refused, it is gone and told, under a new key it may be tried again", async () => {
    const { outbox, send, said, states } = setUp();
    send.mockRejectedValueOnce(new ApiError({ code: "conversation_resolved", status: 409 }));
    expect(await outbox.act(resolve)).toBe(false);
    expect(said()).toMatchObject([{ code: "conversation_resolved" }]);
    expect(states()).toEqual([]);
    expect(await outbox.act(resolve)).toBe(true);
    expect(send.mock.calls[0]?.[0].id).not.toBe(send.mock.calls[1]?.[0].id);
  });

  test("pressed twice it is done once", async () => {
    const { outbox, send } = setUp();
    void outbox.act(resolve);
    void outbox.act(resolve);
    await vi.runAllTimersAsync();
    expect(send).toHaveBeenCalledTimes(1);
  });

  test("survives a reload, but is not repeated when others may have acted since", async () => {
    const before = setUp();
    before.send.mockRejectedValue(engineDown());
    void before.outbox.act(resolve);
    await vi.advanceTimersByTimeAsync(0);
    before.outbox.stop();
    const soon = setUp({ items: before.saved.items });
    soon.outbox.start();
    await vi.advanceTimersByTimeAsync(0);
    expect(soon.sent).toEqual(before.saved.items.map(({ id }) => id));
    await vi.advanceTimersByTimeAsync(61 * 60_000);
    const late = setUp({ items: before.saved.items });
    late.outbox.start();
    await vi.runAllTimersAsync();
    expect(late.sent).toEqual([]);
    expect(late.said()).toMatchObject([{ code: "action_stale" }]);
  });
});

describe("two tabs", () => {
  /** Both look at one storage. */
  function twoTabs() {
    const saved = { items: [], changed: new Set<() => void>() };
    const tabs = [setUp(saved), setUp(saved)] as const;
    for (const { outbox } of tabs) outbox.start();
    return tabs;
  }

  test("what one took back the other does not send", async () => {
    const [one, other] = twoTabs();
    one.send.mockRejectedValueOnce(engineDown());
    one.outbox.add(entry("a"));
    one.outbox.add(entry("b"));
    await vi.advanceTimersByTimeAsync(0);
    expect(other.states()).toEqual(["a:held", "b:held"]);
    expect(other.outbox.takeBack("b")).toMatchObject({ text: "b" });
    expect(one.states()).toEqual(["a:held"]);
    await vi.runAllTimersAsync();
    expect([...one.sent, ...other.sent]).toEqual(["a"]);
  });

  test("the one in which a text was written sends it, the other once that is closed", async () => {
    const [one, other] = twoTabs();
    one.send.mockRejectedValueOnce(engineDown());
    one.outbox.add(entry("a"));
    await vi.advanceTimersByTimeAsync(3_000);
    expect(one.sent).toEqual(["a"]);
    one.send.mockRejectedValueOnce(engineDown());
    one.outbox.add(entry("b"));
    await vi.advanceTimersByTimeAsync(0);
    one.outbox.stop();
    await vi.runAllTimersAsync();
    expect(other.sent).toEqual(["b"]);
    expect(other.states()).toEqual([]);
  });
});

test("the backoff doubles up to 20 s and obeys Retry-After", () => {
  const none = () => 0;
  expect([1, 2, 3, 4].map((attempt) => backoffMs(attempt, null, none))).toEqual([500, 1000, 2000, 4000]);
  expect(backoffMs(30, null, () => 1)).toBe(20_000);
  expect(backoffMs(1, 7)).toBe(7_000);
  expect(backoffMs(1, 0)).toBe(500);
});
