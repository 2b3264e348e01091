import { useEffect, useState } from "preact/hooks";
import type { Chat } from "../chat";
import { ownPath } from "../richtext";
import { bytes } from "../texts";
import type { Attachment } from "../types";
import { Icon } from "../ui/icons";
import { v } from "./texts";

/** Addresses of files last for five minutes. */
const FRESH_MS = 240_000;

/** Where a file can be read now, null until it is known; `renew` asks again for an address that may be old. */
function useAddress(chat: Chat, { id, url }: Attachment): [string | null, () => void] {
  const [known, setKnown] = useState({ address: url ? ownPath(url) : null, at: Date.now() });
  const ask = () => {
    // Without the server the name is still shown; the next look asks again.
    chat.ask.file(id).then(
      (file) => setKnown({ address: ownPath(file.url), at: Date.now() }),
      () => {},
    );
  };
  useEffect(() => {
    if (!url) ask();
  }, [id]);
  return [known.address, () => Date.now() - known.at > FRESH_MS && ask()];
}

function One({ chat, attachment }: { chat: Chat; attachment: Attachment }) {
  const [address, renew] = useAddress(chat, attachment);
  const { name, kind, voice, size } = attachment;
  if (voice || kind === "audio") {
    return (
      // biome-ignore lint/a11y/useMediaCaption: nobody has written down what a visitor says.
      <audio
        controls
        preload="metadata"
        aria-label={voice ? v("file.voice") : name}
        src={address ?? undefined}
        onPlay={renew}
      />
    );
  }
  return (
    <a
      class={kind === "image" ? "picture" : "file"}
      href={address ?? undefined}
      target="_blank"
      rel="noopener"
      onPointerEnter={renew}
      onFocus={renew}
    >
      {kind === "image" && address ? (
        <img src={address} alt={v("file.open", { name })} loading="lazy" />
      ) : (
        <>
          <Icon name="file" />
          <bdi>{name}</bdi>
          <small>{bytes(size)}</small>
        </>
      )}
    </a>
  );
}

/** The files of one message. */
export function Attachments({ chat, attachments }: { chat: Chat; attachments: readonly Attachment[] }) {
  if (attachments.length === 0) return null;
  return (
    <div class="attachments">
      {attachments.map((attachment) => (
        <One key={attachment.id} chat={chat} attachment={attachment} />
      ))}
    </div>
  );
}
