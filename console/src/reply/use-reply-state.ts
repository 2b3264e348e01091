import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { Conversation } from "~/api/types";
import { useNow } from "~/lib/hooks";
import { type ReplyState, replyApi } from "./api";

/** Beside the widget, which is ours and takes whatever the composer does. */
const OWN = "widget";

/** What the channel takes now: asked again when the customer writes, and closed here the moment its window ends. */
export function useReplyState(conversation: Conversation): ReplyState | null {
  const now = useNow(1_000 * 15);
  const { id, channel, last_message } = conversation;
  const heard = last_message?.direction === "inbound" ? last_message.seq : null;
  const query = useQuery({
    queryKey: ["reply-state", id, heard],
    queryFn: ({ signal }) => replyApi.state(id, signal),
    enabled: channel.type !== OWN,
    staleTime: 60_000,
    // Of this conversation: the composer is made anew for another one.
    placeholderData: keepPreviousData,
  });
  return query.data ? asOf(query.data, now) : null;
}

/** The state at a moment: an open window that has ended takes templates only, or nothing. */
export function asOf(state: ReplyState, now: number): ReplyState {
  const { window } = state;
  if (window.state !== "open" || window.until === null || now < Date.parse(window.until)) return state;
  return { ...state, window: { ...window, state: state.templates ? "template_only" : "closed" } };
}
