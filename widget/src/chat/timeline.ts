import type { ButtonOption, Message } from "./types";

/** What is known of the visitor's open conversation. Immutable: each change is a new value. */
export interface Timeline {
  conversationId: string | null;
  /** Ordered by `seq`, each row once, never an internal note. */
  messages: readonly Message[];
  /** Everything up to this `seq` has arrived; the next request asks for what comes after it. */
  cursor: number;
  /** The conversation before this one, as far as this tab has shown it: read only, above a line. */
  earlier: readonly Message[];
}

export const EMPTY: Timeline = { conversationId: null, messages: [], cursor: 0, earlier: [] };

/** Another conversation is the open one now: start at its first row, keep the old one above a line. */
export function switchTo(timeline: Timeline, conversationId: string | null): Timeline {
  if (timeline.conversationId === conversationId) return timeline;
  const earlier = [...timeline.earlier, ...timeline.messages];
  return { conversationId, messages: [], cursor: 0, earlier };
}

/**
 * Take rows in, in whatever order and as often as they come. Rows of another conversation are left out.
 *
 * `after` says that the rows are the server's whole answer to "what comes after this seq", so that the cursor
 * may pass the seqs of rows a visitor never sees (internal notes). Single rows move it only without a gap.
 */
export function addRows(timeline: Timeline, rows: readonly Message[], after?: number): Timeline {
  const mine = rows.filter((row) => row.conversation_id === timeline.conversationId);
  const byId = new Map(timeline.messages.map((row) => [row.id, row]));
  for (const row of mine) if (row.direction !== "note") byId.set(row.id, row);
  const messages = [...byId.values()].sort((a, b) => a.seq - b.seq);

  let cursor = timeline.cursor;
  if (after !== undefined && after <= cursor) cursor = Math.max(cursor, ...mine.map((row) => row.seq));
  const known = new Set([...messages, ...mine].map((row) => row.seq));
  while (known.has(cursor + 1)) cursor += 1;
  return { ...timeline, messages, cursor };
}

/** A row came whose predecessors have not: ask for them. */
export function hasGap(timeline: Timeline): boolean {
  const last = timeline.messages.at(-1);
  return last !== undefined && last.seq > timeline.cursor;
}

// Who answers has changed, the scenario no longer waits for a press.
const ENDS_PROMPT = new Set(["taken_over", "handoff", "resolved"]);

/** What may be pressed under a row: buttons, or answers in words, which have no id. */
export function offered({ buttons, quick_replies }: Message["content"]): ButtonOption[] {
  return buttons?.length ? buttons : (quick_replies ?? []).map(({ label }) => ({ id: "", label }));
}

/**
 * The row whose buttons may be pressed: the newest prompt, unless the customer has said something since or a
 * person took over. Reminders and answers without buttons after it do not end it. Null: none.
 */
export function activePrompt(messages: readonly Message[]): string | null {
  for (let at = messages.length - 1; at >= 0; at -= 1) {
    const row = messages[at] as Message;
    if (row.direction === "inbound") return null;
    if (row.direction === "event" && ENDS_PROMPT.has(row.content.event?.type ?? "")) return null;
    if (offered(row.content).length) return row.id;
  }
  return null;
}

/** The operator who holds the conversation, by name; null when a bot does. */
export function operatorNow(messages: readonly Message[]): string | null {
  for (let at = messages.length - 1; at >= 0; at -= 1) {
    const row = messages[at] as Message;
    if (row.direction === "outbound" && row.author.kind === "operator") return row.author.name;
    if (row.direction === "outbound") return null;
    const event = row.content.event;
    if (event?.type === "handed_back" || event?.type === "resolved") return null;
    if (event?.type === "taken_over") return event.name ?? null;
  }
  return null;
}
