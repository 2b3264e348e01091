import { useEffect, useRef } from "react";
import { api } from "~/api/endpoints";
import type { Conversation } from "~/api/types";
import { useStore } from "~/lib/store";
import { useSession } from "~/session/session";
import type { Thread } from "./threads";

const SETTLE_MS = 400;

/** Tell the server how far the operator has read: only what is on a visible screen counts. */
export function useSeen(thread: Thread, conversation: Conversation, atEnd: boolean): void {
  const { cache } = useSession();
  const { messages } = useStore(thread.state);
  const told = useRef(0);
  const last = messages.at(-1)?.seq ?? 0;
  const { id, unread } = conversation;

  useEffect(() => {
    if (!atEnd || last === 0) return;
    const tellNews = () => {
      if (document.visibilityState !== "visible") return;
      if (unread > 0) cache.patch(id, { unread: 0 });
      if (unread === 0 && last <= told.current) return;
      told.current = last;
      // A lost sign is followed by the next one; nobody needs to hear of it.
      api.seen(id, last).catch(() => {});
    };
    const settle = setTimeout(tellNews, SETTLE_MS);
    document.addEventListener("visibilitychange", tellNews);
    return () => {
      clearTimeout(settle);
      document.removeEventListener("visibilitychange", tellNews);
    };
  }, [id, last, unread, atEnd, cache]);
}
