import { useTranslation } from "react-i18next";
import { useFormat } from "~/i18n/use-format";
import { useNow } from "~/lib/hooks";
import { Button } from "~/ui/button";
import { CircleAlert, Clock, TriangleAlert } from "~/ui/icons";
import { useChannelLabel } from "~/ui/marks";
import type { ReplyState } from "./api";
import "./reply.css";

interface LineProps {
  state: ReplyState;
  onTemplate?: (() => void) | undefined;
}

/** What one has to know before a word is typed: nobody is reached, the window is closed, or closes soon. */
export function ChannelLine({ state, onTemplate }: LineProps) {
  const { t } = useTranslation();
  const channel = useChannelLabel()(state.channel);
  const { window } = state;
  return (
    <>
      {state.reason && (
        <p className="reply-line reply-line--danger" role="status">
          <CircleAlert size={16} aria-hidden />
          <span>{state.reason}</span>
        </p>
      )}
      {window.state !== "open" && (
        <div className="reply-line reply-line--warning" role="status">
          <TriangleAlert size={16} aria-hidden />
          <span>{t(`reply.window.${window.state}`, { channel })}</span>
          {window.state === "template_only" && onTemplate && (
            <Button size="sm" variant="primary" onClick={onTemplate}>
              {t("reply.template.choose")}
            </Button>
          )}
        </div>
      )}
      {window.state === "open" && window.until && <Countdown until={window.until} />}
    </>
  );
}

/** Counted for the eye only: the moment itself is what a screen reader is told. */
function Countdown({ until }: { until: string }) {
  const { t } = useTranslation();
  const now = useNow(15_000);
  const format = useFormat(now);
  return (
    <p className="reply-line">
      <Clock size={16} aria-hidden />
      <span>
        {t("reply.window.open", { until: format.soon(until) })}{" "}
        <span aria-hidden="true" data-testid="window-left">
          {t("reply.window.left", { left: leftUntil(Date.parse(until) - now, format.locale) })}
        </span>
      </span>
    </p>
  );
}

/** Hours and minutes: of a window that is closing, "23 hr" alone says too little. */
export function leftUntil(ms: number, locale: string): string {
  const minutes = Math.max(0, Math.ceil(ms / 60_000));
  const unit = (value: number, unit: "hour" | "minute") =>
    new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "short" }).format(value);
  const hours = Math.floor(minutes / 60);
  return [...(hours ? [unit(hours, "hour")] : []), unit(minutes % 60, "minute")].join(" ");
}
