import { describe, expect, test } from "vitest";
import type { Message } from "~/api/types";
import {
  emptyThread,
  firstSeq,
  gapAfter,
  mergeMessages,
  noteLastSeq,
  settledSeq,
  type ThreadState,
} from "./store";

function row(seq: number, change: Partial<Message> = {}): Message {
  return {
    id: `m${seq}`,
    conversation_id: "c1",
    seq,
    direction: "inbound",
    author: { kind: "customer", id: "p1", name: "Мария" },
    text: `text ${seq}`,
    content: null,
    attachments: null,
    reply_to: null,
    status: null,
    external_id: null,
    client_message_id: null,
    turn: null,
    created_at: new Date(1_760_000_000_000 + seq).toISOString(),
    ...change,
  };
}

const seqs = (state: ThreadState) => state.messages.map((message) => message.seq);

function shuffled<T>(items: T[], seed: number): T[] {
  const copy = [...items];
  let state = seed;
  for (let at = copy.length - 1; at > 0; at -= 1) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    const other = state % (at + 1);
    [copy[at], copy[other]] = [copy[other] as T, copy[at] as T];
  }
  return copy;
}

describe("the thread store", () => {
  test("shows the same order whatever the order of arrival and however often a row comes", () => {
    const rows = Array.from({ length: 40 }, (_, at) => row(at + 1));
    const expected = rows.map((message) => message.seq);
    for (let seed = 1; seed <= 200; seed += 1) {
      const arrivals = shuffled([...rows, ...rows.slice(seed % 20, (seed % 20) + 15)], seed);
      let state = emptyThread("c1");
      for (let at = 0; at < arrivals.length; at += (seed % 7) + 1) {
        state = mergeMessages(state, arrivals.slice(at, at + (seed % 7) + 1));
      }
      expect(seqs(state)).toEqual(expected);
      expect(gapAfter(state)).toBeNull();
    }
  });

  test("orders by seq also where the clock says otherwise", () => {
    const state = mergeMessages(emptyThread("c1"), [
      row(2, { created_at: "2026-11-25T10:00:00Z" }),
      row(1, { created_at: "2026-11-25T11:00:00Z" }),
    ]);
    expect(seqs(state)).toEqual([1, 2]);
  });

  test("does not take rows of another conversation", () => {
    const state = mergeMessages(emptyThread("c1"), [row(1), row(2, { conversation_id: "c2" })]);
    expect(seqs(state)).toEqual([1]);
  });

  test("keeps its identity when nothing is new, so that nothing is drawn again", () => {
    const state = mergeMessages(emptyThread("c1"), [row(1), row(2)]);
    expect(mergeMessages(state, [row(2), row(1)], 2)).toBe(state);
  });

  test("takes a later delivery state and never goes back", () => {
    const sent = mergeMessages(emptyThread("c1"), [row(1, { direction: "outbound", status: "sent" })]);
    const read = mergeMessages(sent, [row(1, { direction: "outbound", status: "read" })]);
    expect(read.messages[0]?.status).toBe("read");
    const late = mergeMessages(read, [row(1, { direction: "outbound", status: "delivered" })]);
    expect(late.messages[0]?.status).toBe("read");
  });

  test("takes a failure over a success: the provider may find out late", () => {
    const sent = mergeMessages(emptyThread("c1"), [row(1, { direction: "outbound", status: "sent" })]);
    const failed = mergeMessages(sent, [row(1, { direction: "outbound", status: "failed" })]);
    expect(failed.messages[0]?.status).toBe("failed");
  });

  test("finds the first hole, and the end that was announced but has not come", () => {
    const state = mergeMessages(emptyThread("c1"), [row(11), row(12), row(15)]);
    expect(gapAfter(state)).toBe(12);
    expect(settledSeq(state)).toBe(12);
    const filled = mergeMessages(state, [row(13), row(14)]);
    expect(gapAfter(filled)).toBeNull();
    expect(gapAfter(noteLastSeq(filled, 17))).toBe(15);
  });

  test("does not take what comes before the first loaded row for a hole", () => {
    const state = mergeMessages(emptyThread("c1"), [row(81), row(82)]);
    expect(gapAfter(state)).toBeNull();
    expect(firstSeq(state)).toBe(81);
  });

  test("an empty conversation is loaded, not loading", () => {
    expect(mergeMessages(emptyThread("c1"), [], 0).loaded).toBe(true);
  });
});
