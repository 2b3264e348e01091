import type { ApiError } from "~/api/client";
import type { Conversation, MessageKind, Verb } from "~/api/types";
import type { TemplateUse } from "~/reply/api";
import type { SentFile } from "./picked";

interface Queued {
  /** The client_message_id or the Idempotency-Key: the same at every try, so that the server acts once. */
  id: string;
  conversationId: string;
  createdAt: number;
  /** sending: on its way; held: waits for its next try; failed: refused, will not be tried again by itself. */
  state: "sending" | "held" | "failed";
  /** Handed to the server at least once: it may have it, though its answer is missing. */
  tried: boolean;
  attempts: number;
  code: string | null;
  detail: string | null;
  nextTryAt: number | null;
}

export interface NewText {
  id: string;
  conversationId: string;
  kind: MessageKind;
  text: string;
  /** Sent instead of the text, which is what it will say. */
  template?: TemplateUse;
  /** Uploaded already; they go along as files. */
  files?: readonly SentFile[];
}

export interface NewAction {
  conversationId: string;
  verb: Verb;
  body: object;
  /** Shown at once where the outcome cannot be another one; the server's answer replaces it. */
  shows?: Partial<Conversation>;
  /** Whom it concerns, to tell it from another of the same verb. */
  name?: string;
  /** What is said when it is done. */
  done?: string;
  undo?: NewAction;
}

export type QueuedText = Queued & NewText;
export type QueuedAction = Queued & NewAction & { kind: "action" };
export type OutboxItem = QueuedText | QueuedAction;

/** What has become of an action: with an error the server has refused it. */
export type ActionOutcome = "done" | "waiting" | ApiError;

export function isAction(item: OutboxItem): item is QueuedAction {
  return item.kind === "action";
}

export function isText(item: OutboxItem): item is QueuedText {
  return item.kind !== "action";
}

export function queued() {
  return {
    createdAt: Date.now(),
    state: "sending",
    tried: false,
    attempts: 0,
    code: null,
    detail: null,
    nextTryAt: null,
  } as const;
}

export function isSameAction(one: OutboxItem | undefined, other: NewAction): boolean {
  return (
    one?.kind === "action" &&
    one.verb === other.verb &&
    JSON.stringify(one.body) === JSON.stringify(other.body)
  );
}

/** What each conversation will be once the actions on their way are done. */
export function expectedOf(items: readonly OutboxItem[]): ReadonlyMap<string, Partial<Conversation>> {
  const expected = new Map<string, Partial<Conversation>>();
  for (const item of items) {
    if (!isAction(item) || !item.shows) continue;
    expected.set(item.conversationId, { ...expected.get(item.conversationId), ...item.shows });
  }
  return expected;
}
