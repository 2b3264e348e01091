import { type InfiniteData, useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { api } from "~/api/endpoints";
import type { ConversationPage } from "~/api/types";
import { useSession } from "~/session/session";
import { keys } from "./cache";
import { COUNTED_TO, useCounts } from "./counts";
import { countOf, flatten } from "./lists";
import { type ListFilter, matches, toQuery, type View } from "./search";

const PAGE = 50;

/** One list, live: pages from the server, changes from the socket. */
export function useConversationList(filter: ListFilter) {
  const { cache, me } = useSession();
  const query = useInfiniteQuery<
    ConversationPage,
    Error,
    InfiniteData<ConversationPage, string | null>,
    ReturnType<typeof keys.list>,
    string | null
  >({
    queryKey: keys.list(filter),
    queryFn: async ({ pageParam, signal }) => {
      const page = await api.conversations(toQuery(filter), pageParam, PAGE, signal);
      const items = page.items
        .map((item) => cache.newest(item))
        .filter((item) => !cache.isGone(item.id) && matches(filter, item, me.user.id));
      return { ...page, items };
    },
    initialPageParam: null,
    getNextPageParam: (page) => page.next_cursor,
    staleTime: 30_000,
  });
  const items = useMemo(() => flatten(query.data), [query.data]);
  return { ...query, items, count: countOf(query.data) };
}

/**
 * A view's number in the sidebar. Its own list is loaded, so that it is there at once when chosen; what is not loaded
 * of a long one, the server counts.
 */
export function useViewCount(view: View): { count: number; more: boolean } | null {
  const { count } = useConversationList({ view });
  const counted = useCounts()?.[view];
  if (!count?.more || counted === undefined) return count;
  return counted < COUNTED_TO
    ? { count: Math.max(counted, count.count), more: false }
    : { count: COUNTED_TO - 1, more: true };
}
