import type { Chat } from "../chat";
import { reasonText, t } from "../texts";
import { Icon } from "../ui/icons";
import { v } from "./texts";
import type { Upload, Uploads } from "./uploads";

/** Refusals that another try does not change. */
const FOR_GOOD = /^(file|files|voice)_/;

function Item({ chat, uploads, item }: { chat: Chat; uploads: Uploads; item: Upload }) {
  const name = item.voice ? v("file.voice") : item.file.name;
  const share = Math.round(item.progress * 100);
  return (
    <li class={item.state}>
      {item.preview ? <img src={item.preview} alt="" /> : <Icon name={item.voice ? "mic" : "file"} />}
      <span class="grow">
        <bdi>{name}</bdi>
        {item.state === "uploading" && (
          <progress max={1} value={item.progress} aria-label={v("file.uploading", { name, share })} />
        )}
        {item.state === "failed" && <small role="alert">{reasonText(item.reason)}</small>}
        {item.state === "ready" && (
          <span class="sr" role="status">
            {v("file.ready", { name })}
          </span>
        )}
      </span>
      {item.state === "failed" && !FOR_GOOD.test(item.reason ?? "") && (
        <button type="button" class="again" onClick={() => uploads.retry(item.id)}>
          {t("message.retry")}
        </button>
      )}
      <button
        type="button"
        class="tool"
        aria-label={v("file.cancel", { name })}
        onClick={() => {
          uploads.drop(item.id);
          chat.state.focus.value += 1;
        }}
      >
        <Icon name="close" />
      </button>
    </li>
  );
}

/** The files that go with the next message: how far they are, and what is the matter with them. */
export function Tray({ chat, uploads }: { chat: Chat; uploads: Uploads }) {
  const items = uploads.items.value;
  const refusal = uploads.refusal.value;
  return (
    <>
      {refusal && (
        <p class="counter over" role="alert">
          {reasonText(refusal)}
        </p>
      )}
      {items.length > 0 && (
        <ul class="tray">
          {items.map((item) => (
            <Item key={item.id} chat={chat} uploads={uploads} item={item} />
          ))}
        </ul>
      )}
    </>
  );
}
