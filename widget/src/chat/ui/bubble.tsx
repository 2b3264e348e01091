import type { Chat } from "../chat";
import type { Bubble as BubbleRow } from "../rows";
import { clock, reasonText, t } from "../texts";
import { Buttons } from "./buttons";
import { Icon } from "./icons";
import { Lazy } from "./lazy";
import { Sources } from "./sources";
import { Text } from "./text";

export function authorName({ author, name }: Pick<BubbleRow, "author" | "name">): string {
  if (author === "customer") return t("author.you");
  if (author === "operator") return name || t("author.operator");
  // A scenario's own name is a working title.
  return (author === "assistant" && name) || t("author.bot");
}

export function Avatar({ author, name }: Pick<BubbleRow, "author" | "name">) {
  const letter = author === "operator" ? [...(name || t("author.operator"))][0] : null;
  return (
    <span class={`avatar ${author}`} aria-hidden="true">
      {letter ?? <Icon name="bot" />}
    </span>
  );
}

/** Below a message that has not arrived: what is the matter and what can be done. */
function Delivery({ chat, bubble }: { chat: Chat; bubble: BubbleRow }) {
  const { outgoing } = bubble;
  const id = bubble.key;
  if (!outgoing) {
    if (!bubble.last || !bubble.at) return null;
    const read = bubble.author === "customer" && chat.state.isRead(bubble.seq);
    return (
      <span class="meta">
        <time dateTime={bubble.at}>{clock(bubble.at)}</time>
        {read && (
          <>
            <Icon name="check" />
            {t("message.read")}
          </>
        )}
      </span>
    );
  }
  if (outgoing.state === "waiting" || outgoing.state === "sending") {
    return (
      <span class="meta">
        <Icon name="clock" />
        <span class="sr">{t("message.sending")}</span>
        {bubble.at && clock(bubble.at)}
      </span>
    );
  }
  const failed = outgoing.state === "failed";
  return (
    <div class={`delivery ${failed ? "failed" : ""}`}>
      <Icon name="alert" />
      <span>{failed ? `${t("message.failed")}. ${reasonText(outgoing.reason)}` : t("message.retrying")}</span>
      <button type="button" onClick={() => chat.outbox.retry(id)}>
        {t("message.retry")}
      </button>
      {failed && (
        <button type="button" onClick={() => chat.takeBack(id)}>
          {t("message.remove")}
        </button>
      )}
    </div>
  );
}

export function Bubble({ chat, bubble }: { chat: Chat; bubble: BubbleRow }) {
  const mine = bubble.author === "customer";
  const name = authorName(bubble);
  const state = bubble.outgoing?.state;
  const look = [
    "row",
    mine ? "mine" : "theirs",
    bubble.first && "first",
    bubble.last && "last",
    state === "failed" && "refused",
  ];
  return (
    <div class={look.filter(Boolean).join(" ")}>
      {!mine && bubble.last && <Avatar author={bubble.author} name={bubble.name} />}
      {!mine && bubble.first && (
        <bdi class="who" aria-hidden="true">
          {name}
        </bdi>
      )}
      <div class="bubble">
        <span class="sr">{t("author.says", { name })} </span>
        {(bubble.text || bubble.attachments.length === 0) && (
          <Text text={bubble.text} marked={bubble.author === "scenario" || bubble.author === "assistant"} />
        )}
        {bubble.attachments.length > 0 && (
          <Lazy draw={({ Attachments }) => <Attachments chat={chat} attachments={bubble.attachments} />} />
        )}
        <Sources sources={bubble.sources} />
      </div>
      <Buttons bubble={bubble} press={(id, label) => chat.press(id, label)} />
      <Delivery chat={chat} bubble={bubble} />
    </div>
  );
}
