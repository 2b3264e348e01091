import { ApiError } from "~/api/client";
import { newId } from "~/lib/ids";
import { createStore, type Store } from "~/lib/store";
import {
  type ActionOutcome,
  isAction,
  isSameAction,
  isText,
  type NewAction,
  type NewText,
  type OutboxItem,
  type QueuedAction,
  type QueuedText,
  queued,
} from "./outbox-item";

export interface OutboxPorts {
  /** Hand it to the server, and show its answer. */
  send(item: OutboxItem): Promise<void>;
  /** Something has become of an action: said once for each outcome. */
  onAction(item: QueuedAction, outcome: ActionOutcome): void;
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
/** With these the server has not looked at it. */
const NOT_TAKEN = [401, 429];
/** A repeat long after, from a page opened anew, could undo what others have done since. */
const STALE_AFTER_MS = 60 * 60_000;

/** Milliseconds until the next try: what the server asked for, else doubling with jitter. */
export function backoffMs(attempts: number, retryAfter: number | null, random = Math.random): number {
  if (retryAfter !== null) return Math.max(500, retryAfter * 1000);
  const limit = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** Math.max(0, attempts - 1));
  return limit / 2 + random() * (limit / 2);
}

/**
 * Replies, notes and actions on their way to the server. Within a conversation they go one after another, so
 * that they keep the order in which they were wished; a held one keeps those behind it waiting. They are kept
 * in the browser, where all tabs of one user share them: every change starts from what is kept, and one tab
 * at a time sends what belongs to a conversation.
 */
export class Outbox {
  readonly items: Store<readonly OutboxItem[]>;
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();
  private readonly busy = new Set<string>();
  private readonly own = new Set<string>();
  private readonly answers = new Map<string, (taken: boolean) => void>();
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
    this.dropStale();
    this.retryNow();
  }

  private dropStale(): void {
    const isStale = (item: OutboxItem) => isAction(item) && Date.now() - item.createdAt > STALE_AFTER_MS;
    for (const item of this.items.get().filter(isAction).filter(isStale)) {
      this.remove(item.id);
      this.ports.onAction(item, new ApiError({ code: "action_stale", status: 409 }));
    }
  }

  /** Show and send nothing more; what is kept stays kept, an answer that is still to come is noted there. */
  stop(): void {
    this.stopped = true;
    this.unfollow();
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
    this.items.set([]);
  }

  add(text: NewText): void {
    this.put({ ...text, ...queued() });
  }

  /** Answers true when the server did it or, being away, will do it; false when it refused. Two presses are one. */
  act(action: NewAction): Promise<boolean> {
    const before = this.ports.load().filter((item) => item.conversationId === action.conversationId);
    if (isSameAction(before.filter((item) => item.state !== "failed").at(-1), action))
      return Promise.resolve(true);
    const id = newId();
    const answer = new Promise<boolean>((resolve) => this.answers.set(id, resolve));
    this.put({ ...action, ...queued(), id, kind: "action" });
    return answer;
  }

  private put(item: OutboxItem): void {
    this.own.add(item.id);
    this.write((items) => {
      const waits = items.some(
        ({ conversationId, state }) => conversationId === item.conversationId && state === "held",
      );
      return [...items, waits ? { ...item, state: "held" } : item];
    });
    this.retryNow(item.conversationId);
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

  /** Remove an item, its text may go back to the composer; null when the server may have it already. */
  takeBack(id: string): OutboxItem | null {
    const item = this.ports.load().find((one) => one.id === id);
    if (!item || (item.tried && item.state !== "failed")) {
      this.refresh();
      return null;
    }
    this.remove(id);
    this.retryNow(item.conversationId);
    return item;
  }

  /** A refused item once more, by the operator's wish; under its old id the server would only repeat itself. */
  retryFailed(id: string): void {
    const item = this.items
      .get()
      .filter(isText)
      .find((one) => one.id === id);
    if (!item) return;
    const anew = item.tried ? id : newId();
    this.own.add(anew);
    this.update(id, { id: anew, state: "held", nextTryAt: null });
    this.retryNow(item.conversationId);
  }

  /** The row came over the socket before the answer of our own request. */
  confirmed(clientMessageId: string): void {
    if (!this.items.get().some((item) => item.id === clientMessageId)) return;
    this.remove(clientMessageId);
  }

  /** Another tab has changed what is kept. */
  private refresh(): void {
    if (this.stopped) return;
    this.items.set(this.ports.load());
    this.answerWaiting();
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
    if (!this.stopped) this.write((items) => [...items]); // an earlier session's answer may have come meanwhile
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
      await this.ports.send(item);
    } catch (error) {
      return this.refused(item, error);
    }
    this.remove(item.id);
    if (isAction(item)) this.ports.onAction(item, "done");
    return true;
  }

  private refused(item: OutboxItem, error: unknown): boolean {
    const problem = error instanceof ApiError ? error : new ApiError({ code: "unknown" });
    const attempts = item.attempts + 1;
    const facts = { attempts, code: problem.code, detail: problem.detail };
    // 401: the text waits until someone has signed in again.
    if (!problem.retryable && problem.status !== 401) {
      if (isAction(item)) {
        this.answer(item.id, false);
        this.remove(item.id);
        this.ports.onAction(item, problem);
        return true;
      }
      const tried = problem.status >= 500;
      this.update(item.id, { ...facts, state: "failed", tried, nextTryAt: null });
      return true;
    }
    const nextTryAt = Date.now() + backoffMs(attempts, problem.retryAfter, this.ports.random);
    const tried = item.tried || !NOT_TAKEN.includes(problem.status);
    const isBehind = (one: OutboxItem) =>
      one.conversationId === item.conversationId && one.state !== "failed";
    const isNews = (one: OutboxItem) => isBehind(one) && one.state === "sending";
    const news = this.ports.load().filter(isAction).filter(isNews);
    this.write((items) => items.map((one) => (isBehind(one) ? { ...one, state: "held" } : one)));
    this.update(item.id, { ...facts, tried, nextTryAt });
    this.answerWaiting();
    for (const one of news) this.ports.onAction({ ...one, code: problem.code }, "waiting");
    return false;
  }

  private answer(id: string, taken: boolean): void {
    this.answers.get(id)?.(taken);
    this.answers.delete(id);
  }

  /** Whoever asked for an action that is held, or gone, need not wait for it. */
  private answerWaiting(): void {
    const items = this.ports.load();
    for (const id of [...this.answers.keys()])
      if (items.find((item) => item.id === id)?.state !== "sending") this.answer(id, true);
  }

  private remove(id: string): void {
    this.write((items) => items.filter((item) => item.id !== id));
    this.answerWaiting();
  }

  private update(id: string, change: Partial<Pick<OutboxItem, keyof QueuedAction & keyof QueuedText>>): void {
    this.write((items) =>
      items.map((item) => (item.id === id ? ({ ...item, ...change } as OutboxItem) : item)),
    );
  }

  private write(change: (items: readonly OutboxItem[]) => OutboxItem[]): void {
    const items = change(this.ports.load());
    this.ports.save(items);
    if (!this.stopped) this.items.set(items);
  }
}
