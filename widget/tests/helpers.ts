import { Chat } from "../src/chat/chat";
import { Problem } from "../src/chat/problem";
import { memoryStore, type Store } from "../src/chat/storage";
import type { LinkHandlers, Transport } from "../src/chat/transport";
import type {
  Article,
  ArticleList,
  ClientFrame,
  Config,
  Conversation,
  FilledForm,
  IdentityFields,
  Message,
  PageEvent,
  SendBody,
  StoredFile,
} from "../src/chat/types";
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
  config = CONFIG;
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
    const config = { ...this.config, title, locale: (request.locale ?? "en") as "ru" | "en" };
    return { visitor_token: this.tokens.at(-1) as string, conversation_id: this.conversation, config };
  }

  async send(token: string, body: SendBody) {
    this.#answer("send", token);
    const known = this.rows.find((item) => item.client_message_id === body.client_message_id);
    if (known) return known;
    this.sent.push(body);
    const content = "button" in body ? { button: body.button } : {};
    return this.add({
      ...inbound(0, "button" in body ? "Delivery" : (body.text ?? ""), body.client_message_id),
      content,
    });
  }

  /** Uploads under way: a test finishes them, or lets them fail. */
  uploads: {
    file: File;
    voice: boolean;
    told: (share: number) => void;
    signal: AbortSignal;
    done: (file: Partial<StoredFile>) => void;
    fail: (error: unknown) => void;
  }[] = [];
  forms: FilledForm[] = [];
  scores: unknown[] = [];
  judged: unknown[] = [];
  asked: unknown[] = [];
  known: Conversation[] = [];
  library: ArticleList = { items: [], categories: [] };
  read: Article | null = null;

  upload(_token: string, file: File, voice: boolean, told: (share: number) => void, signal: AbortSignal) {
    return new Promise<StoredFile>((resolve, fail) => {
      const id = `file-${this.uploads.length + 1}`;
      const done = (more: Partial<StoredFile>) =>
        resolve({ id, name: file.name, type: file.type, size: file.size, url: `/content/${id}`, ...more });
      this.uploads.push({ file, voice, told, signal, done, fail });
    });
  }

  async file(_token: string, id: string): Promise<StoredFile> {
    this.asked.push(["file", id]);
    return { id, name: "a.png", type: "image/png", size: 1, url: `/content/${id}` };
  }

  async conversations(token: string) {
    this.#answer("conversations", token);
    return this.known;
  }

  async rate(token: string, id: string, score: number, comment?: string) {
    this.#answer("rate", token);
    this.scores.push([id, score, comment]);
    const found = this.known[0] as Conversation;
    return { ...found, csat: { due: false, score, comment: comment ?? null } };
  }

  async fillForm(token: string, form: FilledForm) {
    this.#answer("form", token);
    this.forms.push(form);
    return {
      message: this.add(inbound(0, form.text, form.client_message_id)),
      next_open: "2026-11-26T09:00:00Z",
    };
  }

  async articles(locale: string, query: string, category: string) {
    this.#answer("articles");
    this.asked.push([locale, query, category]);
    return this.library;
  }

  async article(id: string) {
    this.#answer("article");
    if (this.read?.id !== id) throw new Problem("not_found", 404);
    return this.read;
  }

  async judge(_token: string, id: string, helpful: boolean) {
    this.#answer("judge");
    this.judged.push([id, helpful]);
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
