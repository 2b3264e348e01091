import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { Chat } from "../chat";
import type { Row } from "../rows";
import { day, t } from "../texts";
import { Avatar, authorName, Bubble } from "./bubble";
import { Icon } from "./icons";
import { Lazy } from "./lazy";

const NEAR = 60;

function Line({ chat, row }: { chat: Chat; row: Row }) {
  if (row.kind === "bubble") return <Bubble chat={chat} bubble={row} />;
  if (row.kind === "day") return <div class="line day">{day(row.at)}</div>;
  if (row.kind === "line") return <div class="line earlier">{t(row.text)}</div>;
  return (
    <div class="line event" dir="auto">
      {row.text}
    </div>
  );
}

function Typing({ chat }: { chat: Chat }) {
  const author = chat.state.typing.value;
  if (!author) return null;
  const row = { author: author.kind, name: author.name };
  return (
    <div class="row theirs first last typing">
      <Avatar {...row} />
      <div class="bubble">
        <span class="sr">
          {author.kind === "operator" ? t("typing.operator", { name: authorName(row) }) : t("typing.bot")}
        </span>
        <i />
        <i />
        <i />
      </div>
    </div>
  );
}

function Skeleton() {
  return (
    <div class="skeleton" role="status">
      <span class="sr">{t("log.loading")}</span>
      <i />
      <i />
      <i />
    </div>
  );
}

function count(rows: Row[]): number {
  return rows.filter((row) => row.kind === "bubble" && row.author !== "customer").length;
}

/** The conversation: stays at its end unless the visitor has scrolled up, then says how much is new below. */
export function Log({ chat }: { chat: Chat }) {
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useSignal(true);
  const shown = useRef(0);
  const last = useRef("");
  const rows = chat.state.rows.value;
  const loading = !chat.state.loaded.value;
  const newest = rows.at(-1);

  const toEnd = () => {
    const element = box.current;
    if (element) element.scrollTop = element.scrollHeight;
    atEnd.value = true;
  };
  const onScroll = () => {
    const element = box.current;
    if (element) atEnd.value = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR;
  };

  useLayoutEffect(() => {
    const sentNow = newest?.kind === "bubble" && newest.outgoing !== null && newest.key !== last.current;
    last.current = newest?.key ?? "";
    if (atEnd.value || sentNow) toEnd();
    if (atEnd.value) shown.current = count(rows);
  }, [rows, chat.state.typing.value, loading]);

  useEffect(() => {
    const element = box.current;
    if (!element || !window.ResizeObserver) return;
    const observer = new ResizeObserver(() => atEnd.value && toEnd());
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const below = atEnd.value ? 0 : count(rows) - shown.current;
  return (
    <div class="logbox">
      <div
        ref={box}
        class="log"
        role="log"
        aria-label={t("log.label")}
        aria-live={loading ? "off" : "polite"}
        aria-busy={loading}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
        tabIndex={0}
        onScroll={onScroll}
      >
        {!loading && rows.length === 0 && <p class="line">{t("log.empty")}</p>}
        {rows.map((row) => (
          <Line key={row.key} chat={chat} row={row} />
        ))}
        {loading && rows.every((row) => row.key === "greeting") && <Skeleton />}
        <Typing chat={chat} />
        {chat.state.filled.value && (
          <Lazy draw={({ FormTaken }) => <FormTaken next={chat.state.filled.value?.next_open ?? null} />} />
        )}
        {chat.state.conversation.value?.csat.due && chat.state.has("csat") && (
          <Lazy draw={({ CsatCard }) => <CsatCard chat={chat} />} />
        )}
      </div>
      {!atEnd.value && (
        <button type="button" class="newest" onClick={toEnd}>
          <Icon name="down" />
          {below > 0 ? t("log.newest", { count: below }) : <span class="sr">{t("log.newest.none")}</span>}
        </button>
      )}
    </div>
  );
}
