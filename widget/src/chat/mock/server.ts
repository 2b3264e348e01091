import type { Locale } from "../../shared/protocol";
import type {
  Attachment,
  AuthorKind,
  ButtonOption,
  Config,
  Conversation,
  Message,
  SendBody,
  ServerFrame,
  Slice,
  Source,
  StoredFile,
} from "../types";
import { MOCK_HELP } from "./help";
import { MOCK_TEXTS, type MockTexts } from "./texts";

const CONVERSATION = "00000000-0000-4000-8000-000000000001";

/** What the mock borrows from the app: an import would tear the app's chunk in two. */
export interface MockWorld {
  language: () => Locale;
  problem: (code: string, status: number) => Error;
  /** Scales all waiting: 1 as people are used to, 0 for tests. */
  pace: number;
  /** A form is asked before the talk. */
  form?: boolean;
}

interface Reply {
  text: string;
  kind?: AuthorKind;
  buttons?: string[];
  sources?: Source[];
  event?: string;
  button?: string;
  attachments?: Attachment[];
}

/** A server in the page: one visitor, one conversation, a small scenario, a knowledge base of two articles. */
export class MockServer {
  #rows: Message[] = [];
  #listeners = new Set<(frame: ServerFrame) => void>();
  #prompt = 0;
  #wait: "nothing" | "order" | "person" = "nothing";
  #operator = false;
  #operatorReplies = 0;
  #failNext = new Set<string>();
  #labels = new Map<string, string>();
  #files = new Map<string, StoredFile>();
  #score: number | null = null;
  #comment: string | null = null;
  #resolved = false;

  constructor(private readonly world: MockWorld) {}

  get conversationId(): string | null {
    return this.#rows.length > 0 ? CONVERSATION : null;
  }

  get #t(): MockTexts {
    return MOCK_TEXTS[this.world.language()];
  }

  config(language: Locale): Config {
    const texts = MOCK_TEXTS[language];
    const labels = [texts.delivery, texts.order, texts.human];
    return {
      tenant: { slug: "mock", name: texts.tenant },
      title: texts.tenant,
      locale: language,
      locales: ["ru", "en"],
      theme: { accent: "#2f6b4f" },
      greeting: { text: texts.greeting, buttons: this.#buttons(labels, "0.1") },
      hours: { open: true, next_open: null },
      limits: {
        text_max: 8000,
        attachments_max: 10,
        file_bytes: 25 * 2 ** 20,
        file_extensions: ["gif", "jpeg", "jpg", "m4a", "ogg", "pdf", "png", "txt", "webm", "webp"],
        voice_s: 300,
        comment_max: 2000,
      },
      forms: { pre_chat: this.world.form ? MOCK_HELP[language].form : null, offline: null },
      features: { articles: true, files: true, voice: true, csat: true, receipts: true, history: true },
    };
  }

  listen(listener: (frame: ServerFrame) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  list(conversationId: string | null, after: number): Slice {
    const from = conversationId === this.conversationId ? after : 0;
    const messages = this.#rows.filter((row) => row.seq > from);
    return { conversation_id: this.conversationId, messages, last_seq: this.#rows.length };
  }

  /** Takes as long as a file would, and tells of it. */
  async keep(
    file: File,
    _voice: boolean,
    told: (share: number) => void,
    signal: AbortSignal,
  ): Promise<StoredFile> {
    for (const share of [0.2, 0.6, 0.9]) {
      told(share);
      await this.#pause(250);
      if (signal.aborted) throw this.world.problem("network", 0);
    }
    const id = `file-${this.#files.size + 1}`;
    const stored = { id, name: file.name, type: file.type, size: file.size, url: URL.createObjectURL(file) };
    this.#files.set(id, stored);
    return stored;
  }

  file(id: string): StoredFile {
    const found = this.#files.get(id);
    if (!found) throw this.world.problem("not_found", 404);
    return found;
  }

  conversations(): Conversation[] {
    return this.#rows.length ? [this.#conversation()] : [];
  }

  rate(score: number, comment?: string): Conversation {
    [this.#score, this.#comment] = [score, comment ?? null];
    return this.#conversation();
  }

  #conversation(): Conversation {
    const last = this.#rows.at(-1);
    return {
      id: CONVERSATION,
      status: this.#resolved ? "resolved" : "open",
      last_message: last ? { text: last.text, created_at: last.created_at } : null,
      last_seq: this.#rows.length,
      unread: 0,
      operators_seen_seq: this.#operator ? this.#rows.length : 0,
      csat: { due: this.#resolved && this.#score === null, score: this.#score, comment: this.#comment },
      created_at: this.#rows[0]?.created_at ?? "",
      updated_at: last?.created_at ?? "",
    };
  }

  async accept(body: SendBody): Promise<Message> {
    await this.#pause(250);
    const before = this.#rows.find((row) => row.client_message_id === body.client_message_id);
    if (before) return before;
    const label = "button" in body ? this.#labels.get(body.button) : undefined;
    if ("button" in body && !label) throw this.world.problem("button_unknown", 422);
    const text = "button" in body ? (label as string) : (body.text ?? "");
    const attachments = "button" in body ? [] : (body.attachments ?? []).map((id) => this.#attachment(id));
    this.#failOnce(body.client_message_id, text);
    const row = this.#add(
      "inbound",
      { text, kind: "customer", attachments, ...("button" in body ? { button: body.button } : {}) },
      body.client_message_id,
    );
    void this.#answer(text, "button" in body ? body.button : null);
    return row;
  }

  #attachment(id: string): Attachment {
    const { name, type, size, url } = this.file(id);
    const kind = type.split("/")[0] as Attachment["kind"];
    return { id, name, mime: type, size, url, kind, voice: kind === "audio" };
  }

  /** "ошибка" or "error" in a message: its first two tries fail as they do behind a broken network. */
  #failOnce(id: string, text: string): void {
    if (!/ошибк|error/i.test(text)) return;
    const tries = [...this.#failNext].filter((key) => key.startsWith(id)).length;
    if (tries >= 2) return;
    this.#failNext.add(`${id}:${tries}`);
    throw this.world.problem("network", 0);
  }

  async #answer(text: string, button: string | null): Promise<void> {
    const t = this.#t;
    if (this.#operator) return this.#operatorAnswers();
    const current = button === null || button.startsWith(`0.${this.#prompt}.`) || this.#prompt === 0;
    if (!current) return this.#say({ text: t.stale, buttons: [t.yes, t.no] });
    if (text === t.human || text === t.yes || /оператор|человек|operator|person|human/i.test(text))
      return this.#handOff();
    if (text === t.no) return this.#say({ text: t.fine });
    if (this.#wait === "order") return this.#answerOrder(text);
    if (text === t.order || /заказ|order/i.test(text)) {
      this.#wait = "order";
      return this.#say({ text: t.askOrder });
    }
    return this.#answerFromKnowledge(text);
  }

  async #answerOrder(text: string): Promise<void> {
    const number = /\d{4,}/.exec(text)?.[0];
    if (!number) return this.#say({ text: this.#t.badOrder });
    this.#wait = "nothing";
    await this.#say({ text: this.#t.orderAnswer.replace("{n}", number) });
  }

  #answerFromKnowledge(text: string): Promise<void> {
    const t = this.#t;
    if (text === t.delivery || /достав|deliver|ship/i.test(text)) {
      return this.#say({ kind: "assistant", text: t.deliveryAnswer, sources: [t.deliverySource] });
    }
    if (/опла|возврат|pay|refund|return/i.test(text)) {
      return this.#say({ kind: "assistant", text: t.payAnswer, sources: t.paySources });
    }
    return this.#say({ kind: "assistant", text: t.unknown, buttons: [t.yes, t.no] });
  }

  async #handOff(): Promise<void> {
    const t = this.#t;
    await this.#say({ text: t.calling });
    this.#add("event", { text: t.handoff, kind: "system", event: "handoff" });
    await this.#pause(1800);
    this.#operator = true;
    this.#add("event", { text: t.takenOver, kind: "operator", event: "taken_over" });
    await this.#say({ kind: "operator", text: t.hello });
    this.#tell();
  }

  async #operatorAnswers(): Promise<void> {
    const { replies } = this.#t;
    await this.#pause(900);
    await this.#say({ kind: "operator", text: replies[this.#operatorReplies % replies.length] as string });
    this.#operatorReplies += 1;
    if (this.#operatorReplies < replies.length) return this.#tell();
    this.#add("event", { text: this.#t.resolved, kind: "operator", event: "resolved" });
    this.#operator = false;
    this.#resolved = true;
    this.#tell();
  }

  async #say(reply: Reply): Promise<void> {
    const kind = reply.kind ?? "scenario";
    const author = { kind, name: kind === "operator" ? this.#t.operator : null };
    await this.#pause(250);
    this.#emit({ type: "typing", author, on: true });
    await this.#pause(kind === "operator" ? 1600 : 700);
    this.#emit({ type: "typing", author, on: false });
    this.#add("outbound", { ...reply, kind });
  }

  #buttons(labels: string[], prefix: string): ButtonOption[] {
    return labels.map((label, at) => {
      this.#labels.set(`${prefix}.${at}`, label);
      return { id: `${prefix}.${at}`, label };
    });
  }

  #add(direction: Message["direction"], reply: Reply, clientMessageId: string | null = null): Message {
    if (reply.buttons) this.#prompt += 1;
    const seq = this.#rows.length + 1;
    const kind = reply.kind ?? "scenario";
    const row: Message = {
      id: `mock-${seq}`,
      conversation_id: CONVERSATION,
      seq,
      direction,
      author: { kind, id: null, name: kind === "operator" ? this.#t.operator : null },
      text: reply.text,
      content: {
        buttons: reply.buttons ? this.#buttons(reply.buttons, `0.${this.#prompt}`) : [],
        sources: reply.sources ?? [],
        event: reply.event ? { type: reply.event, name: this.#t.operator } : null,
        ...(reply.button ? { button: reply.button } : {}),
      },
      attachments: reply.attachments ?? [],
      client_message_id: clientMessageId,
      created_at: new Date().toISOString(),
    };
    this.#rows = [...this.#rows, row];
    this.#emit({ type: "message", message: row });
    return row;
  }

  #tell(): void {
    this.#emit({ type: "conversation", conversation: this.#conversation() });
  }

  #emit(frame: ServerFrame): void {
    for (const listener of this.#listeners) listener(frame);
  }

  #pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, milliseconds * this.world.pace));
  }
}
