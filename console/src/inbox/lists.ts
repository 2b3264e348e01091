import type { InfiniteData } from "@tanstack/react-query";
import type { Conversation, ConversationPage } from "~/api/types";
import { type ListFilter, matches } from "./search";

export type ConversationList = InfiniteData<ConversationPage, string | null>;

/** The list's order, the server's own and the same in every browser: last change first, the id decides ties. */
export function compareActivity(one: Conversation, other: Conversation): number {
  // As text: microseconds, which a Date would drop.
  if (one.updated_at !== other.updated_at) return one.updated_at < other.updated_at ? 1 : -1;
  return one.id < other.id ? -1 : one.id > other.id ? 1 : 0;
}

/** Whether `after` tells of a later state than `before`; on equal terms the later arrival counts. */
export function isNewer(before: Conversation, after: Conversation): boolean {
  if (after.last_seq !== before.last_seq) return after.last_seq > before.last_seq;
  return after.updated_at >= before.updated_at;
}

export function flatten(list: ConversationList | undefined): Conversation[] {
  return dedupe(list?.pages.flatMap((page) => page.items) ?? []);
}

// A row that moved up between two page reads comes twice.
function dedupe(items: readonly Conversation[]): Conversation[] {
  const seen = new Map<string, Conversation>();
  for (const item of items) {
    const before = seen.get(item.id);
    if (!before || isNewer(before, item)) seen.set(item.id, item);
  }
  return [...seen.values()].sort(compareActivity);
}

/** Put a changed conversation where it now belongs in a loaded list: in, out, or to another place. */
export function applyChange(
  list: ConversationList,
  filter: ListFilter,
  changed: Conversation,
  myId: string,
): ConversationList {
  const items = flatten(list);
  const before = items.find((item) => item.id === changed.id);
  if (before && !isNewer(before, changed)) return list;
  const belongs = matches(filter, changed, myId);
  if (!before && !belongs) return list;
  const rest = items.filter((item) => item.id !== changed.id);
  const after =
    belongs && isLoadedPlace(list, rest, changed) ? [...rest, changed].sort(compareActivity) : rest;
  return repage(list, after, Number(belongs) - Number(Boolean(before)));
}

/** Take a conversation out of a loaded list, whatever its state. */
export function remove(list: ConversationList, id: string): ConversationList {
  const items = flatten(list);
  const rest = items.filter((item) => item.id !== id);
  return rest.length === items.length ? list : repage(list, rest, -1);
}

/** Below the last loaded row of an unfinished list is the next page's place. */
function isLoadedPlace(
  list: ConversationList,
  rest: readonly Conversation[],
  changed: Conversation,
): boolean {
  const last = rest.at(-1);
  return !list.pages.at(-1)?.next_cursor || !last || compareActivity(changed, last) < 0;
}

function repage(list: ConversationList, items: Conversation[], totalBy: number): ConversationList {
  let from = 0;
  const pages = list.pages.map((page, at) => {
    const end = at === list.pages.length - 1 ? items.length : from + page.items.length;
    const slice = items.slice(from, end);
    from = end;
    const total = typeof page.total === "number" ? Math.max(0, page.total + totalBy) : page.total;
    return { ...page, items: slice, total };
  });
  return { ...list, pages };
}

/** "7", or with more than was read "50+"; null before anything is known. */
export function countOf(list: ConversationList | undefined): { count: number; more: boolean } | null {
  const first = list?.pages[0];
  if (!list || !first) return null;
  if (typeof first.total === "number") return { count: first.total, more: false };
  return { count: flatten(list).length, more: Boolean(list.pages.at(-1)?.next_cursor) };
}

/** The neighbour to open next; `lastIndex` is where the open one stood when it has left the list. */
export function neighbour(
  items: readonly Conversation[],
  openId: string | null,
  step: 1 | -1,
  lastIndex: number,
): Conversation | null {
  if (items.length === 0) return null;
  const at = items.findIndex((item) => item.id === openId);
  if (at >= 0) return items[at + step] ?? null;
  if (openId === null) return items[0] ?? null;
  const from = step === 1 ? lastIndex : lastIndex - 1;
  return items[Math.min(Math.max(from, 0), items.length - 1)] ?? null;
}
