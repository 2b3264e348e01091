import type { Author } from "~/api/types";
import { createStore } from "~/lib/store";

/** A sign of typing is believed this long: the frame that ends it may be lost. */
const FADES_AFTER_MS = 6_000;

/** Who is writing where, other than ourselves. */
export class TypingStore {
  readonly people = createStore<ReadonlyMap<string, Author>>(new Map());
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();

  note(conversationId: string, author: Author, on: boolean): void {
    clearTimeout(this.timers.get(conversationId));
    this.timers.delete(conversationId);
    if (!on) {
      this.remove(conversationId);
      return;
    }
    this.people.set((before) => new Map(before).set(conversationId, author));
    this.timers.set(
      conversationId,
      setTimeout(() => this.remove(conversationId), FADES_AFTER_MS),
    );
  }

  clear(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
    this.people.set(new Map());
  }

  private remove(conversationId: string): void {
    this.people.set((before) => {
      if (!before.has(conversationId)) return before;
      const after = new Map(before);
      after.delete(conversationId);
      return after;
    });
  }
}
