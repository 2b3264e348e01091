import { signal } from "@preact/signals";
import { describe, expect, test, vi } from "vitest";
import { Access } from "../src/chat/access";
import { Feed } from "../src/chat/feed";
import { Problem } from "../src/chat/problem";
import { Session } from "../src/chat/session";
import { ChatState } from "../src/chat/state";
import { memoryStore } from "../src/chat/storage";
import type { Message, Slice } from "../src/chat/types";
import { FakeServer, row, settle } from "./helpers";

const of = (conversation_id: string, ...seqs: number[]) => seqs.map((seq) => row(seq, { conversation_id }));

function make(list: (conversationId: string | null, after: number) => Promise<Slice>) {
  const state = new ChatState(memoryStore(), signal([]));
  const announced: Message[] = [];
  const feed = new Feed(state, { list, arrived: () => {}, announce: (item) => void announced.push(item) });
  const seqs = () => state.timeline.value.messages.map((item) => item.seq);
  return { state, feed, seqs, announced };
}

describe("asking for rows", () => {
  test("goes on until the last one, a page at a time", async () => {
    const asked: number[] = [];
    const { feed, seqs } = make(async (_id, after) => {
      asked.push(after);
      const messages = of("a", 1, 2, 3, 4, 5).filter((item) => item.seq > after);
      return { conversation_id: "a", messages: messages.slice(0, 2), last_seq: 5 };
    });
    await feed.pull();
    expect(seqs()).toEqual([1, 2, 3, 4, 5]);
    expect(asked).toEqual([0, 2, 4]);
  });

  test("ends when what is left is hidden from visitors", async () => {
    const list = vi.fn(async () => ({ conversation_id: "a", messages: of("a", 2), last_seq: 9 }));
    const { feed, state } = make(list);
    await feed.pull();
    expect(state.timeline.value.cursor).toBe(2);
    expect(list.mock.calls.length).toBeLessThanOrEqual(2);
  });

  test("ends when the server answers with rows that do not lead on", async () => {
    const list = vi.fn(async () => ({ conversation_id: "a", messages: of("b", 1), last_seq: 9 }));
    await make(list).feed.pull();
    expect(list).toHaveBeenCalledTimes(1);
  });

  test("does not follow an answer about a conversation that was left meanwhile", async () => {
    const answers: ((slice: Slice) => void)[] = [];
    const { feed, state, seqs } = make(() => new Promise((resolve) => void answers.push(resolve)));
    feed.follow("a");
    const pulled = feed.pull();
    feed.follow("b");
    answers[0]?.({ conversation_id: "a", messages: of("a", 1), last_seq: 1 });
    await settle();
    answers[1]?.({ conversation_id: "b", messages: of("b", 1, 2), last_seq: 2 });
    await pulled;
    expect(state.timeline.value.conversationId).toBe("b");
    expect(seqs()).toEqual([1, 2]);
  });

  test("knows a new conversation up to its end, also when its first row is hidden", async () => {
    const { feed, state } = make(async () => ({
      conversation_id: "b",
      messages: of("b", 2, 3),
      last_seq: 3,
    }));
    feed.follow("a");
    for (const item of of("a", 1, 2, 3, 4)) feed.incoming(item);
    await feed.pull();
    expect(state.timeline.value).toMatchObject({ conversationId: "b", cursor: 3 });
  });

  test("many times at once asks twice, not many times", async () => {
    const list = vi.fn(async () => ({ conversation_id: null, messages: [], last_seq: 0 }));
    const { feed } = make(list);
    await Promise.all([feed.pull(), feed.pull(), feed.pull(), feed.pull()]);
    expect(list.mock.calls.length).toBeLessThanOrEqual(2);
  });

  test.each(Array.from({ length: 25 }, (_, at) => at))(
    "is never forgotten, asked for %d steps into a fetch",
    async (steps) => {
      let messages: Message[] = [];
      const { feed, seqs } = make(async () => ({
        conversation_id: "a",
        messages,
        last_seq: messages.length,
      }));
      void feed.pull();
      for (let step = 0; step < steps; step += 1) await Promise.resolve();
      messages = of("a", 1);
      void feed.pull();
      await settle();
      expect(seqs()).toEqual([1]);
    },
  );

  test("announces what comes later, not the history", async () => {
    const { feed, announced } = make(async () => ({
      conversation_id: "a",
      messages: of("a", 1),
      last_seq: 1,
    }));
    await feed.pull();
    expect(announced).toEqual([]);
    feed.incoming(of("a", 2)[0] as Message);
    feed.incoming(of("a", 2)[0] as Message);
    expect(announced.map((item) => item.seq)).toEqual([2]);
  });
});

describe("access", () => {
  function access() {
    const server = new FakeServer();
    const session = new Session(server, memoryStore(), "lock", () => ({}));
    const begun = vi.fn();
    const made = new Access(new ChatState(memoryStore(), signal([])), session, begun);
    return { server, made, begun };
  }

  test("a late refusal of an old token does not end the new session", async () => {
    const { server, made } = access();
    const old = await made.open();
    server.tokens = ["gone"];
    await made.renew(old);
    const fresh = server.tokens.at(-1);
    expect(await made.renew(old)).toBe(fresh);
    expect(server.calls.filter((call) => call === "session")).toHaveLength(2);
  });

  test("a refusal is not a lost connection, a silent server is", async () => {
    const state = new ChatState(memoryStore(), signal([]));
    const session = new Session(new FakeServer(), memoryStore(), "lock", () => ({}));
    const made = new Access(state, session, () => {});
    const fail = (status: number) =>
      made.withToken(() => Promise.reject(new Problem("x", status))).catch(() => state.reachable.value);
    expect(await fail(422)).toBe(true);
    expect(await fail(429)).toBe(true);
    expect(await fail(0)).toBe(false);
    expect(await fail(503)).toBe(false);
  });
});
