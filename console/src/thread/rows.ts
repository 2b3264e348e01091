import type { Message, MessageStatus } from "~/api/types";
import { dayKey } from "~/i18n/format";

/** One line of the thread as it is drawn. */
export type Row =
  | { type: "day"; key: string; at: string }
  | { type: "message"; key: string; message: Message; first: boolean; last: boolean }
  | { type: "note"; key: string; message: Message }
  | { type: "event"; key: string; message: Message };

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

/** Rows in the order of the messages, a day line where the calendar day changes in the reader's zone. */
export function buildRows(messages: readonly Message[], timeZone?: string): Row[] {
  const rows: Row[] = [];
  let day = "";
  messages.forEach((message, at) => {
    const today = dayKey(message.created_at, timeZone);
    const newDay = today !== day;
    // The seq is in the key: should clocks run backwards, the same day may come twice.
    if (newDay) rows.push({ type: "day", key: `day-${today}-${message.seq}`, at: message.created_at });
    day = today;
    const key = message.id;
    if (message.direction === "note") rows.push({ type: "note", key, message });
    else if (!isGrouped(message)) rows.push({ type: "event", key, message });
    else {
      const next = messages[at + 1];
      const last = !next || !joins(message, next) || dayKey(next.created_at, timeZone) !== today;
      rows.push({ type: "message", key, message, first: newDay || !joins(messages[at - 1], message), last });
    }
  });
  return rows;
}
