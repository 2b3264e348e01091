import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useNow } from "~/lib/hooks";
import { useSession } from "~/session/session";
import { ConversationRow } from "./conversation-row";
import { useInboxPlace } from "./place";

const ROW_HEIGHT = 82;
const FETCH_BEFORE_END = 12;

/** The list as far as it is seen: ten thousand rows cost as much as twenty. */
export function ConversationList() {
  const { t } = useTranslation();
  const { list, conversationId, search } = useInboxPlace();
  const { items, hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  const scroller = useRef<HTMLDivElement>(null);
  const now = useNow();
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (index) => items[index]?.id ?? index,
    overscan: 8,
  });
  const rows = virtual.getVirtualItems();
  const lastShown = rows.at(-1)?.index ?? 0;

  useEffect(() => {
    if (lastShown >= items.length - FETCH_BEFORE_END && hasNextPage && !isFetchingNextPage)
      void fetchNextPage();
  }, [lastShown, items.length, hasNextPage, isFetchingNextPage, fetchNextPage]);

  useOpenRowInView(conversationId, items, virtual.scrollToIndex);
  usePrefetchNeighbours();

  const moveFocus = (event: KeyboardEvent) => {
    const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (!by || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const focused = (document.activeElement as HTMLElement | null)?.closest<HTMLElement>("[data-index]");
    const index = Math.min(Math.max(Number(focused?.dataset.index ?? -1) + by, 0), items.length - 1);
    virtual.scrollToIndex(index);
    requestAnimationFrame(() => {
      scroller.current?.querySelector<HTMLElement>(`[data-index="${index}"] a`)?.focus();
    });
  };

  return (
    <div className="list" ref={scroller}>
      <ul
        className="list__rows"
        style={{ height: virtual.getTotalSize() }}
        onKeyDown={moveFocus}
        aria-label={t("list.rows")}
      >
        {rows.map((row) => {
          const conversation = items[row.index];
          if (!conversation) return null;
          return (
            <li
              key={row.key}
              ref={virtual.measureElement}
              data-index={row.index}
              className="list__row"
              style={{ transform: `translateY(${row.start}px)` }}
              aria-setsize={hasNextPage ? -1 : items.length}
              aria-posinset={row.index + 1}
            >
              <ConversationRow
                conversation={conversation}
                search={search}
                isOpen={conversation.id === conversationId}
                now={now}
              />
            </li>
          );
        })}
      </ul>
      {isFetchingNextPage && (
        <p className="list__more" role="status">
          <span className="spinner" aria-hidden="true" /> {t("common.loading")}
        </p>
      )}
    </div>
  );
}

/** After J or K the open row is in view. */
function useOpenRowInView(
  openId: string | null,
  items: readonly { id: string }[],
  scrollToIndex: (index: number) => void,
) {
  const shown = useRef<string | null>(null);
  useEffect(() => {
    if (openId === shown.current) return;
    const index = items.findIndex((item) => item.id === openId);
    if (index < 0) return;
    shown.current = openId;
    scrollToIndex(index);
  }, [openId, items, scrollToIndex]);
}

/** The next and the previous conversation are read ahead: J and K show them without a wait. */
function usePrefetchNeighbours() {
  const { list, conversationId } = useInboxPlace();
  const { threads } = useSession();
  const at = list.items.findIndex((item) => item.id === conversationId);
  const next = list.items[at + 1];
  const previous = list.items[at - 1];
  useEffect(() => {
    for (const conversation of [next, previous]) {
      if (!conversation) continue;
      const thread = threads.get(conversation.id);
      thread.announce(conversation.last_seq);
      if (!thread.state.get().loaded) void thread.catchUp();
    }
  }, [next, previous, threads]);
}
