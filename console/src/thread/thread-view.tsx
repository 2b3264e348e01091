import { useVirtualizer } from "@tanstack/react-virtual";
import { type RefObject, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useErrorText } from "~/api/error-text";
import type { Conversation } from "~/api/types";
import { useLatest } from "~/lib/hooks";
import { useStore } from "~/lib/store";
import { Button } from "~/ui/button";
import { Banner } from "~/ui/feedback";
import { ArrowDown } from "~/ui/icons";
import { ThreadRowsSkeleton } from "./conversation-page";
import { useOutbox } from "./hooks";
import { isText, type QueuedText } from "./outbox-item";
import { buildRows, deliveryOf, type Row } from "./rows";
import { DayRow, EventRow, MessageRow, NoteRow, PendingRow } from "./rows-view";
import { useSeen } from "./seen";
import { firstSeq } from "./store";
import type { Thread } from "./threads";
import { TypingLine } from "./typing-line";

const NEAR_END_PX = 80;
const NEAR_START_PX = 400;

type Line = Row | { type: "pending"; key: string; day: null; item: QueuedText };

export function ThreadView({ thread, conversation }: { thread: Thread; conversation: Conversation }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const state = useStore(thread.state);
  const error = useStore(thread.error);
  const lines = useLines(thread, conversation.id);
  if (!state.loaded && error) {
    return (
      <div className="thread thread--notice">
        <Banner
          tone="danger"
          alert
          action={
            <Button size="sm" onClick={() => void thread.catchUp()}>
              {t("common.retry")}
            </Button>
          }
        >
          {errorText(error)}
        </Banner>
      </div>
    );
  }
  if (!state.loaded) return <ThreadRowsSkeleton />;
  return <ThreadLines thread={thread} conversation={conversation} lines={lines} />;
}

/** The rows of the server, then the texts on their way: these have no number yet, so they stand last. */
function useLines(thread: Thread, conversationId: string): Line[] {
  const { messages } = useStore(thread.state);
  const outbox = useOutbox(conversationId);
  return useMemo(() => {
    const known = new Set(messages.map((message) => message.client_message_id));
    const sending = outbox.filter(isText).filter((item) => item.state === "sending" && !known.has(item.id));
    return [
      ...buildRows(messages),
      ...sending.map((item): Line => ({ type: "pending", key: item.id, day: null, item })),
    ];
  }, [messages, outbox]);
}

interface LinesProps {
  thread: Thread;
  conversation: Conversation;
  lines: Line[];
}

function ThreadLines({ thread, conversation, lines }: LinesProps) {
  const { t } = useTranslation();
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useRef<HTMLOListElement>(null);
  const [atEnd, setAtEnd] = useState(true);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (lines[index]?.day ? 120 : 76),
    getItemKey: (index) => lines[index]?.key ?? index,
    anchorTo: "end",
    followOnAppend: true,
    scrollEndThreshold: NEAR_END_PX,
    overscan: 10,
    paddingStart: 16,
    paddingEnd: 12,
  });
  const toEnd = useLatest(() => virtual.scrollToEnd());
  const place = useStayAtEnd(scroller, rows, toEnd);
  // What one has just written is shown, wherever one was reading.
  const lastLine = lines.at(-1);
  const ownId = lastLine?.type === "pending" ? lastLine.key : null;
  useEffect(() => {
    if (ownId) toEnd.current();
  }, [ownId, toEnd]);

  const follow = () => {
    const element = scroller.current;
    if (!element) return;
    const below = element.scrollHeight - element.scrollTop - element.clientHeight;
    // Only a way up leaves the end: rows that turn out higher than they were taken for push it away by themselves.
    const { stays, top } = place.current;
    place.current = { stays: below <= 1 || (stays && element.scrollTop >= top), top: element.scrollTop };
    setAtEnd(place.current.stays || below < NEAR_END_PX);
    if (element.scrollTop < NEAR_START_PX && firstSeq(thread.state.get()) > 1) void thread.loadOlder();
  };
  // A page that came in while one stood at the very top makes no scroll event.
  const look = useLatest(follow);
  const first = lines[0]?.key;
  // biome-ignore lint/correctness/useExhaustiveDependencies: looked at again whenever rows were put on top
  useEffect(() => {
    const frame = requestAnimationFrame(() => look.current());
    return () => cancelAnimationFrame(frame);
  }, [first, look]);
  const unseen = useUnseen(thread, atEnd);
  useSeen(thread, conversation, atEnd);

  return (
    <div className="thread">
      <section
        className="thread__scroll"
        ref={scroller}
        onScroll={follow}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        aria-label={t("thread.messages")}
      >
        <OlderMark thread={thread} />
        <ol className="thread__rows" ref={rows} style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const line = lines[item.index];
            if (!line) return null;
            return (
              <li
                key={item.key}
                ref={virtual.measureElement}
                data-index={item.index}
                className="thread__row"
                style={{ transform: `translateY(${item.start}px)` }}
              >
                {line.day && <DayRow at={line.day} />}
                <LineView line={line} conversation={conversation} />
              </li>
            );
          })}
        </ol>
      </section>
      {!atEnd && (
        <div className="thread__jump">
          <Button size="sm" icon={ArrowDown} onClick={() => toEnd.current()} className="thread__pill">
            {unseen > 0 ? t("thread.newMessages", { count: unseen }) : t("thread.toNewest")}
          </Button>
        </div>
      )}
      <TypingLine conversation={conversation} />
    </div>
  );
}

function OlderMark({ thread }: { thread: Thread }) {
  const { t } = useTranslation();
  const loading = useStore(thread.loadingOlder);
  if (!loading) return null;
  return (
    <p className="thread__older" role="status">
      <span className="spinner" aria-hidden="true" /> {t("thread.loadingOlder")}
    </p>
  );
}

function LineView({ line, conversation }: { line: Line; conversation: Conversation }) {
  switch (line.type) {
    case "event":
      return <EventRow message={line.message} />;
    case "note":
      return <NoteRow message={line.message} />;
    case "pending":
      return <PendingRow item={line.item} />;
    case "message":
      return (
        <MessageRow
          message={line.message}
          first={line.first}
          last={line.last}
          customer={conversation.customer}
          delivery={deliveryOf(line.message, conversation.customer_seen_seq)}
        />
      );
  }
}

/** Where one is: whoever stands at the end stays there while rows are measured and the composer takes its room. */
function useStayAtEnd(
  scroller: RefObject<Element | null>,
  rows: RefObject<Element | null>,
  toEnd: { readonly current: () => void },
) {
  const place = useRef({ stays: true, top: 0 });
  useLayoutEffect(() => {
    toEnd.current();
    const observer = new ResizeObserver(() => {
      if (place.current.stays) toEnd.current();
    });
    for (const box of [scroller, rows]) if (box.current) observer.observe(box.current);
    return () => observer.disconnect();
  }, [scroller, rows, toEnd]);
  return place;
}

/** How many rows have come since the end was last in view. */
function useUnseen(thread: Thread, atEnd: boolean): number {
  const { messages } = useStore(thread.state);
  const [seen, setSeen] = useState(0);
  const last = messages.at(-1)?.seq ?? 0;
  useEffect(() => {
    if (atEnd) setSeen(last);
  }, [atEnd, last]);
  return messages.filter((message) => message.seq > seen && message.direction !== "event").length;
}
