import type { Message, MessageStatus } from "~/api/types";
import { dayKey } from "~/i18n/format";

/**
 * One line of the thread as it is drawn; above the first of a calendar day stands the day. The day is no line of
 * its own: it moves up when earlier rows come, and who stood on it would be carried along.
 */
export type Row = { key: string; day: string | null; message: Message } & (
  | { type: "message"; first: boolean; last: boolean }
  | { type: "note" }
  | { type: "event" }
);

/** Messages of one author within this time stand together under one name. */
const GROUP_WITHIN_MS = 5 * 60_000;

function joins(one: Message | undefined, other: Message): boolean {
  if (!one || one.direction !== other.direction) return false;
  if (one.author.kind !== other.author.kind || one.author.id !== other.author.id) return false;
  return Math.abs(Date.parse(other.created_at) - Date.parse(one.created_at)) < GROUP_WITHIN_MS;
}

function isGrouped(message: Message): boolean {
  return message.direction === "inbound" || message.direction === "outbound";
}

/** How far a message has come; one that has gone out and that the customer has seen is read. */
export function deliveryOf(message: Message, customerSeenSeq: number): MessageStatus | null {
  if (message.direction !== "outbound") return null;
  const isOut = message.status === "sent" || message.status === "delivered";
  return isOut && message.seq <= customerSeenSeq ? "read" : message.status;
}

/** Rows in the order of the messages, the day where the calendar day changes in the reader's zone. */
export function buildRows(messages: readonly Message[], timeZone?: string): Row[] {
  let before = "";
  return messages.map((message, at): Row => {
    const today = dayKey(message.created_at, timeZone);
    const isNewDay = today !== before;
    before = today;
    const row = { key: message.id, day: isNewDay ? message.created_at : null, message };
    if (message.direction === "note") return { ...row, type: "note" };
    if (!isGrouped(message)) return { ...row, type: "event" };
    const next = messages[at + 1];
    const last = !next || !joins(message, next) || dayKey(next.created_at, timeZone) !== today;
    return { ...row, type: "message", first: isNewDay || !joins(messages[at - 1], message), last };
  });
}
