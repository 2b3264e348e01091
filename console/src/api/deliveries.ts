import { request } from "./client";
import type { ChannelRef, Message } from "./types";

export type TroubledStatus = "failed" | "uncertain";
export type Decision = "resend" | "arrived" | "discard";

/** A message whose send ended badly, with the code of the reason. */
export interface Troubled {
  message: Message;
  code: string | null;
  customer: { id: string; name: string | null };
  channel: ChannelRef;
}

/** The server counts no further. */
export const COUNTED_TO = 100;

/** `total` counts up to 100. */
export interface TroubledPage {
  items: Troubled[];
  next_cursor: string | null;
  total: number;
}

export interface TroubledFilter {
  channel_id?: string;
  status?: TroubledStatus;
}

export const deliveries = {
  list: (filter: TroubledFilter, cursor: string | null, limit: number, signal?: AbortSignal) =>
    request<TroubledPage>("GET", "/deliveries", { query: { ...filter, cursor, limit }, signal }),
  decide: ({ id, conversation_id }: Pick<Message, "id" | "conversation_id">, decision: Decision) =>
    request<{ message: Message }>("POST", `/conversations/${conversation_id}/messages/${id}/delivery`, {
      body: { decision },
    }).then(({ message }) => message),
};
