import type { Chat } from "../chat";
import { locale, moment, t } from "../texts";
import { Icon } from "./icons";

function status(chat: Chat): string {
  const config = chat.state.config.value;
  if (!config) return chat.state.phase.value === "opening" ? t("status.connecting") : "";
  if (chat.state.operator.value) return t("status.operator", { name: chat.state.operator.value });
  const { open, next_open } = config.hours;
  if (open) return chat.state.operatorsOnline.value === false ? t("status.bot") : t("status.open");
  return next_open ? t("status.closed", { time: moment(next_open) }) : t("status.bot");
}

interface Props {
  chat: Chat;
  /** Absent on a page of its own, where there is nothing to close. */
  onClose: (() => void) | undefined;
}

export function Header({ chat, onClose }: Props) {
  const config = chat.state.config.value;
  const here = chat.state.operator.value !== null || config?.hours.open;
  return (
    <header>
      <span class="mark" aria-hidden="true">
        {config ? [...config.title][0] : <Icon name="bot" />}
        {config && <i class={here ? "here" : ""} />}
      </span>
      <div class="grow">
        <h1 dir="auto">{config?.title ?? t("chat.title")}</h1>
        <p dir="auto">{status(chat)}</p>
      </div>
      {(config?.locales.length ?? 0) > 1 && (
        <button
          type="button"
          class="tool"
          lang={locale.value === "ru" ? "en" : "ru"}
          aria-label={t("chat.language")}
          title={t("chat.language")}
          onClick={() => chat.chooseLocale(locale.value === "ru" ? "en" : "ru")}
        >
          {t("chat.language.short")}
        </button>
      )}
      {onClose && (
        <button
          type="button"
          class="tool"
          aria-label={t("chat.close")}
          title={t("chat.close")}
          onClick={onClose}
        >
          <Icon name="close" />
        </button>
      )}
    </header>
  );
}
