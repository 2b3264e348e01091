import type { Chat } from "../chat";
import { type Key, t } from "../texts";
import { Composer } from "./composer";
import { Header } from "./header";
import { Icon } from "./icons";
import { Log } from "./log";

function Banner({ chat }: { chat: Chat }) {
  const down = !chat.state.online.value || (!chat.state.reachable.value && !chat.state.linkUp.value);
  if (!down) return null;
  return (
    <p class="banner" role="status">
      <Icon name="offline" />
      {t(chat.state.online.value ? "offline.server" : "offline.browser")}
    </p>
  );
}

function Notice({ name, onRetry }: { name: "failed" | "gone"; onRetry?: () => void }) {
  return (
    <div class="notice" role="alert">
      <Icon name={name === "gone" ? "alert" : "offline"} />
      <h2>{t(`${name}.title` as Key)}</h2>
      <p>{t(`${name}.text` as Key)}</p>
      {onRetry && (
        <button type="button" class="retry" onClick={onRetry}>
          {t("message.retry")}
        </button>
      )}
    </div>
  );
}

export function App({ chat, onClose }: { chat: Chat; onClose?: () => void }) {
  const phase = chat.state.phase.value;
  const failed = phase === "failed" && chat.state.rows.value.length === 0;
  return (
    <main
      class={onClose ? "chat" : "chat page"}
      aria-label={t("chat.title")}
      onKeyDown={(event) => {
        if (event.key === "Escape" && !event.defaultPrevented) onClose?.();
      }}
    >
      <Header chat={chat} onClose={onClose} />
      {!failed && <Banner chat={chat} />}
      {phase === "gone" ? <Notice name="gone" /> : null}
      {failed ? <Notice name="failed" onRetry={() => chat.retryAll()} /> : null}
      {phase !== "gone" && !failed && <Log chat={chat} />}
      {phase !== "gone" && <Composer chat={chat} />}
    </main>
  );
}
