import { batch, effect, signal } from "@preact/signals";
import type { HostState, Locale, ToHost, ViewName, Wanted } from "../shared/protocol";
import { asLocale } from "../shared/protocol";
import { Access } from "./access";
import { backoff, Pause } from "./backoff";
import { Feed } from "./feed";
import { Outbox } from "./outbox";
import { asProblem } from "./problem";
import { countCharacters, isBlank } from "./richtext";
import { Session } from "./session";
import { ChatState } from "./state";
import type { Store } from "./storage";
import { locale } from "./texts";
import { Tracked } from "./tracked";
import type { Link, Transport } from "./transport";
import type {
  Attachment,
  FilledForm,
  FormKind,
  IdentityFields,
  Message,
  SendBody,
  ServerFrame,
  SessionAnswer,
} from "./types";
import { OwnTyping, TheirTyping } from "./typing";
import { uuid } from "./uuid";
import type { Uploads } from "./views/uploads";
import { identityFields } from "./visitor";

export interface ChatOptions {
  slug: string;
  transport: Transport;
  store: Store;
  notify?: (body: ToHost) => void;
  makeId?: () => string;
}

const POLL = 5000;
// With the socket up a poll is only a safety net: every fourth beat.
const POLL_BEATS = 4;
// Each new session brings a new socket: a server that refuses them all must not be asked in a circle.
const RENEW_EVERY = 30_000;

/** The chat: what visitor, host page, server and network do to its state. The components only draw that. */
export class Chat {
  readonly state: ChatState;
  readonly outbox: Outbox;
  /** Files of the next message; made with the first of them. */
  readonly uploads = signal<Uploads | null>(null);

  #session: Session;
  #access: Access;
  #feed: Feed;
  #link: Link | null = null;
  #linkToken = "";
  /** Of the last session that was known here. */
  #token: string | null;
  #renewed = 0;
  #beat = 0;
  #pause = new Pause();
  #page: HostState["page"] | null = null;
  #identity: IdentityFields | null = null;
  #identified = "";
  #signing = false;
  #tracked: Tracked;
  /** Views that the page has asked for, and that were shown. */
  #asked = 0;
  /** The last opening that the page has told of. */
  #invited = "";
  #ownTyping = new OwnTyping((on) => this.#link?.send({ type: "typing", on }));
  #theirTyping: TheirTyping;

  constructor(private readonly options: ChatOptions) {
    const { store, transport, slug } = options;
    locale.value = asLocale(store.get("locale")) ?? asLocale(navigator.language) ?? "en";
    this.outbox = new Outbox({
      store,
      send: (body) => this.#send(body),
      accepted: (row) => this.#feed.accepted(row),
    });
    this.state = new ChatState(store, this.outbox.items);
    this.#theirTyping = new TheirTyping(this.state.typing);
    this.#session = new Session(transport, store, `omnisupport:${slug}`, () => ({
      locale: locale.value,
      ...(this.#page ? { page: this.#page } : {}),
    }));
    this.#token = this.#session.token;
    this.#access = new Access(this.state, this.#session, (answer) => this.#begun(answer));
    this.#tracked = new Tracked(
      (event) => this.#access.withToken((token) => transport.track(token, event)),
      () => this.#id(),
    );
    this.#feed = new Feed(this.state, {
      list: (id, after) => this.#access.withToken((token) => transport.list(token, id, after)),
      arrived: (rows) => this.outbox.settle(rows.map((row) => row.client_message_id)),
      announce: (row) => this.#announce(row),
    });
    store.onChange((key, value) => this.#changedElsewhere(key, value));
    this.#watchState();
    this.#watchBrowser();
  }

  // ---- What the visitor and the host page do -------------------------------------------------------------

  /** Show the chat; the first time this begins (or resumes) the session. Creates no conversation. */
  show(focus: boolean): void {
    this.state.open.value = true;
    if (focus) this.state.focus.value += 1;
    void this.begin();
  }

  hide(): void {
    this.state.open.value = false;
    this.#ownTyping.stop();
  }

  /** The loader's view of the host page; whoever was here before is resumed without waiting to be opened. */
  followHost(host: HostState): void {
    this.#page = host.page.url ? host.page : null;
    this.state.overruled.value = host.appearance;
    this.#applyLocale(host.locale);
    this.#identity = identityFields(host.identity);
    this.#tracked.hear(host.events);
    void this.#sendIdentity();
    void this.#sendTracked();
    this.#followView(host.view);
    if (host.opening && host.opening !== this.#invited) {
      this.#invited = host.opening;
      this.state.opening.value = host.opening;
    }
    if (host.open && !this.state.open.value) this.show(host.focus);
    else if (!host.open && this.state.open.value) this.hide();
    else if (this.#session.token) void this.begin();
  }

  /** The page asks for a view; asked for once, the visitor may leave it again. */
  #followView(wanted: Wanted | null): void {
    if (!wanted || wanted.times <= this.#asked) return;
    this.#asked = wanted.times;
    this.state.view.value = wanted;
  }

  /** Whoever was here has signed out: nothing of them stays in this browser. */
  forget(): void {
    this.#link?.close();
    this.options.store.close();
    this.options.notify?.({ type: "forgotten" });
  }

  /** Here the choice is kept for the chat's own page, beside a launcher the loader keeps it for both. */
  chooseLocale(next: Locale): void {
    this.options.store.set("locale", next);
    this.#applyLocale(next);
    this.options.notify?.({ type: "locale", locale: next });
  }

  write(text: string): void {
    this.state.draft.value = text;
    this.options.store.set("draft", text || null);
    if (text) this.#ownTyping.start();
    else this.#ownTyping.stop();
  }

  /**
   * Send the composer's text with the files beside it; false when there is nothing to send, too much of it, or a file
   * still on its way: all stays.
   */
  submit(): boolean {
    const text = this.state.draft.value.replaceAll("\0", "").trim();
    const uploads = this.uploads.value;
    if (countCharacters(text) > this.state.textMax.value || uploads?.busy) return false;
    const attachments = uploads?.take() ?? [];
    if (isBlank(text) && attachments.length === 0) return false;
    this.#put(isBlank(text) ? "" : text, attachments);
    this.write("");
    return true;
  }

  /** Begin to upload files for the next message; a voice message goes by itself when it has arrived. */
  async addFiles(files: Iterable<File>, voice = false): Promise<void> {
    const chosen = [...files];
    const views = await import("./views");
    this.uploads.value ??= new views.Uploads({
      send: (file, spoken, told, signal) =>
        this.#access.withToken((token) => this.options.transport.upload(token, file, spoken, told, signal)),
      limits: () => this.state.config.value?.limits ?? null,
      spoken: (attachment) => this.#put("", [attachment]),
      makeId: () => this.#id(),
    });
    this.uploads.value.add(chosen, voice);
  }

  #put(text: string, attachments: readonly Attachment[]): void {
    const body = {
      client_message_id: this.#id(),
      ...(text ? { text } : {}),
      ...(attachments.length ? { attachments: attachments.map(({ id }) => id) } : {}),
      ...this.#beginning(),
    };
    this.outbox.add(body, text, attachments);
  }

  /** What is said once, with the message that begins something. */
  #beginning(): { opening?: string; anew?: boolean } {
    const { opening, anew, openingText } = this.state;
    const said = {
      ...(openingText.value ? { opening: opening.value as string } : {}),
      ...(anew.value ? { anew: true } : {}),
    };
    batch(() => {
      opening.value = null;
      anew.value = false;
    });
    return said;
  }

  /** Press what a prompt offers; an answer without an id is sent in its words. */
  press(id: string, label: string): void {
    this.outbox.add({ client_message_id: this.#id(), ...(id ? { button: id } : { text: label }) }, label);
  }

  // ---- What the views ask for ----------------------------------------------------------------------------

  /** A request in the visitor's name, and what needs no name; the views use it, and `Problem`s are theirs to tell. */
  readonly ask = {
    file: (id: string) => this.#access.withToken((token) => this.options.transport.file(token, id)),
    conversations: () => this.#access.withToken((token) => this.options.transport.conversations(token)),
    rows: (id: string, after: number) =>
      this.#access.withToken((token) => this.options.transport.list(token, id, after)),
    articles: (query: string, category: string) =>
      this.options.transport.articles(locale.value, query, category),
    article: (id: string) => this.options.transport.article(id),
    judge: (id: string, helpful: boolean) =>
      this.#access.withToken((token) => this.options.transport.judge(token, id, helpful)),
  };

  /** Give the present conversation its score. */
  async rate(score: number, comment?: string): Promise<void> {
    const { id } = this.state.conversation.value as { id: string };
    this.state.conversation.value = await this.#access.withToken((token) =>
      this.options.transport.rate(token, id, score, comment),
    );
    this.options.notify?.({ type: "csat", score });
  }

  /** Send a form and the message with it; a repeat under the same id is the same message. */
  async fill(kind: FormKind, filled: Omit<FilledForm, "form" | "anew">): Promise<void> {
    const body = { ...filled, form: kind, ...(this.state.anew.value ? { anew: true } : {}) };
    const answer = await this.#access.withToken((token) => this.options.transport.fillForm(token, body));
    batch(() => {
      this.state.anew.value = false;
      this.state.filled.value = { next_open: answer.next_open };
      this.#feed.accepted(answer.message);
    });
  }

  /** Go to a view; the focus follows. */
  see(name: ViewName, id?: string): void {
    this.state.view.value = { name, ...(id ? { id } : {}) };
    if (name === "chat") this.state.focus.value += 1;
  }

  makeId(): string {
    return this.#id();
  }

  /** The next message begins a new conversation; what was said stays above a line. */
  beginAnew(): void {
    batch(() => {
      this.state.anew.value = true;
      this.state.view.value = { name: "chat" };
    });
    this.state.focus.value += 1;
  }

  /** Take a refused message back into the composer. */
  takeBack(id: string): void {
    const text = this.outbox.discard(id);
    if (text && !this.state.draft.value) this.write(text);
    this.state.focus.value += 1;
  }

  /** Try everything that waits, now. */
  retryAll(): void {
    this.#pause.wake();
    this.#link?.wake();
    this.outbox.retry();
    if (this.state.phase.value === "ready") void this.#feed.pull();
  }

  // ---- Session -------------------------------------------------------------------------------------------

  async begin(): Promise<void> {
    if (this.state.phase.value !== "idle") return;
    this.state.phase.value = "opening";
    // What another call has opened meanwhile counts too.
    for (let failures = 1; !this.#linkToken; failures += 1) {
      try {
        await this.#access.open();
      } catch (error) {
        const problem = asProblem(error);
        this.state.phase.value = problem.status === 404 ? "gone" : "failed";
        if (problem.status === 404) return;
        await this.#pause.wait(backoff(failures, problem.retryAfter));
      }
    }
    setInterval(() => this.#poll(), POLL);
  }

  #begun(answer: SessionAnswer): void {
    // The server did not know the earlier token: another visitor begins, what was typed goes with them.
    if (this.#token && this.#token !== answer.visitor_token) this.#startOver();
    // What is on the screen was said by whoever was here before: another person, or nobody known.
    else if (this.#signing && answer.conversation_id !== this.state.timeline.value.conversationId)
      this.#feed.startOver();
    this.#signing = false;
    this.#token = answer.visitor_token;
    batch(() => {
      this.state.config.value = answer.config;
      this.#feed.follow(answer.conversation_id);
      if (!answer.conversation_id) this.state.loaded.value = true;
      this.state.phase.value = "ready";
    });
    this.#connect(answer.visitor_token);
    // Another call opened the session while `begin` was waiting for its next try.
    this.#pause.wake();
    void this.#feed.pull();
    void this.#sendIdentity();
    void this.#sendTracked();
    void this.outbox.drain();
  }

  #startOver(): void {
    const { timeline, seen, forgotten } = this.state;
    // Whoever had said nothing has lost nothing.
    if (timeline.value.conversationId || seen.value) forgotten.value = true;
    this.#feed.startOver();
    this.#identified = "";
  }

  async #sendIdentity(): Promise<void> {
    const fields = this.#identity;
    const said = JSON.stringify(fields);
    if (!fields || said === this.#identified || this.state.phase.value !== "ready") return;
    this.#identified = said;
    try {
      await this.#access.withToken((token) => this.options.transport.identify(token, fields));
      if (fields.token) await this.#goOnAsSigned();
    } catch {
      this.#identified = "";
    }
  }

  /** Of a visitor who has a session: for who only passes by none is begun. */
  async #sendTracked(): Promise<void> {
    if (this.state.phase.value === "ready") await this.#tracked.drain();
  }

  /** The same token leads to somebody's history now: read it, and hear of it on a socket of its own. */
  async #goOnAsSigned(): Promise<void> {
    this.#linkToken = "";
    this.#signing = true;
    await this.#access.open();
  }

  #applyLocale(next: Locale): void {
    if (locale.value === next) return;
    locale.value = next;
    // The greeting comes in the language of the session; without the server the rest is translated anyway.
    if (this.state.phase.value === "ready") this.#access.open().catch(() => {});
  }

  async #send(body: SendBody): Promise<Message> {
    void this.begin();
    return await this.#access.withToken((token) => this.options.transport.send(token, body));
  }

  #announce({ id, seq, author, created_at }: Message): void {
    const message = { id, seq, author: { kind: author.kind, name: author.name }, created_at };
    this.options.notify?.({ type: "message", message });
  }

  #poll(): void {
    this.#beat += 1;
    const calm = this.state.linkUp.value || !this.state.visible.value;
    if (!calm || this.#beat % POLL_BEATS === 0) void this.#feed.pull();
    void this.#sendTracked();
  }

  // ---- Socket --------------------------------------------------------------------------------------------

  #connect(token: string): void {
    if (this.#linkToken === token) return;
    this.#link?.close();
    this.#linkToken = token;
    this.#link = this.options.transport.connect(token, {
      after: () => this.state.timeline.value.cursor,
      frame: (frame) => this.#frame(frame),
      state: (up, problem) => this.#linkState(up, token, problem),
    });
  }

  #linkState(up: boolean, token: string, error: unknown): void {
    const status = error ? asProblem(error).status : null;
    this.state.linkUp.value = up;
    if (up) this.state.reachable.value = true;
    else this.#theirTyping.show(null);
    if (status === 0) this.state.reachable.value = false;
    if (status === 401 && Date.now() - this.#renewed > RENEW_EVERY) {
      this.#renewed = Date.now();
      this.#access.renew(token).catch(() => {});
    }
  }

  #frame(frame: ServerFrame): void {
    if (frame.type === "welcome") this.#welcome(frame.conversation_id);
    else if (frame.type === "message") this.#feed.incoming(frame.message);
    else if (frame.type === "resync") void this.#feed.pull();
    else if (frame.type === "presence") this.state.operatorsOnline.value = frame.operators_online;
    else if (frame.type === "typing" && frame.author.kind !== "customer") {
      this.#theirTyping.show(frame.on ? frame.author : null, frame.for_ms);
    } else if (frame.type === "conversation") {
      this.state.conversation.value = frame.conversation;
    } else if (frame.type === "token") {
      const { message_id: id, text } = frame;
      const { stream } = this.state;
      stream.value = { id, text: stream.value?.id === id ? stream.value.text + text : text };
    }
  }

  #welcome(conversationId: string | null): void {
    this.#feed.follow(conversationId);
    const seq = this.state.seenSeq.value;
    if (seq) this.#link?.send({ type: "seen", seq });
    void this.#feed.pull();
  }

  // ---- What follows --------------------------------------------------------------------------------------

  #watchState(): void {
    const notify = (body: ToHost) => this.options.notify?.(body);
    effect(() => {
      const seq = this.state.markSeen();
      if (seq) this.#link?.send({ type: "seen", seq });
    });
    effect(() => notify({ type: "unread", count: this.state.unread.value }));
    effect(() => {
      if (this.state.timeline.value.conversationId) notify({ type: "talked" });
    });
  }

  #watchBrowser(): void {
    addEventListener("online", () => {
      this.state.online.value = true;
      this.retryAll();
    });
    addEventListener("offline", () => {
      this.state.online.value = false;
    });
    const look = () => {
      this.state.visible.value = !document.hidden;
      if (this.state.visible.value) this.retryAll();
    };
    document.addEventListener("visibilitychange", look);
    addEventListener("pageshow", (event) => event.persisted && look());
  }

  /** Another tab of the same visitor. */
  #changedElsewhere(key: string, value: string | null): void {
    if (key === "seen") this.state.seen.value = value ?? "";
    if (key !== "token" || !value || !this.#linkToken || value === this.#linkToken) return;
    this.#startOver();
    this.#token = value;
    this.#connect(value);
    void this.#feed.pull();
  }

  #id(): string {
    return (this.options.makeId ?? uuid)();
  }
}
