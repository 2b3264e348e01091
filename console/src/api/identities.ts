import { request } from "./client";
import type { ChannelRef, Message } from "./types";

/** An address of a customer on one channel. */
export interface Address {
  id: string;
  channel: ChannelRef & { id: string; status: string };
  address: string;
  /** The channel says that it is his. */
  vouched: boolean;
  /** The first to write to on its channel. */
  primary: boolean;
  reachable: boolean;
  unreachable: string | null;
  conversation_id: string | null;
  /** What a conversation may begin with there now. */
  opening: "text" | "template" | "none";
  last_in_at: string | null;
  created_at: string;
}

export interface FallbackOption {
  identity_id: string;
  address: string;
  vouched: boolean;
  channel: ChannelRef & { id: string };
}

interface Channel {
  id: string;
  type: string;
  name: string;
  provider: string;
}

const at = (customerId: string, part = "") =>
  `/customers/${encodeURIComponent(customerId)}/identities${part}`;
const one = (customerId: string, id: string) => at(customerId, `/${encodeURIComponent(id)}`);
const ofMessage = (conversationId: string, messageId: string) =>
  `/conversations/${encodeURIComponent(conversationId)}/messages/${encodeURIComponent(messageId)}/fallback`;
const itemsOf = <T>({ items }: { items: T[] }) => items;

/** Where somebody can be written to who has not written: by phone, or by mail. */
const ADDRESSABLE = ["sms", "whatsapp", "email"];

/** One function for each route of addresses, and of messages that go to another one. */
export const identities = {
  list: (customerId: string, signal?: AbortSignal) =>
    request<{ items: Address[] }>("GET", at(customerId), { signal }).then(itemsOf),
  add: (customerId: string, channelId: string, address: string) =>
    request<{ items: Address[] }>("POST", at(customerId), { body: { channel_id: channelId, address } }).then(
      itemsOf,
    ),
  change: (customerId: string, id: string, body: { primary?: true; reachable?: boolean }) =>
    request<{ items: Address[] }>("PATCH", one(customerId, id), { body }).then(itemsOf),
  order: (customerId: string, ids: string[]) =>
    request<{ items: Address[] }>("PUT", at(customerId, "/order"), { body: { identity_ids: ids } }).then(
      itemsOf,
    ),
  remove: (customerId: string, id: string, reason: string) =>
    request<void>("DELETE", one(customerId, id), { query: { reason } }),
  channels: (signal?: AbortSignal) =>
    request<{ items: Channel[] }>("GET", "/channels", { signal }).then(({ items }) =>
      items.filter(({ type }) => ADDRESSABLE.includes(type)),
    ),
  options: (conversationId: string, messageId: string, signal?: AbortSignal) =>
    request<{ items: FallbackOption[] }>("GET", ofMessage(conversationId, messageId), { signal }).then(
      itemsOf,
    ),
  fallBack: (conversationId: string, messageId: string, identityId: string) =>
    request<{ message: Message }>("POST", ofMessage(conversationId, messageId), {
      body: { identity_id: identityId },
    }).then(({ message }) => message),
};
