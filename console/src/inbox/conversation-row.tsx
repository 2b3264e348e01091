import { Link } from "@tanstack/react-router";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import type { Conversation } from "~/api/types";
import { CustomerAvatar } from "~/customer/customer-avatar";
import { useCustomerName } from "~/customer/names";
import { useFormat } from "~/i18n/use-format";
import { useStore } from "~/lib/store";
import { useSession } from "~/session/session";
import { Badge, Counter } from "~/ui/badge";
import { AlarmClock, Bot, Clock, Headset, Info, type LucideIcon, StickyNote } from "~/ui/icons";
import { ControllerBadge, channelIcon, StatusBadge, useChannelLabel } from "~/ui/marks";
import type { InboxSearch } from "./search";

interface RowProps {
  conversation: Conversation;
  /** The view and the filters, kept while one goes from row to row. */
  search: InboxSearch;
  isOpen: boolean;
  now: number;
}

/** Waiting longer than this is shown as a warning. */
const LATE_AFTER_MS = 5 * 60_000;

export const ConversationRow = memo(function ConversationRow({
  conversation,
  search,
  isOpen,
  now,
}: RowProps) {
  const { t } = useTranslation();
  const format = useFormat(now);
  const name = useCustomerName()(conversation.customer);
  const { channel } = conversation;
  // What the bot answers needs no one's eye: only rows that wait for a person stand out.
  const unread = conversation.controller === "operator" ? conversation.unread : 0;
  const ChannelIcon = channelIcon(channel.type);
  const channelLabel = useChannelLabel()(channel);
  return (
    <Link
      to="/inbox/$conversationId"
      params={{ conversationId: conversation.id }}
      search={search}
      className={`row${unread > 0 ? " row--unread" : ""}`}
      aria-current={isOpen ? "page" : undefined}
      activeProps={{}}
      data-conversation={conversation.id}
    >
      <CustomerAvatar customer={conversation.customer} />
      <span className="row__body">
        <span className="row__top">
          <bdi className="row__name">{name}</bdi>
          <time className="row__time" dateTime={conversation.updated_at}>
            {format.stamp(conversation.last_message?.created_at ?? conversation.created_at)}
          </time>
        </span>
        <span className="row__middle">
          <Preview conversation={conversation} />
          {unread > 0 && (
            <Counter>
              <span aria-hidden="true">{unread > 99 ? "99+" : unread}</span>
              <span className="visually-hidden">{t("list.unread", { count: unread })}</span>
            </Counter>
          )}
        </span>
        <span className="row__marks">
          <span className="row__channel" title={channelLabel}>
            <ChannelIcon size={13} aria-hidden />
            <span className="visually-hidden">{channelLabel}</span>
          </span>
          <ControllerBadge conversation={conversation} plain />
          <RowState conversation={conversation} now={now} />
        </span>
      </span>
    </Link>
  );
});

function RowState({ conversation, now }: { conversation: Conversation; now: number }) {
  const { t } = useTranslation();
  const format = useFormat(now);
  const { status, waiting_since, snoozed_until } = conversation;
  if (status === "snoozed" && snoozed_until) {
    return (
      <Badge icon={AlarmClock} title={t("status.snoozed")}>
        {format.soon(snoozed_until)}
      </Badge>
    );
  }
  if (status !== "open") return <StatusBadge status={status} />;
  if (!waiting_since || conversation.controller !== "operator") return null;
  const waits = now - Date.parse(waiting_since);
  return (
    <Badge icon={Clock} tone={waits > LATE_AFTER_MS ? "warning" : "neutral"} title={t("list.waitingTitle")}>
      {t("list.waiting", { duration: format.ago(waiting_since) })}
    </Badge>
  );
}

/** The last words and whose they are; while the customer writes, that. */
function Preview({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation();
  const { typing, me } = useSession();
  const writer = useStore(typing.people).get(conversation.id);
  const last = conversation.last_message;
  if (writer?.kind === "customer")
    return <span className="row__preview row__preview--typing">{t("thread.typing")}</span>;
  if (!last) return <span className="row__preview">{t("list.noMessages")}</span>;
  const [Icon, who] = authorMark(last.direction, last.author.kind);
  const mine = last.author.kind === "operator" && last.author.id === me.user.id;
  return (
    <span className={`row__preview row__preview--${last.direction}`}>
      {Icon && <Icon size={13} aria-hidden />}
      {who && <span className="visually-hidden">{t(`author.${who}`)}: </span>}
      {mine && last.direction === "outbound" && <span>{t("list.you")} </span>}
      <bdi className="row__words">{last.text}</bdi>
    </span>
  );
}

function authorMark(
  direction: string,
  kind: string,
): [LucideIcon | null, "note" | "bot" | "operator" | "event" | null] {
  if (direction === "note") return [StickyNote, "note"];
  if (direction === "event") return [Info, "event"];
  if (direction !== "outbound") return [null, null];
  return kind === "operator" ? [Headset, "operator"] : [Bot, "bot"];
}
