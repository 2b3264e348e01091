import { batch } from "@preact/signals";
import type { ChatState } from "./state";
import { addRows, EMPTY, hasGap, switchTo } from "./timeline";
import type { Message, Slice } from "./types";

export interface FeedOptions {
  list: (conversationId: string | null, after: number) => Promise<Slice>;
  /** These rows have arrived: nothing of theirs waits to be sent any more. */
  arrived: (rows: readonly Message[]) => void;
  /** A row came while the visitor was here, not with the history. */
  announce: (row: Message) => void;
}

/**
 * How rows get into the timeline: by the socket, by the answer to a send, and by asking for what comes after
 * the cursor. Whatever is lost or doubled on one way comes once by another.
 */
export class Feed {
  #pulling: Promise<void> | null = null;
  #again = false;
  #live = false;

  constructor(
    private readonly state: ChatState,
    private readonly options: FeedOptions,
  ) {}

  /** Another visitor: nothing of the earlier one stays. */
  startOver(): void {
    this.state.timeline.value = EMPTY;
    this.state.stream.value = this.state.typing.value = null;
    this.#live = false;
  }

  follow(conversationId: string | null): void {
    if (conversationId) this.state.timeline.value = switchTo(this.state.timeline.value, conversationId);
  }

  /** The server has taken a message: its conversation is the open one. */
  accepted(row: Message): void {
    const moved = this.state.timeline.value.conversationId !== row.conversation_id;
    this.follow(row.conversation_id);
    this.#take([row]);
    if (moved || hasGap(this.state.timeline.value)) void this.pull();
  }

  /** A row came by the socket. */
  incoming(row: Message): void {
    const { conversationId } = this.state.timeline.value;
    if (!conversationId) this.follow(row.conversation_id);
    this.#take([row]);
    // A row is missing before it, or it belongs to another conversation: the server knows which is open.
    const foreign = conversationId !== null && conversationId !== row.conversation_id;
    if (foreign || hasGap(this.state.timeline.value)) void this.pull();
  }

  /** Fetch what has not arrived. Calls during a fetch lead to one more, not to many. */
  pull(): Promise<void> {
    this.#again = true;
    this.#pulling ??= this.#pullAll();
    return this.#pulling;
  }

  async #pullAll(): Promise<void> {
    while (this.#again) {
      this.#again = false;
      try {
        while (await this.#pullSlice());
        this.state.loaded.value = true;
        this.#live = true;
      } catch {
        // The next beat of the poll, or the next connection, asks again.
      }
    }
    // In the same step as the last look at `#again`: a call in between would be forgotten.
    this.#pulling = null;
  }

  /** Answers whether there is more to fetch. */
  async #pullSlice(): Promise<boolean> {
    const { conversationId, cursor } = this.state.timeline.value;
    const slice = await this.options.list(conversationId, cursor);
    // The conversation changed while we asked: this answer speaks of the past.
    if (this.state.timeline.value.conversationId !== conversationId) return true;
    const same = slice.conversation_id === conversationId;
    if (!same) this.state.timeline.value = switchTo(this.state.timeline.value, slice.conversation_id);
    const after = same ? cursor : 0;
    this.#take(slice.messages, after);
    const reached = this.state.timeline.value.cursor;
    return reached > after && reached < slice.last_seq;
  }

  #take(rows: readonly Message[], after?: number): void {
    const { timeline, stream, typing } = this.state;
    const known = new Set(timeline.value.messages.map((row) => row.id));
    const next = addRows(timeline.value, rows, after);
    const theirs = next.messages.filter((row) => row.direction !== "inbound" && !known.has(row.id));
    const fresh = theirs.filter((row) => row.direction === "outbound");
    batch(() => {
      timeline.value = next;
      this.options.arrived(rows);
      // Also when an operator takes over: what the bot was about to say is not said.
      if (theirs.length > 0) typing.value = null;
      if (fresh.some((row) => row.id === stream.value?.id)) stream.value = null;
    });
    if (this.#live) for (const row of fresh) this.options.announce(row);
  }
}
