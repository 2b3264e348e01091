import type { QueryClient } from "@tanstack/react-query";
import type { Conversation } from "~/api/types";
import { applyChange, type ConversationList, isNewer } from "./lists";
import type { ListFilter } from "./search";

export const keys = {
  me: ["me"] as const,
  lists: ["conversations"] as const,
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

  constructor(
    private readonly queries: QueryClient,
    private readonly myId: string,
  ) {}

  /** The server told of a conversation's state. */
  apply(conversation: Conversation): void {
    const known = this.newest(conversation);
    this.recent.set(conversation.id, { conversation: known, at: Date.now() });
    this.show(known);
  }

  /** Show a change before the server has confirmed it; call the answer to take it back. */
  patch(id: string, change: Partial<Conversation>): () => void {
    const before = this.queries.getQueryData<Conversation>(keys.conversation(id)) ?? this.findInLists(id);
    if (!before) return () => {};
    this.show({ ...before, ...change });
    return () => this.show(this.recent.get(id)?.conversation ?? before);
  }

  /** Of a fetched row and what was heard lately, the later. */
  newest(fetched: Conversation): Conversation {
    const known = this.recent.get(fetched.id);
    if (!known || Date.now() - known.at > RECENT_FOR_MS) return fetched;
    return isNewer(known.conversation, fetched) ? fetched : known.conversation;
  }

  private show(conversation: Conversation): void {
    this.queries.setQueryData<Conversation>(keys.conversation(conversation.id), conversation);
    for (const [key, list] of this.queries.getQueriesData<ConversationList>({ queryKey: keys.lists })) {
      if (!list) continue;
      this.queries.setQueryData(key, applyChange(list, key[1] as ListFilter, conversation, this.myId));
    }
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
