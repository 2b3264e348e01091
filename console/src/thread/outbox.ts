import { ApiError } from "~/api/client";
import type { Message, MessageKind } from "~/api/types";
import { newId } from "~/lib/ids";
import { createStore, type Store } from "~/lib/store";

export interface OutboxItem {
  /** The client_message_id: the same at every try, so that the server takes the text once. */
  id: string;
  conversationId: string;
  kind: MessageKind;
  text: string;
  createdAt: number;
  /** sending: on its way; held: waits for its next try; failed: refused, will not be tried again by itself. */
  state: "sending" | "held" | "failed";
  /** Handed to the server at least once: it may have it, though its answer is missing. */
  tried: boolean;
  attempts: number;
  code: string | null;
  detail: string | null;
  nextTryAt: number | null;
}

export interface OutboxPorts {
  send(item: OutboxItem): Promise<Message>;
  /** The server has the text under this seq. */
  onSent(message: Message): void;
  /** What is kept in this browser: the truth, for another tab may have changed it. */
  load(): OutboxItem[];
  save(items: OutboxItem[]): void;
  /** Hear of another tab's changes; the answer ends it. */
  follow?(changed: () => void): () => void;
  /** Do it while no other tab does work of the same name. */
  alone?(name: string, work: () => Promise<boolean>): Promise<boolean>;
  random?: () => number;
}

const BACKOFF_FIRST_MS = 1_000;
const BACKOFF_MAX_MS = 20_000;
/** The tab in which a text was written sends it; the others only if that tab is gone. */
const OTHERS_GRACE_MS = 2_000;
/** With these the server has not looked at the text. */
const NOT_TAKEN = [401, 429];

/** Milliseconds until the next try: what the server asked for, else doubling with jitter. */
export function backoffMs(attempts: number, retryAfter: number | null, random = Math.random): number {
  if (retryAfter !== null) return Math.max(500, retryAfter * 1000);
  const limit = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** Math.max(0, attempts - 1));
  return limit / 2 + random() * (limit / 2);
}

/**
 * Replies and notes on their way to the server. Within a conversation they go one after another, so that
 * they keep the order in which they were written; a held one keeps those behind it waiting. They are kept in
 * the browser, where all tabs of one user share them: every change starts from what is kept, and one tab at
 * a time sends the texts of a conversation.
 */
export class Outbox {
  readonly items: Store<readonly OutboxItem[]>;
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();
  private readonly busy = new Set<string>();
  private readonly own = new Set<string>();
  private stopped = false;
  private unfollow = () => {};

  constructor(private readonly ports: OutboxPorts) {
    this.items = createStore<readonly OutboxItem[]>([]);
  }

  /** Take up what an earlier page left behind, and try it. */
  start(): void {
    this.stopped = false;
    this.items.set(this.ports.load());
    this.unfollow = this.ports.follow?.(() => this.refresh()) ?? (() => {});
    this.retryNow();
  }

  /** Show and send nothing more; what is kept stays kept, an answer that is still to come is noted there. */
  stop(): void {
    this.stopped = true;
    this.unfollow();
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
    this.items.set([]);
  }

  add(entry: Pick<OutboxItem, "id" | "conversationId" | "kind" | "text">): void {
    const item: OutboxItem = {
      ...entry,
      createdAt: Date.now(),
      state: "sending",
      tried: false,
      attempts: 0,
      code: null,
      detail: null,
      nextTryAt: null,
    };
    this.own.add(item.id);
    this.write((items) => {
      const waits = items.some(
        ({ conversationId, state }) => conversationId === item.conversationId && state === "held",
      );
      return [...items, waits ? { ...item, state: "held" } : item];
    });
    this.retryNow(entry.conversationId);
  }

  /** Try everything that waits, now: the network or the server is back, or the operator asked. */
  retryNow(conversationId?: string): void {
    const waiting = this.items
      .get()
      .filter((item) => !conversationId || item.conversationId === conversationId);
    if (waiting.some((item) => item.nextTryAt !== null)) {
      this.write((items) =>
        items.map((item) =>
          !conversationId || item.conversationId === conversationId ? { ...item, nextTryAt: null } : item,
        ),
      );
    }
    for (const id of new Set(waiting.map((item) => item.conversationId))) void this.pump(id);
  }

  /** Remove an item and give its text back to the composer; null when the server may have it already. */
  takeBack(id: string): OutboxItem | null {
    const item = this.ports.load().find((one) => one.id === id);
    if (!item || (item.tried && item.state !== "failed")) {
      this.refresh();
      return null;
    }
    this.write((items) => items.filter((one) => one.id !== id));
    this.retryNow(item.conversationId);
    return item;
  }

  /** A refused item once more, by the operator's wish; under its old id the server would only repeat itself. */
  retryFailed(id: string): void {
    const item = this.items.get().find((one) => one.id === id);
    if (!item) return;
    const anew = item.tried ? id : newId();
    this.own.add(anew);
    this.update(id, { id: anew, state: "held", nextTryAt: null });
    this.retryNow(item.conversationId);
  }

  /** The row came over the socket before the answer of our own request. */
  confirmed(clientMessageId: string): void {
    if (!this.items.get().some((item) => item.id === clientMessageId)) return;
    this.write((items) => items.filter((item) => item.id !== clientMessageId));
  }

  /** Another tab has changed what is kept. */
  private refresh(): void {
    if (this.stopped) return;
    this.items.set(this.ports.load());
    for (const id of new Set(this.items.get().map((item) => item.conversationId))) this.plan(id);
  }

  private async pump(conversationId: string): Promise<void> {
    if (this.busy.has(conversationId) || this.stopped) return;
    this.busy.add(conversationId);
    clearTimeout(this.timers.get(conversationId));
    const work = () => this.deliverAll(conversationId);
    const isDone = await (this.ports.alone?.(conversationId, work) ?? work()).finally(() =>
      this.busy.delete(conversationId),
    );
    if (!this.stopped) this.items.set(this.ports.load()); // an earlier session's answer may have come meanwhile
    if (!isDone) this.plan(conversationId);
    // Written while the place was being given up.
    else if (this.next(conversationId)) void this.pump(conversationId);
  }

  /** False when something waits for a later try. */
  private async deliverAll(conversationId: string): Promise<boolean> {
    for (let item = this.next(conversationId); item; item = this.next(conversationId)) {
      if (this.stopped || (item.nextTryAt ?? 0) > Date.now() || !(await this.deliver(item))) return false;
    }
    return true;
  }

  private plan(conversationId: string): void {
    clearTimeout(this.timers.get(conversationId));
    const item = this.next(conversationId);
    if (!item || this.stopped) return;
    const wait = Math.max(0, (item.nextTryAt ?? 0) - Date.now());
    const grace = this.own.has(item.id) ? 0 : OTHERS_GRACE_MS;
    const timer = setTimeout(() => void this.pump(conversationId), wait + grace);
    this.timers.set(conversationId, timer);
  }

  private next(conversationId: string): OutboxItem | undefined {
    return this.ports
      .load()
      .find((item) => item.conversationId === conversationId && item.state !== "failed");
  }

  /** True when the next item may go. */
  private async deliver(item: OutboxItem): Promise<boolean> {
    this.own.add(item.id);
    this.update(item.id, { tried: true });
    try {
      const message = await this.ports.send(item);
      this.ports.onSent(message);
      this.write((items) => items.filter((one) => one.id !== item.id));
      return true;
    } catch (error) {
      return this.refused(item, error);
    }
  }

  private refused(item: OutboxItem, error: unknown): boolean {
    const problem = error instanceof ApiError ? error : new ApiError({ code: "unknown" });
    const attempts = item.attempts + 1;
    const facts = { attempts, code: problem.code, detail: problem.detail };
    // 401: the text waits until someone has signed in again.
    if (!problem.retryable && problem.status !== 401) {
      const tried = problem.status >= 500;
      this.update(item.id, { ...facts, state: "failed", tried, nextTryAt: null });
      return true;
    }
    const nextTryAt = Date.now() + backoffMs(attempts, problem.retryAfter, this.ports.random);
    const tried = item.tried || !NOT_TAKEN.includes(problem.status);
    this.write((items) =>
      items.map((one) =>
        one.conversationId === item.conversationId && one.state !== "failed"
          ? { ...one, state: "held", ...(one.id === item.id ? { ...facts, tried, nextTryAt } : {}) }
          : one,
      ),
    );
    return false;
  }

  private update(id: string, change: Partial<OutboxItem>): void {
    this.write((items) => items.map((item) => (item.id === id ? { ...item, ...change } : item)));
  }

  private write(change: (items: readonly OutboxItem[]) => OutboxItem[]): void {
    const items = change(this.ports.load());
    this.ports.save(items);
    if (!this.stopped) this.items.set(items);
  }
}
