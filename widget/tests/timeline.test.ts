import { describe, expect, test } from "vitest";
import { activePrompt, addRows, EMPTY, hasGap, operatorNow, switchTo } from "../src/chat/timeline";
import { inbound, row } from "./helpers";

const start = switchTo(EMPTY, "c1");
const seqs = (rows: readonly { seq: number }[]) => rows.map((item) => item.seq);
const buttons = [{ id: "1.1.a", label: "A" }];

describe("rows", () => {
  test("are ordered by seq however they come", () => {
    const timeline = addRows(addRows(start, [row(3)]), [row(1), row(2)]);
    expect(seqs(timeline.messages)).toEqual([1, 2, 3]);
  });

  test("that come twice are shown once", () => {
    const timeline = addRows(addRows(start, [row(1), row(2)]), [row(2), row(1)]);
    expect(seqs(timeline.messages)).toEqual([1, 2]);
  });

  test("that are internal notes are never kept, even if a server sends them", () => {
    const timeline = addRows(start, [row(1), row(2, { direction: "note" }), row(3)]);
    expect(seqs(timeline.messages)).toEqual([1, 3]);
    expect(timeline.cursor).toBe(3);
  });

  test("of another conversation are left out", () => {
    expect(addRows(start, [row(1, { conversation_id: "c2" })]).messages).toEqual([]);
  });
});

describe("the cursor", () => {
  test("does not pass a missing row, so that a lost frame is asked for again", () => {
    const timeline = addRows(addRows(start, [row(1)]), [row(3)]);
    expect(timeline.cursor).toBe(1);
    expect(hasGap(timeline)).toBe(true);
    const mended = addRows(timeline, [row(2), row(3)], 1);
    expect(mended.cursor).toBe(3);
    expect(hasGap(mended)).toBe(false);
  });

  test("passes the seqs of hidden rows when the server has answered for them", () => {
    const timeline = addRows(addRows(start, [row(1)]), [row(4)], 1);
    expect(timeline.cursor).toBe(4);
  });

  test("is not moved by an answer to a question asked from beyond it", () => {
    expect(addRows(addRows(start, [row(1)]), [row(9)], 5).cursor).toBe(1);
  });
});

describe("another conversation", () => {
  test("starts at its first row and keeps the old one above", () => {
    const timeline = switchTo(addRows(start, [row(1), row(2)]), "c2");
    expect(timeline).toMatchObject({ conversationId: "c2", messages: [], cursor: 0 });
    expect(seqs(timeline.earlier)).toEqual([1, 2]);
  });

  test("with the same id changes nothing", () => {
    expect(switchTo(start, "c1")).toBe(start);
  });
});

describe("buttons", () => {
  test("of the newest prompt are active, those of earlier ones are not", () => {
    const rows = [row(1, { content: { buttons } }), row(2, { content: { buttons } })];
    expect(activePrompt(rows)).toBe("c1-2");
  });

  test("end when the customer has said something", () => {
    expect(activePrompt([row(1, { content: { buttons } }), inbound(2, "x")])).toBeNull();
  });

  test("and answers in words are offered alike", () => {
    const rows = [row(1, { content: { quick_replies: [{ label: "Yes" }] } })];
    expect(activePrompt(rows)).toBe("c1-1");
  });

  test("survive a reminder without buttons", () => {
    expect(activePrompt([row(1, { content: { buttons } }), row(2)])).toBe("c1-1");
  });

  test("end when an operator takes over, not when the conversation is assigned", () => {
    const event = (type: string) => row(2, { direction: "event", content: { event: { type } } });
    expect(activePrompt([row(1, { content: { buttons } }), event("taken_over")])).toBeNull();
    expect(activePrompt([row(1, { content: { buttons } }), event("assigned")])).toBe("c1-1");
  });
});

describe("who answers", () => {
  const taken = row(1, { direction: "event", content: { event: { type: "taken_over", name: "Anna" } } });
  const back = row(2, { direction: "event", content: { event: { type: "handed_back" } } });
  test("is the operator who took over", () => expect(operatorNow([taken, inbound(2, "x")])).toBe("Anna"));
  test("is nobody after the hand-back", () => expect(operatorNow([taken, back])).toBeNull());
  test("is nobody when a bot spoke last", () => expect(operatorNow([taken, row(2)])).toBeNull());
});
