import type { MessageKind } from "~/api/types";
import { createStore } from "~/lib/store";

export type DialogName = "command" | "help" | "assign" | "transfer" | "hand-back" | "snooze";

/** The dialog that stands open, if any: one at a time. */
export const openDialog = createStore<DialogName | null>(null);

/** A wish to write; the composer of the open conversation takes it. */
export const composerWish = createStore<{ kind: MessageKind; at: number } | null>(null);

export function wishToWrite(kind: MessageKind): void {
  composerWish.set({ kind, at: Date.now() });
}
