import { describe, expect, test, vi } from "vitest";
import type { Message } from "~/api/types";
import { PAGE, Thread, Threads } from "./threads";

const row = (seq: number, change: Partial<Message> = {}) =>
  ({
    id: `m${seq}`,
    conversation_id: "c1",
    seq,
    direction: "inbound",
    text: `${seq}`,
    status: null,
    ...change,
  }) as Message;

/** A server with `count` rows, which can grow. */
function server(count: number) {
  const state = { count };
  const fetchMessages = vi.fn(async (_id: string, { after, limit }: { after: number; limit: number }) => {
    const messages: Message[] = [];
    for (let seq = after + 1; seq <= Math.min(state.count, after + limit); seq += 1) messages.push(row(seq));
    return { conversation_id: "c1", messages, last_seq: state.count };
  });
  return { state, fetchMessages };
}

const seqs = (thread: Thread) => thread.state.get().messages.map((message) => message.seq);

describe("a thread", () => {
  test("opens with its last page and goes back page by page to the first row", async () => {
    const { fetchMessages } = server(200);
    const thread = new Thread("c1", fetchMessages);
    thread.announce(200);
    await thread.catchUp();
    expect(seqs(thread)[0]).toBe(200 - PAGE + 1);
    await thread.loadOlder();
    await thread.loadOlder();
    await thread.loadOlder();
    expect(seqs(thread)).toEqual(Array.from({ length: 200 }, (_, at) => at + 1));
    const calls = fetchMessages.mock.calls.length;
    await thread.loadOlder();
    expect(fetchMessages.mock.calls.length).toBe(calls);
  });

  test("fetches what lies between its last row and one that came by the socket", async () => {
    const { state, fetchMessages } = server(3);
    const thread = new Thread("c1", fetchMessages);
    thread.announce(3);
    await thread.catchUp();
    state.count = 7;
    thread.receive([row(7)]);
    await vi.waitFor(() => expect(seqs(thread)).toEqual([1, 2, 3, 4, 5, 6, 7]));
  });

  test("a hint that comes while a read is under way is not forgotten", async () => {
    let answer: (() => void) | undefined;
    let count = 1;
    const fetchMessages = vi.fn(async (_id: string, { after }: { after: number; limit: number }) => {
      const seen = count; // the server looked before the next row was committed
      await new Promise<void>((resolve) => {
        answer = resolve;
      });
      const messages = Array.from({ length: Math.max(0, seen - after) }, (_, at) => row(after + at + 1));
      return { conversation_id: "c1", messages, last_seq: seen };
    });
    const thread = new Thread("c1", fetchMessages);
    const first = thread.catchUp();
    count = 2;
    void thread.catchUp();
    answer?.();
    await vi.waitFor(() => expect(fetchMessages).toHaveBeenCalledTimes(2));
    answer?.();
    await first;
    expect(seqs(thread)).toEqual([1, 2]);
  });

  test("does not ask forever for a row that the server does not give", async () => {
    const fetchMessages = vi.fn(async () => ({ conversation_id: "c1", messages: [row(1)], last_seq: 5 }));
    const thread = new Thread("c1", fetchMessages);
    await thread.catchUp();
    expect(fetchMessages.mock.calls.length).toBeLessThan(4);
  });

  test("keeps its rows when a read fails, says so, and recovers", async () => {
    const { state, fetchMessages } = server(2);
    const thread = new Thread("c1", fetchMessages);
    await thread.catchUp();
    fetchMessages.mockRejectedValueOnce(new Error("away"));
    state.count = 3;
    await thread.catchUp();
    expect(seqs(thread)).toEqual([1, 2]);
    expect(thread.error.get()).toBeInstanceOf(Error);
    await thread.catchUp();
    expect(seqs(thread)).toEqual([1, 2, 3]);
    expect(thread.error.get()).toBeNull();
  });

  test("reads the end again only while a delivery there may still change", async () => {
    const fetchMessages = vi.fn(async () => ({
      conversation_id: "c1",
      messages: [row(1, { direction: "outbound", status: "sent" })],
      last_seq: 1,
    }));
    const thread = new Thread("c1", fetchMessages);
    thread.state.set({ ...thread.state.get(), loaded: true });
    thread.receive([row(1, { direction: "outbound", status: "pending" })]);
    await thread.refreshEnd();
    expect(thread.state.get().messages[0]?.status).toBe("sent");
    await thread.refreshEnd();
    expect(fetchMessages).toHaveBeenCalledTimes(1);
  });

  test("what was said before may have a reaction now, which is read where such are", async () => {
    const reactions = [{ who: "1", emoji: "👍", at: "2026-11-28T10:00:00Z" }];
    const fetchMessages = vi.fn(async () => ({
      conversation_id: "c1",
      messages: [row(1, { direction: "outbound", status: "sent", content: { reactions } })],
      last_seq: 1,
    }));
    const thread = new Thread("c1", fetchMessages);
    thread.state.set({ ...thread.state.get(), loaded: true });
    await thread.refreshEnd(true);
    thread.receive([row(1, { direction: "outbound", status: "sent" })]);
    await thread.refreshEnd();
    expect(fetchMessages).toHaveBeenCalledTimes(0);
    await thread.refreshEnd(true);
    expect(thread.state.get().messages[0]?.content?.reactions).toEqual(reactions);
  });
});

test("threads long unused are dropped, the same one is given again while it is kept", () => {
  const threads = new Threads(server(0).fetchMessages);
  const first = threads.get("a");
  expect(threads.get("a")).toBe(first);
  for (let at = 0; at < 60; at += 1) threads.get(`t${at}`);
  expect(threads.peek("a")).toBeUndefined();
});
