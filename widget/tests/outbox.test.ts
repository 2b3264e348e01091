import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Outbox } from "../src/chat/outbox";
import { Problem } from "../src/chat/problem";
import { memoryStore } from "../src/chat/storage";
import type { Message, SendBody } from "../src/chat/types";
import { inbound, settle } from "./helpers";

const text = (id: string): SendBody => ({ client_message_id: id, text: id });

function make(store = memoryStore()) {
  const tries: string[] = [];
  const answers: (Problem | Promise<void>)[] = [];
  const accepted: Message[] = [];
  const outbox = new Outbox({
    store,
    random: () => 0,
    accepted: (row) => void accepted.push(row),
    send: async (body) => {
      tries.push(body.client_message_id);
      const answer = answers.shift();
      if (answer instanceof Problem) throw answer;
      await answer;
      return inbound(tries.length, "x", body.client_message_id);
    },
  });
  const states = () => outbox.items.value.map((item) => item.state);
  return { outbox, tries, answers, accepted, store, states };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("a message on its way", () => {
  test("is shown at once and gone when it is accepted", async () => {
    const { outbox, accepted, states, store } = make();
    outbox.add(text("a"), "a");
    expect(states()).toEqual(["sending"]);
    expect(store.keys()).toEqual(["out:a"]);
    await settle();
    expect(states()).toEqual([]);
    expect(accepted).toHaveLength(1);
    expect(store.keys()).toEqual([]);
  });

  test("is tried again with the same id, later each time", async () => {
    const { outbox, tries, answers, states } = make();
    answers.push(new Problem("network", 0), new Problem("network", 0), new Problem("http_500", 500));
    outbox.add(text("a"), "a");
    await settle();
    expect(states()).toEqual(["retrying"]);
    for (const [wait, count] of [
      [999, 1],
      [1, 2],
      [1999, 2],
      [1, 3],
      [4000, 4],
    ] as const) {
      await vi.advanceTimersByTimeAsync(wait);
      expect(tries).toHaveLength(count);
    }
    expect(new Set(tries)).toEqual(new Set(["a"]));
    expect(states()).toEqual([]);
  });

  test("waits as long as a busy server asks for", async () => {
    const { outbox, tries, answers } = make();
    answers.push(new Problem("busy", 503, 7000));
    outbox.add(text("a"), "a");
    await vi.advanceTimersByTimeAsync(6999);
    expect(tries).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(tries).toHaveLength(2);
  });

  test("is tried at once when the visitor or the network asks", async () => {
    const { outbox, tries, answers } = make();
    answers.push(new Problem("network", 0, 60_000));
    outbox.add(text("a"), "a");
    await settle();
    outbox.retry("a");
    await settle();
    expect(tries).toHaveLength(2);
  });

  test("holds back the next one, so that the order stays", async () => {
    const { outbox, tries, answers } = make();
    answers.push(new Problem("network", 0));
    outbox.add(text("a"), "a");
    outbox.add(text("b"), "b");
    await vi.advanceTimersByTimeAsync(5000);
    expect(tries).toEqual(["a", "a", "b"]);
  });

  test("that arrived by another way is not sent again", async () => {
    const { outbox, tries, answers } = make();
    answers.push(new Problem("network", 0));
    outbox.add(text("a"), "a");
    await settle();
    outbox.settle(["a"]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(tries).toEqual(["a"]);
  });

  test("outlives a reload", async () => {
    const before = make();
    before.answers.push(new Problem("network", 0));
    before.outbox.add(text("a"), "a");
    await settle();
    const after = make(before.store);
    expect(after.states()).toEqual(["waiting"]);
    await after.outbox.drain();
    expect(after.tries).toEqual(["a"]);
  });
});

describe("a refused message", () => {
  test("stays visible with its reason and lets the next one pass", async () => {
    const { outbox, tries, answers, states } = make();
    answers.push(new Problem("message_invalid", 422));
    outbox.add(text("a"), "a");
    outbox.add(text("b"), "b");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(tries).toEqual(["a", "b"]);
    expect(states()).toEqual(["failed"]);
    expect(outbox.items.value[0]?.reason).toBe("message_invalid");
  });

  test("is sent once more by hand, and is not sent by a reload", async () => {
    const { outbox, tries, answers, store } = make();
    answers.push(new Problem("message_invalid", 422));
    outbox.add(text("a"), "a");
    await settle();
    expect(make(store).states()).toEqual([]);
    outbox.retry("a");
    await settle();
    expect(tries).toEqual(["a", "a"]);
  });

  test("gives its text back; a pressed button has none", async () => {
    const { outbox, answers } = make();
    answers.push(new Problem("message_invalid", 422), new Problem("button_unknown", 422));
    outbox.add(text("a"), "a");
    outbox.add({ client_message_id: "b", button: "0.1.x" }, "Label");
    await settle();
    expect(outbox.discard("a")).toBe("a");
    expect(outbox.discard("b")).toBe("");
    expect(outbox.items.value).toEqual([]);
  });
});

test("what another version left in storage is passed over", () => {
  const store = memoryStore();
  store.set("out:x", "not json");
  expect(make(store).states()).toEqual([]);
});
