import { type ClientFrame, parseFrame, type ServerFrame } from "./frames";

export type LiveState = "connecting" | "open" | "waiting" | "stopped";

/** The part of WebSocket we use, so that tests can stand in for it. */
export interface SocketLike {
  send(data: string): void;
  close(code?: number): void;
  readyState: number;
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
}

export interface LiveOptions {
  fetchTicket(): Promise<string>;
  openSocket(ticket: string, cursor: string | number | null): SocketLike;
  onFrame(frame: ServerFrame): void;
  onState(state: LiveState): void;
  /** Missed frames are possible: read again what is shown. Also runs every 20 s, the hint may have been lost. */
  onResync(): void;
  /** The server sent us away because the session has ended, or is another person's role by now. */
  onSignedOut(): void;
  isVisible(): boolean;
  random?: () => number;
}

export const RESYNC_EVERY_MS = 20_000;
const PONG_WITHIN_MS = 8_000;
const WELCOME_WITHIN_MS = 10_000;
const BACKOFF_FIRST_MS = 500;
const BACKOFF_MAX_MS = 15_000;
const OPEN = 1;
const SIGNED_OUT = 4401;

/**
 * One socket that heals itself: a new single-use ticket for each attempt, resume by the cursor of the last
 * change, backoff with jitter, and a ping that notices a silent death. Frames are hints in delivery, so
 * nothing here orders messages: the thread store does, by `seq`.
 */
export class LiveSocket {
  private socket: SocketLike | null = null;
  private cursor: string | number | null = null;
  private attempts = 0;
  private stopped = true;
  private generation = 0;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private watchdog: ReturnType<typeof setTimeout> | undefined;
  private resyncTimer: ReturnType<typeof setInterval> | undefined;
  private readonly watched = new Map<string, () => number>();

  constructor(private readonly options: LiveOptions) {}

  start(): void {
    if (!this.stopped) return;
    this.stopped = false;
    this.resyncTimer = setInterval(() => this.tick(), RESYNC_EVERY_MS);
    void this.connect();
  }

  stop(): void {
    this.stopped = true;
    this.generation += 1;
    clearInterval(this.resyncTimer);
    clearTimeout(this.retryTimer);
    clearTimeout(this.watchdog);
    this.drop();
    this.options.onState("stopped");
  }

  /** Try at once: the network is back or the page is looked at again. */
  wake(): void {
    if (this.stopped) return;
    if (this.socket) {
      this.ping();
      return;
    }
    clearTimeout(this.retryTimer);
    this.attempts = 0;
    void this.connect();
  }

  /** Follow the messages of one conversation; `after` gives the last seq known when (re)connecting. */
  watch(conversationId: string, after: () => number): () => void {
    this.watched.set(conversationId, after);
    this.send({ type: "watch", conversation_id: conversationId, after: after() });
    return () => {
      if (this.watched.get(conversationId) !== after) return; // watched anew meanwhile
      this.watched.delete(conversationId);
      this.send({ type: "unwatch", conversation_id: conversationId });
    };
  }

  /** False when there is no connection: the caller decides whether it matters. */
  send(frame: ClientFrame): boolean {
    if (this.socket?.readyState !== OPEN) return false;
    this.socket.send(JSON.stringify(frame));
    return true;
  }

  private async connect(): Promise<void> {
    const generation = ++this.generation;
    this.options.onState("connecting");
    try {
      const ticket = await this.options.fetchTicket();
      if (generation !== this.generation) return;
      this.attach(this.options.openSocket(ticket, this.cursor), generation);
    } catch {
      if (generation === this.generation) this.retryLater();
    }
  }

  private attach(socket: SocketLike, generation: number): void {
    this.socket = socket;
    this.expect(WELCOME_WITHIN_MS);
    socket.onmessage = (event) => {
      if (generation !== this.generation) return;
      clearTimeout(this.watchdog);
      const frame = parseFrame(event.data);
      if (frame) this.receive(frame);
    };
    socket.onclose = ({ code }) => {
      if (generation !== this.generation) return;
      this.lost();
      if (code === SIGNED_OUT) this.options.onSignedOut();
    };
  }

  private receive(frame: ServerFrame): void {
    if ("cursor" in frame && frame.cursor != null) this.cursor = frame.cursor;
    if (frame.type === "welcome") this.welcomed();
    if (frame.type === "resync") this.options.onResync();
    this.options.onFrame(frame);
  }

  private welcomed(): void {
    this.attempts = 0;
    this.options.onState("open");
    for (const [conversationId, after] of this.watched) {
      this.send({ type: "watch", conversation_id: conversationId, after: after() });
    }
    this.options.onResync();
  }

  private tick(): void {
    this.options.onResync();
    this.ping();
  }

  private ping(): void {
    if (this.send({ type: "ping", visible: this.options.isVisible() })) this.expect(PONG_WITHIN_MS);
  }

  private expect(withinMs: number): void {
    clearTimeout(this.watchdog);
    this.watchdog = setTimeout(() => this.lost(), withinMs);
  }

  private lost(): void {
    clearTimeout(this.watchdog);
    this.generation += 1;
    this.drop();
    if (!this.stopped) this.retryLater();
  }

  private drop(): void {
    const socket = this.socket;
    this.socket = null;
    if (!socket) return;
    socket.onmessage = null;
    socket.onclose = null;
    socket.close();
  }

  private retryLater(): void {
    this.options.onState("waiting");
    const limit = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** this.attempts);
    this.attempts += 1;
    // Half fixed, half random: a restarted server is not met by all clients at once.
    const wait = limit / 2 + (this.options.random ?? Math.random)() * (limit / 2);
    clearTimeout(this.retryTimer);
    this.retryTimer = setTimeout(() => void this.connect(), wait);
  }
}
