import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { createContext, type ReactNode, use, useCallback, useEffect, useMemo, useRef } from "react";
import { api } from "~/api/endpoints";
import type { Conversation } from "~/api/types";
import { NARROW, useMedia, WIDE } from "~/lib/hooks";
import { useSession } from "~/session/session";
import { keys } from "./cache";
import { neighbour } from "./lists";
import { useConversationList } from "./queries";
import { type InboxSearch, listFilter, parseSearch } from "./search";

/** Choices that follow each other within this time are one. */
const ONE_CHOICE_MS = 1_000;

export interface InboxPlace {
  search: InboxSearch;
  conversationId: string | null;
  conversation: Conversation | undefined;
  /** Why the open conversation cannot be shown. */
  error: unknown;
  list: ReturnType<typeof useConversationList>;
  panelShown: boolean;
  togglePanel: () => void;
  setSearch: (change: Partial<InboxSearch>) => void;
  open: (conversationId: string) => void;
  step: (by: 1 | -1) => void;
}

/** Exported for the kit. */
export const PlaceContext = createContext<InboxPlace | null>(null);

/** Where in the inbox we are: the view, the filters, the open conversation and its neighbours. */
export function useInboxPlace(): InboxPlace {
  const place = use(PlaceContext);
  if (!place) throw new Error("useInboxPlace outside InboxPlaceProvider");
  return place;
}

export function InboxPlaceProvider({ children }: { children: ReactNode }) {
  const raw = useSearch({ strict: false });
  const params = useParams({ strict: false });
  const conversationId = params.conversationId ?? null;
  const search = useMemo(() => parseSearch(raw as Record<string, unknown>), [raw]);
  const list = useConversationList(listFilter(search));
  const opened = useOpenConversation(conversationId);
  const moves = useMoves(search, conversationId, list.items);
  const value: InboxPlace = {
    search,
    conversationId,
    conversation: opened.data,
    error: opened.error,
    list,
    ...moves,
  };
  return <PlaceContext value={value}>{children}</PlaceContext>;
}

function useOpenConversation(conversationId: string | null) {
  const { cache } = useSession();
  return useQuery({
    queryKey: keys.conversation(conversationId ?? ""),
    queryFn: async ({ signal }) => cache.newest(await api.conversation(conversationId as string, signal)),
    enabled: conversationId !== null,
    placeholderData: undefined,
  });
}

function useMoves(search: InboxSearch, conversationId: string | null, items: readonly Conversation[]) {
  const navigate = useNavigate();
  const isWide = useMedia(WIDE);
  const isNarrow = useMedia(NARROW);
  const lastIndex = useRef(0);
  const at = items.findIndex((item) => item.id === conversationId);
  useEffect(() => {
    if (at >= 0) lastIndex.current = at;
  }, [at]);

  const open = useCallback(
    (id: string) => {
      const kept = isNarrow ? { ...search, panel: undefined } : search;
      void navigate({ to: "/inbox/$conversationId", params: { conversationId: id }, search: kept });
    },
    [navigate, search, isNarrow],
  );
  const lastFilteredAt = useRef(Number.NEGATIVE_INFINITY);
  const setSearch = useCallback(
    (change: Partial<InboxSearch>) => {
      // Back leads to the list before a choice, not through every key on the way to it.
      const isOnTheWay = performance.now() - lastFilteredAt.current < ONE_CHOICE_MS;
      if (!("panel" in change)) lastFilteredAt.current = performance.now();
      const replace = "panel" in change || isOnTheWay;
      void navigate({ to: ".", search: parseSearch({ ...search, ...change }), replace });
    },
    [navigate, search],
  );
  const panelShown = search.panel ? search.panel === "open" : isWide;
  return {
    open,
    setSearch,
    panelShown,
    togglePanel: () => setSearch({ panel: panelShown ? "closed" : "open" }),
    step: (by: 1 | -1) => {
      const next = neighbour(items, conversationId, by, lastIndex.current);
      if (next) open(next.id);
    },
  };
}
