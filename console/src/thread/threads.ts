import type { Message, MessagePage } from "~/api/types";
import { createStore, type Store } from "~/lib/store";
import {
  emptyThread,
  firstSeq,
  gapAfter,
  mergeMessages,
  noteLastSeq,
  settledSeq,
  type ThreadState,
} from "./store";

export const PAGE = 80;
const KEEP_THREADS = 40;
const TAIL = 30;

function isUnsettled({ direction, status }: Message): boolean {
  return direction === "outbound" && ["pending", "sending", "uncertain"].includes(status ?? "");
}

export type FetchMessages = (id: string, query: { after: number; limit: number }) => Promise<MessagePage>;

/** One conversation's rows, kept in step with the server by cursor. */
export class Thread {
  readonly state: Store<ThreadState>;
  readonly error: Store<unknown>;
  readonly loadingOlder: Store<boolean>;
  private wanted = false;
  private running: Promise<void> | null = null;

  constructor(
    readonly conversationId: string,
    private readonly fetchMessages: FetchMessages,
  ) {
    this.state = createStore(emptyThread(conversationId));
    this.error = createStore<unknown>(null);
    this.loadingOlder = createStore(false);
  }

  /** Rows from the socket or from an answer; what lies between them and ours is fetched. */
  receive(messages: readonly Message[]): void {
    if (!this.state.get().loaded) {
      // The first page is on its way: without it we could not tell a hole from what was never asked for.
      const last = Math.max(0, ...messages.map((message) => message.seq));
      this.state.set((state) => noteLastSeq(state, last));
      void this.catchUp();
      return;
    }
    this.state.set((state) => mergeMessages(state, messages));
    this.fillGap();
  }

  /** Read only if rows are known to be missing. */
  fillGap(): void {
    if (gapAfter(this.state.get()) !== null) void this.catchUp();
  }

  /** The server's list row says how far the conversation is. */
  announce(lastSeq: number): void {
    this.state.set((state) => noteLastSeq(state, lastSeq));
  }

  /**
   * Read until nothing is missing. A call while a read is under way makes it read once more: what the
   * caller heard of may have come after that read looked.
   */
  catchUp(): Promise<void> {
    this.wanted = true;
    this.running ??= this.run().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  /**
   * Read the end again if something there may still change: deliveries are told by the same rows, which the
   * socket, that goes by seq, does not send twice. `mayDiffer`: what was said may have changed as well, by an edit or
   * a reaction of the customer.
   */
  async refreshEnd(mayDiffer = false): Promise<void> {
    const { messages } = this.state.get();
    const end = messages.slice(-TAIL);
    if (end.length === 0 || !(mayDiffer || end.some(isUnsettled))) return;
    try {
      const after = (end[0]?.seq ?? 1) - 1;
      const page = await this.fetchMessages(this.conversationId, { after, limit: TAIL });
      this.state.set((now) => mergeMessages(now, page.messages, page.last_seq));
    } catch {
      // What is shown stays; the next sign or the 20 s resync reads again.
    }
  }

  /** The page before the first loaded row. */
  async loadOlder(): Promise<void> {
    const state = this.state.get();
    const before = firstSeq(state) - 1;
    if (!state.loaded || before < 1 || this.loadingOlder.get()) return;
    this.loadingOlder.set(true);
    try {
      const after = Math.max(0, before - PAGE);
      const page = await this.fetchMessages(this.conversationId, { after, limit: before - after });
      this.state.set((now) => mergeMessages(now, page.messages, page.last_seq));
    } catch (error) {
      this.error.set(error);
    } finally {
      this.loadingOlder.set(false);
    }
  }

  private async run(): Promise<void> {
    while (this.wanted) {
      this.wanted = false;
      try {
        await this.read();
        this.error.set(null);
      } catch (error) {
        this.error.set(error);
        return;
      }
    }
  }

  private async read(): Promise<void> {
    const before = this.state.get();
    const after = before.loaded ? settledSeq(before) : Math.max(0, before.lastSeq - PAGE);
    const page = await this.fetchMessages(this.conversationId, { after, limit: before.loaded ? 200 : PAGE });
    this.state.set((state) => mergeMessages(state, page.messages, page.last_seq));
    const gap = gapAfter(this.state.get());
    // Only while it helps: a row that the server does not give must not make us ask forever.
    if (gap !== null && gap > after) this.wanted = true;
  }
}

/** The threads of this session; the longest unused are dropped. */
export class Threads {
  private readonly open = new Map<string, Thread>();

  constructor(private readonly fetchMessages: FetchMessages) {}

  get(conversationId: string): Thread {
    const thread = this.open.get(conversationId) ?? new Thread(conversationId, this.fetchMessages);
    this.open.delete(conversationId);
    this.open.set(conversationId, thread);
    if (this.open.size > KEEP_THREADS) this.open.delete(this.open.keys().next().value as string);
    return thread;
  }

  /** Only if it has been looked at; does not count as a use. */
  peek(conversationId: string): Thread | undefined {
    return this.open.get(conversationId);
  }
}
