import { request } from "~/api/client";
import type { ChannelRef } from "~/api/types";
import type { Unit } from "./measure";

/** What the channel of a conversation takes now, as in /openapi.json. */
export interface ReplyState {
  channel: ChannelRef;
  provider: string;
  window: { state: "open" | "template_only" | "closed"; until: string | null };
  unreachable: string | null;
  reason: string | null;
  text: {
    max: number | null;
    unit: Unit;
    with_buttons: number | null;
    caption: number | null;
    sms: boolean;
  };
  templates: boolean;
}

export interface Loss {
  code: string;
  words: string;
}

export interface ShownSpan {
  text: string;
  strong: boolean;
  url: string | null;
}

/** One message as the channel shows it. */
export interface ShownMessage {
  kind: string;
  spans: ShownSpan[];
  title: string | null;
  url: string | null;
  note: string | null;
  layout: "none" | "buttons" | "list";
  buttons: { label: string; url: string | null }[];
  opens: string | null;
  length: number;
  sms_parts: number | null;
  lossy: Loss[];
}

export interface MessagePreview {
  channel_type: string;
  messages: ShownMessage[];
}

export interface MessageTemplate {
  id: string;
  name: string;
  language: string;
  category: string;
  status: string;
  sendable: boolean;
  body: string;
  parameters: string[];
  header_text: string;
  footer: string;
  buttons: string[];
}

export interface TemplatePage {
  items: MessageTemplate[];
  next_cursor: string | null;
  synced_at: string | null;
  problem: string | null;
}

/** A template with the values of its parameters, in their order. */
export interface TemplateUse {
  id: string;
  parameters: string[];
}

const at = (id: string, verb: string) => `/conversations/${encodeURIComponent(id)}/${verb}`;
const templatesOf = (id: string) => `/channels/${encodeURIComponent(id)}/templates`;

export const replyApi = {
  state: (conversationId: string, signal?: AbortSignal) =>
    request<{ reply_state: ReplyState }>("GET", at(conversationId, "reply-state"), { signal }).then(
      (answer) => answer.reply_state,
    ),
  preview: (
    conversationId: string,
    body: { text?: string; attachments?: readonly string[]; content?: { template: TemplateUse } },
    signal?: AbortSignal,
  ) => request<MessagePreview>("POST", at(conversationId, "preview"), { body, signal }),
  templates: (channelId: string, q: string, signal?: AbortSignal) =>
    request<TemplatePage>("GET", templatesOf(channelId), {
      query: { q: q || undefined, status: "approved", limit: 50 },
      signal,
    }),
  syncTemplates: (channelId: string) =>
    request<unknown>("POST", `${templatesOf(channelId)}/sync`, { body: {} }),
};
