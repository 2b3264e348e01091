import { useEffect, useRef } from "react";
import { api } from "~/api/endpoints";
import type { Conversation } from "~/api/types";
import { useStore } from "~/lib/store";
import { useSession } from "~/session/session";
import type { Thread } from "./threads";

const SETTLE_MS = 400;
/** The server takes an assignee who has not looked for 60 s as away; so say that we still look. */
const REPEAT_MS = 25_000;

/** Tell the server how far the operator has read: only what is on a visible screen counts. */
export function useSeen(thread: Thread, conversation: Conversation, atEnd: boolean): void {
  const { cache, me } = useSession();
  const { messages } = useStore(thread.state);
  const told = useRef(0);
  const last = messages.at(-1)?.seq ?? 0;
  const { id, unread, controller, status } = conversation;
  const isHolder = status === "open" && controller === "operator" && conversation.assignee?.id === me.user.id;

  useEffect(() => {
    if (!atEnd || last === 0) return;
    const tell = () => {
      if (document.visibilityState !== "visible") return;
      told.current = last;
      // A lost sign is repeated soon; nobody needs to hear of it.
      api.seen(id, last).catch(() => {});
    };
    const tellNews = () => {
      if (document.visibilityState !== "visible") return;
      if (unread > 0) cache.patch(id, { unread: 0 });
      if (unread > 0 || last > told.current) tell();
    };
    const settle = setTimeout(tellNews, SETTLE_MS);
    const repeat = isHolder ? setInterval(tell, REPEAT_MS) : undefined;
    document.addEventListener("visibilitychange", tellNews);
    return () => {
      clearTimeout(settle);
      clearInterval(repeat);
      document.removeEventListener("visibilitychange", tellNews);
    };
  }, [id, last, unread, atEnd, isHolder, cache]);
}
