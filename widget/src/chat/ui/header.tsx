import type { Chat } from "../chat";
import { ownPath } from "../richtext";
import { locale, moment, t } from "../texts";
import { Icon, type IconName } from "./icons";

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

function Tool({ icon, label, onClick }: { icon: IconName; label: string; onClick: () => void }) {
  return (
    <button type="button" class="tool" aria-label={label} title={label} onClick={onClick}>
      <Icon name={icon} />
    </button>
  );
}

const TITLES = {
  articles: "view.articles",
  article: "view.articles",
  conversations: "view.conversations",
  form: "view.form",
} as const;

/** Of a view beside the chat: its name, and the way back. */
function ViewHeader({ chat, onClose }: Props) {
  const { name } = chat.state.view.value;
  const back = name === "article" ? "articles" : "chat";
  return (
    <header>
      <Tool
        icon="back"
        label={back === "chat" ? t("view.back") : t("view.articles")}
        onClick={() => chat.see(back)}
      />
      <h1 class="grow">{t(TITLES[name as keyof typeof TITLES])}</h1>
      {onClose && <Tool icon="close" label={t("chat.close")} onClick={onClose} />}
    </header>
  );
}

export function Header({ chat, onClose }: Props) {
  if (chat.state.view.value.name !== "chat") return <ViewHeader chat={chat} onClose={onClose} />;
  const config = chat.state.config.value;
  const logo = config?.theme.logo;
  const here = chat.state.operator.value !== null || config?.hours.open;
  return (
    <header>
      <span class="mark" aria-hidden="true">
        {logo && <img src={ownPath(logo)} alt="" />}
        {!logo && (config ? [...config.title][0] : <Icon name="bot" />)}
        {config && <i class={here ? "here" : ""} />}
      </span>
      <div class="grow">
        <h1 dir="auto">{config?.title ?? t("chat.title")}</h1>
        <p dir="auto">{status(chat)}</p>
      </div>
      {chat.state.has("articles") && (
        <Tool icon="book" label={t("view.articles")} onClick={() => chat.see("articles")} />
      )}
      {chat.state.has("history") && chat.state.timeline.value.conversationId && (
        <Tool icon="history" label={t("view.conversations")} onClick={() => chat.see("conversations")} />
      )}
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
      {onClose && <Tool icon="close" label={t("chat.close")} onClick={onClose} />}
    </header>
  );
}
