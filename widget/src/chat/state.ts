import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { type Appearance, checkedAppearance } from "../shared/appearance";
import type { ViewName } from "../shared/protocol";
import type { Outgoing } from "./outbox";
import { buildRows } from "./rows";
import type { Store } from "./storage";
import { EMPTY, operatorNow, type Timeline } from "./timeline";
import type { AuthorKind, Config, Conversation, Features, FormKind } from "./types";

/** idle: not asked for yet · opening · ready · failed: tried again by itself · gone: no such tenant. */
export type Phase = "idle" | "opening" | "ready" | "failed" | "gone";

const TEXT_MAX = 8000;
const SEEN = "seen";

/** Everything the components draw. Changed by `Chat` and its parts only. */
export class ChatState {
  readonly phase = signal<Phase>("idle");
  readonly config = signal<Config | null>(null);
  readonly timeline = signal<Timeline>(EMPTY);
  /** The rows there were at the start have arrived. */
  readonly loaded = signal(false);
  /** The server no longer knows who this visitor was, and what they said. */
  readonly forgotten = signal(false);
  readonly open = signal(false);
  /** Counts up when the composer shall take the focus. */
  readonly focus = signal(0);
  /** What the host page overrules of the tenant's look. */
  readonly overruled = signal<Partial<Appearance>>({});
  /** What is shown below the header. */
  readonly view = signal<{ name: ViewName; id?: string }>({ name: "chat" });
  /** What the server says of the present conversation besides its rows. */
  readonly conversation = signal<Conversation | null>(null);
  /** The visitor wants a new conversation: the next message begins it. */
  readonly anew = signal(false);
  /** Of the opening that brought the visitor here, until his next message has answered it. */
  readonly opening = signal<string | null>(null);
  /** A form was filled in: when somebody answers, null of "now". */
  readonly filled = signal<{ next_open: string | null } | null>(null);
  readonly draft: Signal<string>;
  readonly typing = signal<{ kind: AuthorKind; name: string | null } | null>(null);
  /** The answer that is being written, as far as it has been streamed. */
  readonly stream = signal<{ id: string; text: string } | null>(null);
  readonly operatorsOnline = signal<boolean | null>(null);
  readonly linkUp = signal(false);
  /** The last request got an answer. */
  readonly reachable = signal(true);
  /** What the browser says of its network. */
  readonly online = signal(navigator.onLine !== false);
  readonly visible = signal(!document.hidden);
  /** `conversation:seq` up to which the visitor has seen. */
  readonly seen: Signal<string>;

  constructor(
    private readonly store: Store,
    readonly outgoing: ReadonlySignal<readonly Outgoing[]>,
  ) {
    this.draft = signal(store.get("draft") ?? "");
    this.seen = signal(store.get(SEEN) ?? "");
  }

  readonly openingText = computed(() => {
    const id = this.opening.value;
    return this.config.value?.openings?.find((each) => each.id === id)?.text ?? null;
  });
  /** The form that stands in the composer's place, if one does. */
  readonly form = computed<FormKind | null>(() => {
    const forms = this.config.value?.forms;
    const began = this.timeline.value.conversationId !== null && !this.anew.value;
    if (!forms || began || this.outgoing.value.length > 0) return null;
    return forms.offline ? "offline" : forms.pre_chat ? "pre_chat" : null;
  });
  readonly away = computed(() => {
    const { hours, away } = this.config.value ?? {};
    return hours?.open || this.operator.value ? null : away;
  });
  readonly rows = computed(() =>
    buildRows({
      config: this.config.value,
      timeline: this.timeline.value,
      forgotten: this.forgotten.value,
      outgoing: this.outgoing.value,
      draft: this.stream.value,
      opening: this.openingText.value,
      away: this.away.value,
    }),
  );
  readonly appearance = computed(() => ({
    ...checkedAppearance(this.config.value?.theme),
    ...this.overruled.value,
  }));
  readonly operator = computed(() => operatorNow(this.timeline.value.messages));
  has(feature: keyof Features): boolean {
    return this.config.value?.features?.[feature] ?? false;
  }

  /** Whether operators have read the visitor's row of this seq. */
  isRead(seq: number | null): boolean {
    const reached = this.conversation.value?.operators_seen_seq ?? 0;
    return (
      seq !== null && this.conversation.value?.id === this.timeline.value.conversationId && seq <= reached
    );
  }

  readonly textMax = computed(() => this.config.value?.limits.text_max ?? TEXT_MAX);
  readonly lastSeq = computed(() => this.timeline.value.messages.at(-1)?.seq ?? 0);
  readonly seenSeq = computed(() => {
    const [conversation, seq] = this.seen.value.split(":");
    return conversation && conversation === this.timeline.value.conversationId ? Number(seq) : 0;
  });
  readonly unread = computed(() => {
    const isNew = (seq: number) => seq > this.seenSeq.value;
    return this.timeline.value.messages.filter((row) => row.direction === "outbound" && isNew(row.seq))
      .length;
  });

  /** Everything on the screen is seen now; answers up to which seq, or null when nothing is new. */
  markSeen(): number | null {
    const { conversationId } = this.timeline.value;
    const last = this.lastSeq.value;
    if (!conversationId || !this.open.value || !this.visible.value || last <= this.seenSeq.value) return null;
    this.seen.value = `${conversationId}:${last}`;
    this.store.set(SEEN, this.seen.value);
    return last;
  }
}
