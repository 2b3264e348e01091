import { useTranslation } from "react-i18next";
import { FileText, ListFilter, MapPin, TriangleAlert, User } from "~/ui/icons";
import type { MessagePreview, ShownMessage, ShownSpan } from "./api";

/** Messages as the customer's channel shows them, and in words what it cannot show. */
export function ShownMessages({ preview }: { preview: MessagePreview }) {
  const { t } = useTranslation();
  const losses = new Map(
    preview.messages.flatMap((each) => each.lossy.map(({ code, words }) => [code, words])),
  );
  const sms = preview.messages.reduce((sum, each) => sum + (each.sms_parts ?? 0), 0);
  return (
    <div className="shown">
      <ol className="shown__messages" data-channel={preview.channel_type}>
        {preview.messages.map((message, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one message never move
          <li key={at}>
            <Bubble message={message} />
          </li>
        ))}
      </ol>
      {(preview.messages.length > 1 || sms > 0) && (
        <p className="shown__count">
          {sms > 0
            ? t("reply.length.sms", { count: sms })
            : t("reply.preview.messages", { count: preview.messages.length })}
        </p>
      )}
      {losses.size > 0 && (
        <ul className="shown__losses" aria-label={t("reply.preview.lost")}>
          {[...losses].map(([code, words]) => (
            <li key={code}>
              <TriangleAlert size={14} aria-hidden />
              {words}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

const ICONS: Record<string, typeof FileText> = { location: MapPin, contact: User };

function Bubble({ message }: { message: ShownMessage }) {
  const { kind, title, url, note, buttons, opens, spans } = message;
  const Icon = ICONS[kind] ?? FileText;
  const isFile = url !== null || kind === "contact";
  return (
    <div className="shown__bubble">
      {isFile && (
        <p className="shown__file">
          <Icon size={16} aria-hidden />
          <span>{title ?? url}</span>
        </p>
      )}
      {!isFile && title && <strong className="shown__title">{title}</strong>}
      {spans.length > 0 && (
        <p className="shown__text" dir="auto">
          {spans.map((span, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the runs of one text never move
            <Span key={at} span={span} />
          ))}
        </p>
      )}
      {note && <small className="shown__note">{note}</small>}
      {opens && (
        <p className="shown__opens">
          <ListFilter size={14} aria-hidden />
          {opens}
        </p>
      )}
      {buttons.length > 0 && (
        <ul className="shown__buttons">
          {buttons.map((button, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two buttons may have one label
            <li key={at}>{button.label}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** Links are shown and lead nowhere: this is a picture of a message. */
function Span({ span }: { span: ShownSpan }) {
  const words = span.url ? <span className="shown__link">{span.text}</span> : span.text;
  return span.strong ? <strong>{words}</strong> : words;
}
