import { useEffect, useState } from "preact/hooks";
import type { Chat } from "../chat";
import { buildRows } from "../rows";
import { clock, day } from "../texts";
import { addRows, EMPTY, type Timeline } from "../timeline";
import type { Conversation } from "../types";
import { Bubble } from "../ui/bubble";
import { Answer, useAnswer, useArrival } from "./loading";
import { v } from "./texts";

/** Everything of one conversation, slice by slice. */
async function readAll(chat: Chat, id: string): Promise<Timeline> {
  let timeline: Timeline = { ...EMPTY, conversationId: id };
  for (;;) {
    const { cursor } = timeline;
    const slice = await chat.ask.rows(id, cursor);
    timeline = addRows(timeline, slice.messages, cursor);
    if (timeline.cursor <= cursor || timeline.cursor >= slice.last_seq) return timeline;
  }
}

/** An earlier conversation, to be read. */
function Earlier({ chat, id, onBack }: { chat: Chat; id: string; onBack: () => void }) {
  const [got, again] = useAnswer(() => readAll(chat, id), [id]);
  const back = useArrival<HTMLButtonElement>();
  const rowsOf = (timeline: Timeline) =>
    buildRows({ config: null, timeline, forgotten: false, outgoing: [], draft: null });
  return (
    <div class="view">
      <button ref={back} type="button" class="link" onClick={onBack}>
        {v("conversations.list")}
      </button>
      <Answer
        got={got}
        again={again}
        draw={(timeline) =>
          rowsOf(timeline).map((row) => {
            if (row.kind === "bubble")
              return <Bubble key={row.key} chat={chat} bubble={{ ...row, active: false }} />;
            return (
              <div key={row.key} class="line">
                {row.kind === "day" ? day(row.at) : row.text}
              </div>
            );
          })
        }
      />
    </div>
  );
}

function Line({ item, current, onOpen }: { item: Conversation; current: boolean; onOpen: () => void }) {
  const at = item.last_message?.created_at ?? item.updated_at;
  return (
    <li>
      <button type="button" onClick={onOpen}>
        <strong dir="auto">{item.last_message?.text}</strong>
        <span>
          {day(at)}, {clock(at)} ·{" "}
          {current
            ? v("conversations.current")
            : item.status === "resolved"
              ? v("conversations.resolved")
              : ""}
          {item.unread > 0 && ` · ${v("conversations.unread", { count: item.unread })}`}
        </span>
      </button>
    </li>
  );
}

/** The visitor's conversations, the newest first; and the way to a new one, where the present one has ended. */
export function Conversations({ chat }: { chat: Chat }) {
  const [open, setOpen] = useState<string | null>(null);
  const [got, again] = useAnswer(() => chat.ask.conversations(), []);
  const heading = useArrival<HTMLDivElement>();
  const present = chat.state.timeline.value.conversationId;
  useEffect(() => {
    if (!open) heading.current?.focus();
  }, [open]);
  if (open) return <Earlier chat={chat} id={open} onBack={() => setOpen(null)} />;
  return (
    <div class="view" ref={heading} tabIndex={-1}>
      <Answer
        got={got}
        again={again}
        draw={(items) => (
          <>
            {items.length === 0 && <p class="line">{v("conversations.none")}</p>}
            {items.find(({ id }) => id === present)?.status === "resolved" && (
              <button type="button" class="main" onClick={() => chat.beginAnew()}>
                {v("conversations.new")}
              </button>
            )}
            <ul class="list">
              {items.map((item) => (
                <Line
                  key={item.id}
                  item={item}
                  current={item.id === present && item.status === "open"}
                  onOpen={() => (item.id === present ? chat.see("chat") : setOpen(item.id))}
                />
              ))}
            </ul>
          </>
        )}
      />
    </div>
  );
}
