import { Chat } from "../src/chat/chat";
import { Problem } from "../src/chat/problem";
import { memoryStore, type Store } from "../src/chat/storage";
import type { LinkHandlers, Transport } from "../src/chat/transport";
import type { ClientFrame, Config, IdentityFields, Message, PageEvent, SendBody } from "../src/chat/types";
import type { ToHost } from "../src/shared/protocol";

export function row(seq: number, more: Partial<Message> = {}): Message {
  return {
    id: `${more.conversation_id ?? "c1"}-${seq}`,
    conversation_id: "c1",
    seq,
    direction: "outbound",
    author: { kind: "scenario", id: null, name: null },
    text: `row ${seq}`,
    content: {},
    client_message_id: null,
    created_at: "2026-11-25T10:00:00Z",
    ...more,
  };
}

export function inbound(seq: number, text: string, clientMessageId: string | null = null): Message {
  const author = { kind: "customer" as const, id: null, name: null };
  return row(seq, { direction: "inbound", author, text, client_message_id: clientMessageId });
}

export const CONFIG: Config = {
  tenant: { slug: "demo", name: "Tea House" },
  title: "Tea House",
  locale: "en",
  locales: ["ru", "en"],
  theme: { accent: "#1f7a4d" },
  greeting: { text: "Hello", buttons: [{ id: "0.1.a", label: "Delivery" }] },
  hours: { open: true, next_open: null },
  limits: { text_max: 8000 },
};

/** A server for one visitor at a time; `refuse` decides whether the next call of a kind fails. */
export class FakeServer implements Transport {
  tokens: string[] = [];
  conversation: string | null = null;
  rows: Message[] = [];
  sent: SendBody[] = [];
  calls: string[] = [];
  frames: ClientFrame[] = [];
  identities: IdentityFields[] = [];
  events: PageEvent[] = [];
  links: LinkHandlers[] = [];
  refusals: Record<string, Problem[]> = {};

  refuse(call: string, ...problems: Problem[]): void {
    this.refusals[call] = problems;
  }

  #answer(call: string, token?: string): void {
    this.calls.push(call);
    const problem = this.refusals[call]?.shift();
    if (problem) throw problem;
    if (token !== undefined && token !== this.tokens.at(-1)) throw new Problem("visitor_token_invalid", 401);
  }

  /** What a signed visitor has said elsewhere. */
  signed: [string, Message[]] | null = null;

  async openSession(request: { visitor_token?: string; locale?: string }) {
    this.#answer("session");
    if (request.visitor_token !== this.tokens.at(-1) || !this.tokens.length) {
      this.tokens.push(`token-${this.tokens.length + 1}`);
      this.conversation = null;
      this.rows = [];
    }
    const title = request.locale === "ru" ? "Чайный дом" : CONFIG.title;
    const config = { ...CONFIG, title, locale: (request.locale ?? "en") as "ru" | "en" };
    return { visitor_token: this.tokens.at(-1) as string, conversation_id: this.conversation, config };
  }

  async send(token: string, body: SendBody) {
    this.#answer("send", token);
    const known = this.rows.find((item) => item.client_message_id === body.client_message_id);
    if (known) return known;
    this.sent.push(body);
    const content = "button" in body ? { button: body.button } : {};
    return this.add({
      ...inbound(0, "text" in body ? body.text : "Delivery", body.client_message_id),
      content,
    });
  }

  async list(token: string, conversationId: string | null, after: number) {
    this.#answer("list", token);
    const start = conversationId === this.conversation ? after : 0;
    const messages = this.rows.filter((item) => item.seq > start && item.direction !== "note");
    return { conversation_id: this.conversation, messages, last_seq: this.rows.length };
  }

  async identify(token: string, fields: IdentityFields) {
    this.#answer("identify", token);
    this.identities.push(fields);
    if (fields.token) [this.conversation, this.rows] = this.signed ?? [null, []];
  }

  async track(token: string, event: PageEvent) {
    this.#answer("track", token);
    this.events.push(event);
  }

  connect(_token: string, handlers: LinkHandlers) {
    this.links.push(handlers);
    return { send: (frame: ClientFrame) => void this.frames.push(frame), wake: () => {}, close: () => {} };
  }

  /** Commit a row; it reaches the visitor only by `push` or when asked for. */
  add(item: Partial<Message>): Message {
    this.conversation ??= `conversation-${this.tokens.length}`;
    const seq = this.rows.length + 1;
    const conversation_id = this.conversation;
    const stored = row(seq, { ...item, seq, conversation_id, id: `${conversation_id}-${seq}` });
    this.rows.push(stored);
    return stored;
  }

  push(item: Message): Message {
    this.links.at(-1)?.frame({ type: "message", message: item });
    return item;
  }
}

export interface Made {
  chat: Chat;
  server: FakeServer;
  store: Store;
  told: ToHost[];
}

export function makeChat(server = new FakeServer(), store = memoryStore()): Made {
  const told: ToHost[] = [];
  let ids = 0;
  const chat = new Chat({
    slug: "demo",
    transport: server,
    store,
    notify: (body) => void told.push(body),
    makeId: () => `id-${++ids}-${server.tokens.length}`,
  });
  return { chat, server, store, told };
}

/** Let everything that does not wait for a timer happen. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 100; turn += 1) await Promise.resolve();
}

export function texts(chat: Chat): string[] {
  return chat.state.rows.value.flatMap((item) =>
    item.kind === "bubble" && item.key !== "greeting" ? [item.text] : [],
  );
}
