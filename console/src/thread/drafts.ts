import type { MessageKind } from "~/api/types";
import { readStored, writeStored } from "~/lib/storage";

export interface Draft {
  kind: MessageKind;
  text: string;
}

export const NO_DRAFT: Draft = { kind: "reply", text: "" };

/** Drafts are kept per user: on a shared computer nobody sends another's words. */
function key(userId: string, conversationId: string): string {
  return `draft.${userId}.${conversationId}`;
}

export function readDraft(userId: string, conversationId: string): Draft {
  const draft = readStored<Draft>(key(userId, conversationId), NO_DRAFT);
  return { kind: draft.kind === "note" ? "note" : "reply", text: String(draft.text ?? "") };
}

export function writeDraft(userId: string, conversationId: string, draft: Draft): void {
  const isEmpty = draft.text === "" && draft.kind === "reply";
  writeStored(key(userId, conversationId), isEmpty ? undefined : draft);
}
