import type { Message, MessageStatus } from "~/api/types";

/**
 * What this browser knows of one conversation's rows. Order is `seq` and nothing else: not the time of
 * arrival, not a clock. So two browsers with the same rows show the same thread.
 */
export interface ThreadState {
  readonly conversationId: string;
  /** Ascending by seq, each seq once. */
  readonly messages: readonly Message[];
  /** The highest seq the server has told of, shown or not. */
  readonly lastSeq: number;
  /** Whether a first page has arrived. */
  readonly loaded: boolean;
}

export function emptyThread(conversationId: string): ThreadState {
  return { conversationId, messages: [], lastSeq: 0, loaded: false };
}

const PROGRESS: Partial<Record<MessageStatus, number>> = {
  pending: 0,
  sending: 1,
  sent: 2,
  delivered: 3,
  read: 4,
};

/** The newer of two states of one row: delivery only moves forward, though frames may cross a reply. */
function newerRow(before: Message, after: Message): Message {
  const was = before.status ? PROGRESS[before.status] : undefined;
  const is = after.status ? PROGRESS[after.status] : undefined;
  if (was !== undefined && is !== undefined && is < was) return before;
  return sameRow(before, after) ? before : after;
}

function sameRow(one: Message, other: Message): boolean {
  return (
    one.status === other.status && one.text === other.text && JSON.stringify(one) === JSON.stringify(other)
  );
}

/** Take rows in any order, repeated or not; rows of other conversations are dropped. */
export function mergeMessages(state: ThreadState, incoming: readonly Message[], lastSeq = 0): ThreadState {
  const bySeq = new Map(state.messages.map((message) => [message.seq, message]));
  let changed = !state.loaded;
  for (const message of incoming) {
    if (message.conversation_id !== state.conversationId) continue;
    const before = bySeq.get(message.seq);
    const after = before ? newerRow(before, message) : message;
    if (after === before) continue;
    bySeq.set(message.seq, after);
    changed = true;
  }
  const highest = Math.max(state.lastSeq, lastSeq, ...incoming.map((message) => message.seq));
  if (!changed && highest === state.lastSeq) return state;
  const messages = [...bySeq.values()].sort((one, other) => one.seq - other.seq);
  return { ...state, messages, lastSeq: highest, loaded: true };
}

export function noteLastSeq(state: ThreadState, lastSeq: number): ThreadState {
  return lastSeq > state.lastSeq ? { ...state, lastSeq } : state;
}

/**
 * The seq after which rows are missing, or null when nothing is. Rows older than the first loaded one are
 * not missing but not asked for yet.
 */
export function gapAfter(state: ThreadState): number | null {
  const { messages, lastSeq } = state;
  for (let at = 1; at < messages.length; at += 1) {
    const previous = (messages[at - 1] as Message).seq;
    if ((messages[at] as Message).seq !== previous + 1) return previous;
  }
  const last = messages.at(-1)?.seq ?? 0;
  return last < lastSeq ? last : null;
}

export function firstSeq(state: ThreadState): number {
  return state.messages[0]?.seq ?? 1;
}

/** The last row of the unbroken run from the first loaded one: where reading may go on without a hole. */
export function settledSeq(state: ThreadState): number {
  return gapAfter(state) ?? state.messages.at(-1)?.seq ?? 0;
}
