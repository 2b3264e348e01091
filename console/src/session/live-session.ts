import type { QueryClient } from "@tanstack/react-query";
import { api } from "~/api/endpoints";
import type { Conversation, Me, Message } from "~/api/types";
import { channelKeys } from "~/channels/keys";
import { deliveryKeys } from "~/deliveries/keys";
import { ConversationCache, keys } from "~/inbox/cache";
import { atMostEvery } from "~/lib/calm";
import { alone, followStored, readStored, writeStored } from "~/lib/storage";
import { createStore } from "~/lib/store";
import type { ServerFrame } from "~/live/frames";
import { LiveSocket, type LiveState, type SocketLike } from "~/live/socket";
import { TeamNews } from "~/live/team";
import { TypingStore } from "~/live/typing";
import { Outbox } from "~/thread/outbox";
import {
  type ActionOutcome,
  expectedOf,
  isAction,
  type OutboxItem,
  type QueuedAction,
} from "~/thread/outbox-item";
import { Threads } from "~/thread/threads";

/** Where customers neither change what they have said nor react to anything. */
const OWN_CHANNEL = "widget";
/** How long a `message` frame may take after the `change` that tells of it. */
const FRAME_GRACE_MS = 300;
/** However much happens: counting costs the server more than a line. */
const COUNT_EVERY_MS = 10_000;

function openSocket(ticket: string, cursor: string | number | null): SocketLike {
  const url = new URL("/api/v1/ws", location.href);
  url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  url.searchParams.set("ticket", ticket);
  if (cursor !== null) url.searchParams.set("after", String(cursor));
  return new WebSocket(url) as unknown as SocketLike;
}

/** Everything that lives as long as one user is signed in: caches, socket, texts on their way. */
export class LiveSession {
  readonly cache: ConversationCache;
  readonly threads: Threads;
  readonly outbox: Outbox;
  readonly socket: LiveSocket;
  readonly typing = new TypingStore();
  readonly connection = createStore<LiveState>("connecting");
  /** What the page does about a message that came by itself; set by the page. */
  onInbound: (message: Message) => void = () => {};
  /** What the page says of an action; set by the page. */
  onAction: (item: QueuedAction, outcome: ActionOutcome) => void = () => {};
  private readonly team: TeamNews;
  /** The page counts when it opens, so the first time is now. */
  private readonly countAgain = atMostEvery(
    COUNT_EVERY_MS,
    () => {
      void this.queries.invalidateQueries({ queryKey: keys.counts });
      void this.queries.invalidateQueries({ queryKey: deliveryKeys.all });
    },
    Date.now(),
  );
  private watching: string | null = null;
  private readonly stops: (() => void)[] = [];

  constructor(
    private readonly queries: QueryClient,
    readonly me: Me,
  ) {
    this.team = new TeamNews(queries);
    this.cache = new ConversationCache(queries, me.user.id);
    this.threads = new Threads((id, query) => api.messages(id, query));
    const outboxKey = `outbox.${me.user.id}`;
    this.outbox = new Outbox({
      send: (item) => this.send(item),
      onAction: (item, outcome) => this.onAction(item, outcome),
      load: () => readStored<OutboxItem[]>(outboxKey, []),
      save: (items) => writeStored(outboxKey, items.length ? items : undefined),
      follow: (changed) => followStored(outboxKey, changed),
      alone: (name, work) => alone(`${outboxKey}.${name}`, work),
    });
    this.socket = new LiveSocket({
      fetchTicket: async () => (await api.ticket()).ticket,
      openSocket,
      onFrame: (frame) => this.receive(frame),
      onState: (state) => this.connection.set(state),
      onResync: () => this.resync(),
      isVisible: () => document.visibilityState === "visible",
      onSignedOut: () => void queries.invalidateQueries({ queryKey: keys.me }),
    });
  }

  start(): void {
    const expect = () => this.cache.expect(expectedOf(this.outbox.items.get()));
    this.stops.push(this.outbox.items.subscribe(expect));
    this.outbox.start();
    this.socket.start();
    const wake = () => {
      this.socket.wake();
      this.outbox.retryNow();
    };
    const look = () => {
      if (document.visibilityState === "visible") this.socket.wake();
    };
    window.addEventListener("online", wake);
    document.addEventListener("visibilitychange", look);
    this.stops.push(
      () => window.removeEventListener("online", wake),
      () => document.removeEventListener("visibilitychange", look),
    );
  }

  stop(): void {
    for (const stop of this.stops.splice(0)) stop();
    this.countAgain.stop();
    this.team.stop();
    this.socket.stop();
    this.outbox.stop();
    this.typing.clear();
  }

  /** Follow one conversation while its page is open. */
  watch(conversationId: string): () => void {
    const thread = this.threads.get(conversationId);
    this.watching = conversationId;
    const unwatch = this.socket.watch(conversationId, () => thread.state.get().lastSeq);
    return () => {
      if (this.watching === conversationId) this.watching = null;
      unwatch();
    };
  }

  private async send(item: OutboxItem): Promise<void> {
    const { conversationId, id } = item;
    if (isAction(item)) return this.cache.apply(await api.act(conversationId, item.verb, item.body, id));
    const { text, kind, template, files } = item;
    const attachments = files?.length ? { attachments: files.map((file) => file.id) } : {};
    const words = template ? { content: { template } } : { text, ...attachments };
    const message = await api.send(conversationId, { ...words, kind, client_message_id: id });
    this.threads.get(conversationId).receive([message]);
  }

  private receive(frame: ServerFrame): void {
    switch (frame.type) {
      case "change":
        this.receiveChange(frame.conversation);
        this.countAgain();
        return;
      case "gone":
        this.cache.remove(frame.conversation_id);
        this.countAgain();
        return;
      case "team":
        this.team.hear(frame.what);
        return;
      case "channel":
        void this.queries.invalidateQueries({ queryKey: channelKeys.all });
        return;
      case "message":
        this.receiveMessage(frame.message);
        return;
      case "typing":
        this.typing.note(frame.conversation_id, frame.author, frame.on);
        return;
      case "seen":
        this.cache.patch(frame.conversation_id, { customer_seen_seq: frame.seq });
        return;
      case "presence":
        if (frame.online) void this.queries.invalidateQueries({ queryKey: keys.members });
        return;
      default:
        return;
    }
  }

  private receiveChange(conversation: Conversation): void {
    const { id, last_seq, customer, channel } = conversation;
    this.cache.hear(conversation);
    const thread = this.threads.peek(id);
    const isNews = last_seq > (thread?.state.get().lastSeq ?? 0);
    thread?.announce(last_seq);
    if (id !== this.watching) return;
    // The rows themselves come as `message`; a row lost on the way is read by the resync, or right here.
    if (isNews) setTimeout(() => thread?.fillGap(), FRAME_GRACE_MS);
    else void thread?.refreshEnd(channel.type !== OWN_CHANNEL);
    void this.queries.invalidateQueries({ queryKey: keys.customer(customer.id) });
  }

  private receiveMessage(message: Message): void {
    const thread = this.threads.get(message.conversation_id);
    const isNews = message.seq > (thread.state.get().messages.at(-1)?.seq ?? 0);
    thread.receive([message]);
    if (message.client_message_id) this.outbox.confirmed(message.client_message_id);
    if (message.direction === "inbound") this.typing.note(message.conversation_id, message.author, false);
    if (isNews && message.direction === "inbound") this.onInbound(message);
  }

  /** Read again what is shown: a frame may have been lost on the way. */
  private resync(): void {
    this.cache.forgetGone();
    void this.queries.invalidateQueries({ queryKey: keys.lists });
    this.countAgain();
    if (!this.watching) return;
    void this.queries.invalidateQueries({ queryKey: keys.conversation(this.watching) });
    void this.threads.get(this.watching).catchUp();
    void this.threads.get(this.watching).refreshEnd();
  }
}
