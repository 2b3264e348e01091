import { request } from "./client";

export type ChannelState = "ok" | "degraded" | "down" | "unknown";
export type Mends = "reauthorize" | "resubscribe" | "backfill";

/** What is wrong with a connection: `detail` in the provider's own words. */
export interface ChannelProblem {
  code: string;
  detail: string;
  mends: Mends | null;
  since: string;
}

export interface ChannelHealth {
  state: ChannelState;
  problems: ChannelProblem[];
  checked_at: string | null;
  expires_at: string | null;
  backfilled_at: string | null;
  /** When owners were told of the break that lasts. */
  alerted_at: string | null;
}

export interface ChannelSettings {
  hold_ms?: number;
  signature?: string;
  typing?: boolean;
}

/** A connected channel; `account` is its provider's id, `facts` what was learned of it. */
export interface Channel {
  id: string;
  type: string;
  provider: string;
  name: string;
  account: string | null;
  facts: Record<string, unknown>;
  settings: ChannelSettings;
  health: ChannelHealth;
  created_at: string;
  updated_at: string;
}

/** What may have to be entered at the provider; told this once. */
export interface ChannelSetup {
  webhook_url: string;
  verify_token: string | null;
  /** What both sides sign with, where the other one is a system of the company's. */
  secret?: string | null;
}

export interface ConnectedChannel {
  channel: Channel;
  setup: ChannelSetup;
}

/** What went through a channel in some time; `median_ms` until a message had left, null where none has. */
export interface ChannelFigures {
  inbound: number;
  outbound: number;
  failed: number;
  uncertain: number;
  waiting: number;
  median_ms: number | null;
  /** What an SMS was charged as, of those whose price its provider has told. */
  segments: number;
  /** What was charged, by currency: a decimal number as it was told. */
  costs: { currency: string; amount: string }[];
}

export interface ChannelStatistics {
  day: ChannelFigures;
  week: ChannelFigures;
}

/** What came of a test message: `reason` in words, `detail` as the provider or the worker told it. */
export interface TestMessage {
  status: "sent" | "failed" | "uncertain";
  address: string;
  provider_message_id: string | null;
  code: string | null;
  reason: string | null;
  detail: string | null;
}

export type Account = Record<string, unknown>;

const at = (id: string, more = "") => `/channels/${encodeURIComponent(id)}${more}`;
const one = (answer: { channel: Channel }) => answer.channel;

/** One function for each route of channels. */
export const channels = {
  list: (signal?: AbortSignal) =>
    request<{ items: Channel[] }>("GET", "/channels", { signal }).then((answer) => answer.items),
  one: (id: string, signal?: AbortSignal) =>
    request<{ channel: Channel }>("GET", at(id), { signal }).then(one),
  statistics: (id: string, signal?: AbortSignal) =>
    request<ChannelStatistics>("GET", at(id, "/statistics"), { signal }),
  connect: (type: string, name: string, account: Account) =>
    request<ConnectedChannel>("POST", at(type), { body: { name, account } }),
  change: ({ id, type }: Channel, body: { name?: string } & ChannelSettings) =>
    request<{ channel: Channel }>("PATCH", at(type, at(id).slice("/channels".length)), { body }).then(one),
  reauthorize: ({ id, type }: Channel, account: Account) =>
    request<ConnectedChannel>("POST", at(id, "/reauthorize"), { body: { [type]: account } }),
  look: (id: string) => request<{ health: ChannelHealth }>("POST", at(id, "/test")),
  test: (id: string, to: string) =>
    request<{ message: TestMessage }>("POST", at(id, "/test"), { body: { to }, timeoutMs: 45_000 }).then(
      ({ message }) => message,
    ),
  backfill: (id: string, since: string) =>
    request<{ channel: Channel }>("POST", at(id, "/backfill"), { body: { since } }),
  disconnect: (id: string) => request<void>("DELETE", at(id)),
};
