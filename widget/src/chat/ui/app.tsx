import type { Chat } from "../chat";
import { type Key, t } from "../texts";
import { Composer } from "./composer";
import { Header } from "./header";
import { Icon } from "./icons";
import { Lazy } from "./lazy";
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

/** The chat itself: the conversation, and the composer or the form that stands in its place. */
function Talk({ chat }: { chat: Chat }) {
  const form = chat.state.form.value;
  return (
    <>
      <Log chat={chat} />
      {form ? (
        <Lazy draw={({ FormView }) => <FormView chat={chat} kind={form} />} />
      ) : (
        <Composer chat={chat} />
      )}
    </>
  );
}

function Other({ chat }: { chat: Chat }) {
  const { name, id } = chat.state.view.value;
  return (
    <Lazy
      draw={({ Articles, ArticlePage, Conversations, FormPage }) => {
        if (name === "articles") return <Articles chat={chat} />;
        if (name === "article") return <ArticlePage key={id} chat={chat} id={id as string} />;
        if (name === "form") return <FormPage chat={chat} />;
        return <Conversations chat={chat} />;
      }}
    />
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
      {phase !== "gone" &&
        !failed &&
        (chat.state.view.value.name === "chat" ? <Talk chat={chat} /> : <Other chat={chat} />)}
      {failed && <Composer chat={chat} />}
    </main>
  );
}
