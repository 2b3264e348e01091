import { memo } from "react";
import { useTranslation } from "react-i18next";
import type { EventType, Message, MessageStatus } from "~/api/types";
import { CustomerAvatar } from "~/customer/customer-avatar";
import { useCustomerName } from "~/customer/names";
import { Decisions } from "~/deliveries/decisions";
import { useFormat } from "~/i18n/use-format";
import { useNow } from "~/lib/hooks";
import { useCan, useSession } from "~/session/session";
import { Avatar, BotAvatar } from "~/ui/avatar";
import {
  AlarmClock,
  ArrowRightLeft,
  BookOpen,
  Bot,
  Check,
  CheckCheck,
  CircleAlert,
  CircleCheck,
  Clock,
  ExternalLink,
  FileText,
  Flag,
  Hand,
  Info,
  type LucideIcon,
  RotateCcw,
  Split,
  StickyNote,
  TriangleAlert,
  UserCheck,
  UserX,
} from "~/ui/icons";
import { useChannelName } from "~/ui/marks";
import { Attachments } from "./attachments";
import { FallbackOffer, OtherConversation } from "./fallback-offer";
import { MailFacts } from "./mail-facts";
import { MessageFacts } from "./message-facts";
import type { QueuedText } from "./outbox-item";
import type { SentFile } from "./picked";
import { RichText } from "./rich-text";
import { WidgetFacts } from "./widget-facts";

export function DayRow({ at }: { at: string }) {
  const format = useFormat(useNow(60_000));
  return <h3 className="day">{format.day(at)}</h3>;
}

const EVENT_ICONS: Record<EventType, LucideIcon> = {
  taken_over: Hand,
  handed_back: Bot,
  assigned: UserCheck,
  unassigned: UserX,
  transferred: ArrowRightLeft,
  resolved: CircleCheck,
  reopened: RotateCcw,
  snoozed: AlarmClock,
  woken: AlarmClock,
  handoff: Flag,
  unattended: TriangleAlert,
  sent_instead: Split,
  came_instead: Split,
};

function isKnown(type: string): type is EventType {
  return type in EVENT_ICONS;
}

/** The server tells an event in the customer's language; an operator reads it in their own. */
export const EventRow = memo(function EventRow({ message }: { message: Message }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { type = "", ...names } = message.content?.event ?? {};
  const Icon = isKnown(type) ? EVENT_ICONS[type] : Info;
  const channelName = useChannelName();
  const { channel_type: channelType, conversation_id: otherId } = names as Record<string, unknown>;
  const channel = typeof channelType === "string" ? channelName(channelType) : "";
  return (
    <div className="event">
      <Icon size={14} aria-hidden />
      <span dir="auto">{isKnown(type) ? t(`events.${type}`, { ...names, channel }) : message.text}</span>
      {typeof otherId === "string" && <OtherConversation id={otherId} />}
      <time dateTime={message.created_at}>{format.time(message.created_at)}</time>
    </div>
  );
});

export const NoteRow = memo(function NoteRow({ message }: { message: Message }) {
  const { t } = useTranslation();
  const format = useFormat();
  const author = message.author.name ?? t(`author.${message.author.kind}`);
  return (
    <article className="note" aria-label={t("thread.noteBy", { name: author })}>
      <header className="note__head">
        <StickyNote size={14} aria-hidden />
        <strong>{t("thread.note")}</strong>
        <span>{author}</span>
        <time dateTime={message.created_at}>{format.time(message.created_at)}</time>
      </header>
      <RichText text={message.text} />
    </article>
  );
});

interface MessageRowProps {
  message: Message;
  first: boolean;
  last: boolean;
  customer: { id: string; name: string | null };
  delivery: MessageStatus | null;
}

export const MessageRow = memo(function MessageRow({
  message,
  first,
  last,
  customer,
  delivery,
}: MessageRowProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { me } = useSession();
  const { author, direction, content } = message;
  const isBot = author.kind === "scenario" || author.kind === "assistant" || author.kind === "system";
  const isOwn = author.kind === "operator" && author.id === me.user.id;
  const customerName = useCustomerName()(customer);
  const kindName = t(`author.${author.kind}`);
  const name = author.kind === "customer" ? customerName : author.name || kindName;
  const side = direction === "inbound" ? "in" : "out";
  const kind = direction === "inbound" ? "customer" : isBot ? "bot" : "operator";
  const offered = [...(content?.buttons ?? []), ...(content?.quick_replies ?? [])].map(({ label }) => label);
  const sources = content?.sources ?? [];
  return (
    <article
      className={`message message--${side} message--${kind}${first ? " message--first" : ""}${last ? " message--last" : ""}`}
      aria-label={t("thread.messageBy", { name })}
      data-seq={message.seq}
      data-direction={direction}
    >
      <span className="message__face">{last && <Face kind={kind} name={name} customer={customer} />}</span>
      <div className="message__column">
        {first && (
          <header className="message__head">
            <bdi>{isOwn ? t("author.you") : name}</bdi>
            {isBot && name !== kindName && <span className="message__kind">{kindName}</span>}
          </header>
        )}
        <div className="bubble">
          <MailFacts message={message} />
          <WidgetFacts message={message} />
          {message.text && <RichText text={message.text} />}
          <Attachments message={message} />
          <MessageFacts message={message} />
          {offered.length > 0 && (
            <ul className="options" aria-label={t("thread.buttons")}>
              {offered.map((label) => (
                <li key={label}>{label}</li>
              ))}
            </ul>
          )}
          {sources.length > 0 && <Sources sources={sources} />}
        </div>
        <Reactions message={message} />
        {(message.status === "failed" || message.status === "uncertain") && <Undelivered message={message} />}
        {(last || isTrouble(message.status)) && (
          <footer className="message__foot">
            <time dateTime={message.created_at}>{format.time(message.created_at)}</time>
            {delivery && <Delivery status={delivery} />}
          </footer>
        )}
        {message.status === "failed" && !content?.instead && <FallbackOffer message={message} />}
      </div>
    </article>
  );
});

/** What people think of a message, each sign once with how many have left it. */
function Reactions({ message }: { message: Message }) {
  const { t } = useTranslation();
  const counts = new Map<string, number>();
  for (const { emoji } of message.content?.reactions ?? [])
    if (emoji) counts.set(emoji, (counts.get(emoji) ?? 0) + 1);
  if (counts.size === 0) return null;
  return (
    <ul className="reactions" aria-label={t("thread.reactions")}>
      {[...counts].map(([emoji, count]) => (
        <li key={emoji}>
          {emoji}
          {count > 1 && ` ${count}`}
        </li>
      ))}
    </ul>
  );
}

function Face({
  kind,
  name,
  customer,
}: {
  kind: string;
  name: string;
  customer: MessageRowProps["customer"];
}) {
  if (kind === "bot") return <BotAvatar size="sm" />;
  if (kind === "customer") return <CustomerAvatar customer={customer} size="sm" />;
  return <Avatar name={name} size="sm" />;
}

/** A send that ended badly: what it means, and what can be decided. */
function Undelivered({ message }: { message: Message }) {
  const { t } = useTranslation();
  const canDecide = useCan()("conversations.reply");
  return (
    <div className="undelivered">
      <p>{t(message.status === "failed" ? "deliveries.failed" : "deliveries.uncertain")}</p>
      {canDecide && <Decisions sends={[message]} />}
    </div>
  );
}

function isTrouble(status: MessageStatus | null): boolean {
  return status === "failed" || status === "uncertain" || status === "cancelled";
}

const DELIVERY_ICONS: Record<MessageStatus, LucideIcon> = {
  pending: Clock,
  sending: Clock,
  sent: Check,
  delivered: CheckCheck,
  read: CheckCheck,
  failed: CircleAlert,
  uncertain: TriangleAlert,
  cancelled: CircleAlert,
};

export function Delivery({ status }: { status: MessageStatus }) {
  const { t } = useTranslation();
  const Icon = DELIVERY_ICONS[status];
  return (
    <span className={`delivery delivery--${status}`}>
      <Icon size={13} aria-hidden />
      {t(`delivery.${status}`)}
    </span>
  );
}

function Sources({ sources }: { sources: NonNullable<NonNullable<Message["content"]>["sources"]> }) {
  const { t } = useTranslation();
  return (
    <details className="sources">
      <summary>
        <BookOpen size={14} aria-hidden />
        {t("thread.sources", { count: sources.length })}
      </summary>
      <ul>
        {sources.map((source, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: sources of one message never change their order
          <li key={at} className="source">
            {source.url ? (
              <a href={source.url} target="_blank" rel="noreferrer noopener">
                {source.title}
                <ExternalLink size={12} aria-hidden />
                <span className="visually-hidden">{t("common.newTab")}</span>
              </a>
            ) : (
              <strong>{source.title}</strong>
            )}
            {source.quote && <blockquote dir="auto">{source.quote}</blockquote>}
          </li>
        ))}
      </ul>
    </details>
  );
}

/** Files on their way, by their names: they are shown once the server names them. */
function SentFiles({ files = [] }: { files?: readonly SentFile[] | undefined }) {
  return files.map(({ id, name }) => (
    <p key={id} className="attachments__absent">
      <FileText size={14} aria-hidden />
      <bdi>{name}</bdi>
    </p>
  ));
}

/** A text on its way: shown at once, marked as not there yet. */
export function PendingRow({ item }: { item: QueuedText }) {
  const { t } = useTranslation();
  if (item.kind === "note") {
    return (
      <article className="note note--pending" aria-label={t("thread.note")}>
        <header className="note__head">
          <StickyNote size={14} aria-hidden />
          <strong>{t("thread.note")}</strong>
          <span>{t("delivery.sending")}</span>
        </header>
        <RichText text={item.text} />
      </article>
    );
  }
  return (
    <article
      className="message message--out message--operator message--first message--last message--pending"
      aria-label={t("delivery.sending")}
    >
      <span className="message__face" />
      <div className="message__column">
        <header className="message__head">{t("author.you")}</header>
        <div className="bubble">
          {item.text && <RichText text={item.text} />}
          <SentFiles files={item.files} />
        </div>
        <footer className="message__foot">
          <Delivery status="sending" />
        </footer>
      </div>
    </article>
  );
}
