import { expect, test } from "vitest";
import type { Author, Message } from "~/api/types";
import { buildRows, deliveryOf } from "./rows";

const maria: Author = { kind: "customer", id: "p1", name: "Мария" };
const bot: Author = { kind: "scenario", id: "s1", name: "Бот" };
let seq = 0;

function row(at: string, change: Partial<Message> = {}): Message {
  seq += 1;
  return {
    id: `m${seq}`,
    seq,
    direction: "inbound",
    author: maria,
    created_at: at,
    text: "",
    ...change,
  } as Message;
}

const shape = (messages: Message[], zone = "Europe/Moscow") =>
  buildRows(messages, zone).flatMap((line) => [
    ...(line.day ? ["day"] : []),
    line.type === "message" ? `message${line.first ? " first" : ""}${line.last ? " last" : ""}` : line.type,
  ]);

test("messages of one author within five minutes stand under one name", () => {
  expect(
    shape([row("2026-11-25T10:00:00Z"), row("2026-11-25T10:01:00Z"), row("2026-11-25T10:09:00Z")]),
  ).toEqual(["day", "message first", "message last", "message first last"]);
});

test("another author, a note or an event ends a group", () => {
  expect(
    shape([
      row("2026-11-25T10:00:00Z"),
      row("2026-11-25T10:00:01Z", { direction: "outbound", author: bot }),
      row("2026-11-25T10:00:02Z"),
      row("2026-11-25T10:00:03Z", { direction: "note" }),
      row("2026-11-25T10:00:04Z"),
      row("2026-11-25T10:00:05Z", { direction: "event" }),
    ]),
  ).toEqual([
    "day",
    "message first last",
    "message first last",
    "message first last",
    "note",
    "message first last",
    "event",
  ]);
});

test("the day changes at the reader's midnight", () => {
  const messages = [row("2026-11-25T20:59:00Z"), row("2026-11-25T21:01:00Z")];
  expect(shape(messages, "Europe/Moscow")).toEqual([
    "day",
    "message first last",
    "day",
    "message first last",
  ]);
  expect(shape(messages, "UTC")).toEqual(["day", "message first", "message last"]);
});

test("a line keeps its key when earlier ones come", () => {
  const messages = [row("2026-11-25T10:00:00Z"), row("2026-11-25T10:01:00Z"), row("2026-11-25T10:02:00Z")];
  const keys = (some: Message[]) => buildRows(some, "UTC").map((line) => line.key);
  expect(keys(messages).slice(1)).toEqual(keys(messages.slice(1)));
});

test("every line has a key of its own, also when clocks run backwards", () => {
  const lines = buildRows(
    [row("2026-11-25T10:00:00Z"), row("2026-11-24T10:00:00Z"), row("2026-11-25T11:00:00Z")],
    "UTC",
  );
  expect(new Set(lines.map((line) => line.key)).size).toBe(lines.length);
});

test("what has gone out and was seen by the customer is read", () => {
  const out = (change: Partial<Message>) =>
    ({ ...row(""), direction: "outbound", seq: 5, ...change }) as Message;
  expect(deliveryOf(out({ status: "sent" }), 4)).toBe("sent");
  expect(deliveryOf(out({ status: "sent" }), 5)).toBe("read");
  expect(deliveryOf(out({ status: "delivered" }), 9)).toBe("read");
  expect(deliveryOf(out({ status: "cancelled" }), 9)).toBe("cancelled");
  expect(deliveryOf(out({ status: "pending" }), 9)).toBe("pending");
  expect(deliveryOf(row("", { status: "sent" }), 99)).toBeNull();
});
