import { describe, expect, test, vi } from "vitest";
import type { Outgoing } from "../src/chat/outbox";
import { type Bubble, buildRows, type RowSource } from "../src/chat/rows";
import { addRows, EMPTY, switchTo } from "../src/chat/timeline";
import type { Message } from "../src/chat/types";
import { CONFIG, inbound, row } from "./helpers";

const menu = [
  { id: "1.1.a", label: "Yes" },
  { id: "1.1.b", label: "No" },
];

function outgoing(id: string, more: Partial<Outgoing> = {}): Outgoing {
  const body = { client_message_id: id, text: id };
  return { body, text: id, created_at: "2026-11-25T10:01:00Z", state: "sending", reason: null, ...more };
}

function build(messages: Message[], more: Partial<RowSource> = {}) {
  const timeline = addRows(switchTo(EMPTY, "c1"), messages);
  return buildRows({ config: null, timeline, forgotten: false, outgoing: [], draft: null, ...more });
}

const bubbles = (rows: ReturnType<typeof build>) =>
  rows.filter((item): item is Bubble => item.kind === "bubble");

describe("the greeting", () => {
  const greeting = (messages: Message[], more: Partial<RowSource> = {}) =>
    bubbles(build(messages, { config: CONFIG, ...more }))[0];

  test("offers its buttons until something is said", () => {
    expect(greeting([])).toMatchObject({ text: "Hello", active: true, chosen: null });
    expect(greeting([inbound(1, "hi")])).toMatchObject({ active: false, chosen: null });
  });

  test("marks the pressed button, on its way and in another language", () => {
    const body = { client_message_id: "x", button: "0.1.a" };
    expect(greeting([], { outgoing: [outgoing("x", { body })] })).toMatchObject({
      active: false,
      chosen: "Delivery",
    });
    const press = { ...inbound(1, "Доставка"), content: { button: "0.1.a" } };
    expect(greeting([press])?.chosen).toBe("Delivery");
  });

  test("offers them again when the press was refused", () => {
    expect(greeting([], { outgoing: [outgoing("x", { state: "failed" })] })?.active).toBe(true);
  });
});

test("what is said outside the hours stands below what is stored, and above what is on its way", () => {
  const rows = build([inbound(1, "hi")], { away: "Back on Monday", outgoing: [outgoing("x")] });
  const said = rows.flatMap((item) => (item.kind === "day" ? [] : item.text));
  expect(said).toEqual(["hi", "Back on Monday", "x"]);
});

describe("quick replies", () => {
  const replies = [{ label: "Yes" }, { label: "No" }];

  test("are offered without an id, until one of them was said", () => {
    const [asked] = bubbles(build([row(1, { content: { quick_replies: replies } })]));
    expect(asked).toMatchObject({ active: true, chosen: null });
    expect(asked?.buttons).toEqual([
      { id: "", label: "Yes" },
      { id: "", label: "No" },
    ]);
    const [answered] = bubbles(build([row(1, { content: { quick_replies: replies } }), inbound(2, "No")]));
    expect(answered).toMatchObject({ active: false, chosen: "No" });
  });
});

describe("buttons", () => {
  test("only the newest prompt's are active; the older shows what was chosen", () => {
    const rows = bubbles(
      build([
        row(1, { content: { buttons: menu } }),
        inbound(2, "No"),
        row(3, { content: { buttons: menu } }),
      ]),
    );
    expect(rows.map((item) => item.active)).toEqual([false, false, true]);
    expect(rows[0]?.chosen).toBe("No");
  });

  test("none is active while a message is on its way", () => {
    const prompt = [row(1, { content: { buttons: menu } })];
    expect(bubbles(build(prompt, { outgoing: [outgoing("x")] }))[0]?.active).toBe(false);
    expect(bubbles(build(prompt, { outgoing: [outgoing("x", { state: "failed" })] }))[0]?.active).toBe(true);
  });
});

describe("order and grouping", () => {
  test("what is on its way stands last, and once", () => {
    const rows = build([row(1), inbound(2, "a", "a")], { outgoing: [outgoing("a"), outgoing("b")] });
    expect(bubbles(rows).map((item) => item.key)).toEqual(["c1-1", "a", "b"]);
  });

  test("a run of one author shows the name once and the time once", () => {
    const rows = bubbles(build([row(1), row(2), inbound(3, "x"), row(4)]));
    expect(rows.map((item) => [item.first, item.last])).toEqual([
      [true, false],
      [false, true],
      [true, true],
      [true, true],
    ]);
  });

  test("five quiet minutes end a run", () => {
    const rows = bubbles(build([row(1), row(2, { created_at: "2026-11-25T10:06:00Z" })]));
    expect(rows.map((item) => item.first)).toEqual([true, true]);
  });

  test("the earlier conversation stands above a line, read only", () => {
    const before = addRows(switchTo(EMPTY, "c0"), [
      row(1, { conversation_id: "c0", content: { buttons: menu } }),
    ]);
    const timeline = addRows(switchTo(before, "c1"), [row(1)]);
    const rows = buildRows({ config: null, timeline, forgotten: false, outgoing: [], draft: null });
    expect(rows.filter((item) => item.kind !== "day").map((item) => item.kind)).toEqual([
      "bubble",
      "line",
      "bubble",
    ]);
    expect(bubbles(rows)[0]?.active).toBe(false);
  });
});

test("events are lines; what concerns operators only is left out", () => {
  const event = (seq: number, type: string) =>
    row(seq, { direction: "event", text: type, content: { event: { type } } });
  const rows = build([
    event(1, "taken_over"),
    event(2, "assigned"),
    event(3, "snoozed"),
    event(4, "resolved"),
  ]);
  expect(rows.flatMap((item) => (item.kind === "event" ? [item.text] : []))).toEqual([
    "taken_over",
    "resolved",
  ]);
});

test("days are named when there is more than today", () => {
  vi.setSystemTime("2026-11-25T12:00:00Z");
  const old = row(1, { created_at: "2026-11-24T12:00:00Z" });
  const days = (messages: Message[]) => build(messages).filter((item) => item.kind === "day").length;
  expect(days([row(1)])).toBe(0);
  expect(days([old, row(2)])).toBe(2);
  vi.useRealTimers();
});
