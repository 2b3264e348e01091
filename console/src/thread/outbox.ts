import { ApiError } from "~/api/client";
import type { Message, MessageKind } from "~/api/types";
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
  attempts: number;
  code: string | null;
  detail: string | null;
  nextTryAt: number | null;
}

export interface OutboxPorts {
  send(item: OutboxItem): Promise<Message>;
  /** The server has the text under this seq. */
  onSent(message: Message): void;
  load(): OutboxItem[];
  save(items: OutboxItem[]): void;
  random?: () => number;
}

const BACKOFF_FIRST_MS = 1_000;
const BACKOFF_MAX_MS = 20_000;

/** Milliseconds until the next try: what the server asked for, else doubling with jitter. */
export function backoffMs(attempts: number, retryAfter: number | null, random = Math.random): number {
  if (retryAfter !== null) return Math.max(500, retryAfter * 1000);
  const limit = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** Math.max(0, attempts - 1));
  return limit / 2 + random() * (limit / 2);
}

/**
 * Replies and notes on their way to the server. Within a conversation they go one after another, so that
 * they keep the order in which they were written; a held one keeps those behind it waiting.
 */
export class Outbox {
  readonly items: Store<readonly OutboxItem[]>;
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();
  private readonly busy = new Set<string>();
  private readonly flying = new Set<string>();

  constructor(private readonly ports: OutboxPorts) {
    this.items = createStore<readonly OutboxItem[]>([]);
  }

  /** Take up what an earlier page left behind, and try it. */
  start(): void {
    this.items.set(
      this.ports.load().map((item) => (item.state === "failed" ? item : { ...item, state: "held" })),
    );
    this.retryNow();
  }

  stop(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
    this.items.set([]);
  }

  add(entry: Pick<OutboxItem, "id" | "conversationId" | "kind" | "text">): void {
    const item: OutboxItem = {
      ...entry,
      createdAt: Date.now(),
      state: "sending",
      attempts: 0,
      code: null,
      detail: null,
      nextTryAt: null,
    };
    this.write((items) => [...items, item]);
    void this.pump(entry.conversationId);
  }

  /** Try everything that waits, now: the network or the server is back, or the operator asked. */
  retryNow(conversationId?: string): void {
    const waiting = this.items
      .get()
      .filter((item) => !conversationId || item.conversationId === conversationId);
    for (const id of new Set(waiting.map((item) => item.conversationId))) {
      clearTimeout(this.timers.get(id));
      this.timers.delete(id);
      void this.pump(id);
    }
  }

  /** Remove an item and give its text back to the composer; null when it is sent or being sent. */
  takeBack(id: string): OutboxItem | null {
    const item = this.items.get().find((one) => one.id === id) ?? null;
    if (!item || this.flying.has(id)) return null;
    this.write((items) => items.filter((one) => one.id !== id));
    this.retryNow(item.conversationId);
    return item;
  }

  /** A refused item once more, by the operator's wish. */
  retryFailed(id: string): void {
    this.update(id, { state: "held", nextTryAt: null });
    const item = this.items.get().find((one) => one.id === id);
    if (item) this.retryNow(item.conversationId);
  }

  /** The row came over the socket before the answer of our own request. */
  confirmed(clientMessageId: string): void {
    if (!this.items.get().some((item) => item.id === clientMessageId)) return;
    this.write((items) => items.filter((item) => item.id !== clientMessageId));
  }

  private async pump(conversationId: string): Promise<void> {
    if (this.busy.has(conversationId)) return;
    this.busy.add(conversationId);
    try {
      for (let item = this.next(conversationId); item; item = this.next(conversationId)) {
        if (!(await this.deliver(item))) break;
      }
    } finally {
      this.busy.delete(conversationId);
    }
  }

  private next(conversationId: string): OutboxItem | undefined {
    return this.items.get().find((item) => item.conversationId === conversationId && item.state !== "failed");
  }

  /** True when the next item may go. */
  private async deliver(item: OutboxItem): Promise<boolean> {
    this.flying.add(item.id);
    try {
      const message = await this.ports.send(item);
      this.ports.onSent(message);
      this.write((items) => items.filter((one) => one.id !== item.id));
      return true;
    } catch (error) {
      return this.refused(item, error);
    } finally {
      this.flying.delete(item.id);
    }
  }

  private refused(item: OutboxItem, error: unknown): boolean {
    const problem = error instanceof ApiError ? error : new ApiError({ code: "unknown" });
    const attempts = item.attempts + 1;
    const facts = { attempts, code: problem.code, detail: problem.detail };
    // 401: the text waits until someone has signed in again.
    if (!problem.retryable && problem.status !== 401) {
      this.update(item.id, { ...facts, state: "failed", nextTryAt: null });
      return true;
    }
    const wait = backoffMs(attempts, problem.retryAfter, this.ports.random);
    this.write((items) =>
      items.map((one) =>
        one.conversationId === item.conversationId && one.state !== "failed"
          ? {
              ...one,
              state: "held",
              ...(one.id === item.id ? { ...facts, nextTryAt: Date.now() + wait } : {}),
            }
          : one,
      ),
    );
    clearTimeout(this.timers.get(item.conversationId));
    this.timers.set(
      item.conversationId,
      setTimeout(() => void this.pump(item.conversationId), wait),
    );
    return false;
  }

  private update(id: string, change: Partial<OutboxItem>): void {
    this.write((items) => items.map((item) => (item.id === id ? { ...item, ...change } : item)));
  }

  private write(change: (items: readonly OutboxItem[]) => readonly OutboxItem[]): void {
    this.items.set(change);
    this.ports.save([...this.items.get()]);
  }
}
