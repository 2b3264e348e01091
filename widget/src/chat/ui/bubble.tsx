import type { Chat } from "../chat";
import type { Bubble as BubbleRow } from "../rows";
import { clock, reasonText, t } from "../texts";
import { Buttons } from "./buttons";
import { Icon } from "./icons";
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
  if (!outgoing)
    return bubble.last && bubble.at ? <time dateTime={bubble.at}>{clock(bubble.at)}</time> : null;
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
        <Text text={bubble.text} marked={bubble.author === "scenario" || bubble.author === "assistant"} />
        <Sources sources={bubble.sources} />
      </div>
      <Buttons bubble={bubble} press={(id, label) => chat.press(id, label)} />
      <Delivery chat={chat} bubble={bubble} />
    </div>
  );
}
