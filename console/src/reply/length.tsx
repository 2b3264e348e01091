import { useTranslation } from "react-i18next";
import type { ReplyState } from "./api";
import { measure, smsSize } from "./measure";

/** The server's limit for one message, whatever its channel. */
export const TEXT_MAX = 8_000;
const COUNT_FROM = 0.85;

interface LengthProps {
  text: string;
  state: ReplyState | null;
}

/** How much of the channel's own measure is used; from where on it becomes several messages, and when it is too much. */
export function Length({ text, state }: LengthProps) {
  const { t } = useTranslation();
  const length = [...text].length;
  const over = length - TEXT_MAX;
  if (over > 0) return <Words tone="over">{t("composer.tooLong", { count: over })}</Words>;
  if (text.trim() === "") return null;
  if (state?.text.sms) {
    const { parts, left } = smsSize(text.trim());
    return (
      <Words tone={parts > 1 ? "split" : undefined}>
        {t("reply.length.sms", { count: parts })} · {t("composer.left", { count: left })}
      </Words>
    );
  }
  const max = state?.text.max ?? null;
  if (state && max !== null && max < TEXT_MAX) {
    const used = measure(text.trim(), state.text.unit);
    if (used > max)
      return <Words tone="split">{t("reply.length.split", { count: Math.ceil(used / max) })}</Words>;
    return used < max * COUNT_FROM ? null : <Words>{t("composer.left", { count: max - used })}</Words>;
  }
  return length < TEXT_MAX * COUNT_FROM + 200 ? null : <Words>{t("composer.left", { count: -over })}</Words>;
}

function Words({ tone, children }: { tone?: "over" | "split" | undefined; children: React.ReactNode }) {
  return (
    <span className={`composer__length${tone ? ` composer__length--${tone}` : ""}`} role="status">
      {children}
    </span>
  );
}
