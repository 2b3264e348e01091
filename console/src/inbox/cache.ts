import type { QueryClient } from "@tanstack/react-query";
import type { Conversation } from "~/api/types";
import { applyChange, type ConversationList, flatten, isNewer, remove } from "./lists";
import type { ListFilter } from "./search";

export const keys = {
  me: ["me"] as const,
  lists: ["conversations"] as const,
  counts: ["counts"] as const,
  list: (filter: ListFilter) => ["conversations", filter] as const,
  conversation: (id: string) => ["conversation", id] as const,
  customer: (id: string) => ["customer", id] as const,
  members: ["members"] as const,
  departments: ["departments"] as const,
};

const RECENT_FOR_MS = 60_000;

/**
 * Conversations as lists and pages show them. A list that was asked for before a change and answered after
 * it would bring the old state back, so the newest state seen in the last minute is kept beside the lists.
 */
export class ConversationCache {
  private readonly recent = new Map<string, { conversation: Conversation; at: number }>();
  /** What is still to be done by the server, laid over what it told. */
  private expected: ReadonlyMap<string, Partial<Conversation>> = new Map();
  /** Out of reach: an answer that was under way must not bring one back, only the stream does. */
  private readonly gone = new Set<string>();

  constructor(
    private readonly queries: QueryClient,
    private readonly myId: string,
  ) {}

  /** The stream told of a conversation: it is in reach. */
  hear(conversation: Conversation): void {
    this.gone.delete(conversation.id);
    this.apply(conversation);
  }

  /** It went out of reach: no list shows it, and an open page asks and learns so. */
  remove(id: string): void {
    this.gone.add(id);
    this.recent.delete(id);
    for (const [key, list] of this.queries.getQueriesData<ConversationList>({ queryKey: keys.lists }))
      if (list) this.queries.setQueryData(key, remove(list, id));
    void this.queries.resetQueries({ queryKey: keys.conversation(id) });
  }

  isGone(id: string): boolean {
    return this.gone.has(id);
  }

  /** Frames may have been lost: what is fetched from now on counts. */
  forgetGone(): void {
    this.gone.clear();
  }

  /** The server told of a conversation's state. */
  apply(conversation: Conversation): void {
    if (this.gone.has(conversation.id)) return;
    const known = this.told(conversation);
    this.recent.set(conversation.id, { conversation: known, at: Date.now() });
    this.show(known);
  }

  /** Change what is shown of a conversation until the server next tells of it. */
  patch(id: string, change: Partial<Conversation>): void {
    const before = this.shown(id);
    if (before) this.show({ ...before, ...change });
  }

  /** Show these changes over all that the server tells, and those of before no longer. */
  expect(expected: ReadonlyMap<string, Partial<Conversation>>): void {
    const before = this.expected;
    const isSame = (id: string) => JSON.stringify(before.get(id)) === JSON.stringify(expected.get(id));
    const changed = [...new Set([...before.keys(), ...expected.keys()])].filter((id) => !isSame(id));
    for (const id of changed) this.keepTold(id);
    this.expected = expected;
    for (const id of changed) {
      const told = this.recent.get(id)?.conversation;
      if (told) this.show(told);
    }
  }

  private keepTold(id: string): void {
    const shown = this.expected.has(id) ? undefined : this.shown(id);
    if (shown) this.recent.set(id, { conversation: this.told(shown), at: Date.now() });
  }

  /** Of a fetched row and what was heard lately, the later, as it is to be shown. */
  newest(fetched: Conversation): Conversation {
    const told = this.told(fetched);
    if (this.expected.has(told.id)) this.recent.set(told.id, { conversation: told, at: Date.now() });
    return this.withExpected(told);
  }

  private told(fetched: Conversation): Conversation {
    const known = this.recent.get(fetched.id);
    if (!known || Date.now() - known.at > RECENT_FOR_MS) return fetched;
    return isNewer(known.conversation, fetched) ? fetched : known.conversation;
  }

  private withExpected(told: Conversation): Conversation {
    const change = this.expected.get(told.id);
    return change ? { ...told, ...change } : told;
  }

  private shown(id: string): Conversation | undefined {
    return this.queries.getQueryData<Conversation>(keys.conversation(id)) ?? this.findInLists(id);
  }

  private show(told: Conversation): void {
    const conversation = this.withExpected(told);
    this.queries.setQueryData<Conversation>(keys.conversation(conversation.id), conversation);
    for (const [key, list] of this.queries.getQueriesData<ConversationList>({ queryKey: keys.lists })) {
      if (!list) continue;
      this.queries.setQueryData(key, applyChange(list, key[1] as ListFilter, conversation, this.myId));
    }
  }

  /** Every conversation that some list has loaded, in the lists' order. */
  loaded(): Conversation[] {
    const lists = this.queries.getQueriesData<ConversationList>({ queryKey: keys.lists });
    const pages = lists.flatMap(([, list]) => list?.pages ?? []);
    return flatten({ pages, pageParams: [] });
  }

  private findInLists(id: string): Conversation | undefined {
    for (const [, list] of this.queries.getQueriesData<ConversationList>({ queryKey: keys.lists })) {
      for (const page of list?.pages ?? []) {
        const found = page.items.find((item) => item.id === id);
        if (found) return found;
      }
    }
    return undefined;
  }
}
