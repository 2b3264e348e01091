import type { Author, Conversation, Message } from "~/api/types";

/** What the server sends over the console's socket. Unknown types are ignored: servers only add. */
export type ServerFrame =
  | { type: "welcome"; cursor?: string | number | null }
  | {
      type: "change";
      cursor?: string | number | null;
      kind: "message" | "conversation";
      conversation: Conversation;
    }
  /** It went out of the person's reach: to him it is as if it were not there. */
  | { type: "gone"; cursor?: string | number | null; conversation_id: string }
  | { type: "message"; message: Message }
  | { type: "typing"; conversation_id: string; author: Author; on: boolean }
  | {
      type: "presence";
      conversation_id?: string;
      viewers?: { id: string; name: string }[];
      online?: string[];
    }
  /** The customer has read up to `seq`. */
  | { type: "seen"; conversation_id: string; seq: number }
  /** Something of the team is not as it was: `what` names the list. */
  | { type: "team"; what: string; id: string }
  /** A channel was changed, or its connection is not as it was. */
  | { type: "channel"; id: string }
  | { type: "resync" }
  | { type: "pong" };

export type ClientFrame =
  | { type: "watch"; conversation_id: string; after: number }
  | { type: "unwatch"; conversation_id: string }
  | { type: "typing"; conversation_id: string; on: boolean }
  | { type: "seen"; conversation_id: string; seq: number }
  /** `visible`: the page is on the screen, so whoever holds a watched conversation is looking at it. */
  | { type: "ping"; visible: boolean };

/** Null for what is not a frame: a broken line must not end the stream. */
export function parseFrame(data: unknown): ServerFrame | null {
  if (typeof data !== "string") return null;
  try {
    const value = JSON.parse(data) as { type?: unknown };
    return value && typeof value.type === "string" ? (value as ServerFrame) : null;
  } catch {
    return null;
  }
}
