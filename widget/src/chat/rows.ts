import type { Outgoing } from "./outbox";
import { activePrompt, offered, type Timeline } from "./timeline";
import type { Attachment, AuthorKind, ButtonOption, Config, Message, Source } from "./types";

/** One bubble of the log, whether it is the greeting, a stored message or one on its way. */
export interface Bubble {
  kind: "bubble";
  /** The same before and after the server has accepted it, so that nothing is drawn anew. */
  key: string;
  author: AuthorKind;
  name: string | null;
  text: string;
  at: string | null;
  buttons: ButtonOption[];
  /** The buttons are those of the newest prompt, nothing was said since. */
  active: boolean;
  /** Label of the button that was pressed, among those of an earlier prompt. */
  chosen: string | null;
  sources: Source[];
  attachments: readonly Attachment[];
  seq: number | null;
  /** First and last of a run of bubbles by one author: the name stands on the first, the time on the last. */
  first: boolean;
  last: boolean;
  outgoing: Outgoing | null;
}

export type Row =
  | Bubble
  | { kind: "day"; key: string; at: string }
  | { kind: "event"; key: string; text: string; at: string | null }
  | { kind: "line"; key: string; text: "log.earlier" | "log.forgotten" };

export interface RowSource {
  config: Config | null;
  timeline: Timeline;
  /** The server no longer knows who this visitor was: there was more than the log shows. */
  forgotten: boolean;
  outgoing: readonly Outgoing[];
  /** A streamed draft of the answer that is being written. */
  draft: { id: string; text: string } | null;
  /** What the widget had said unasked, and the visitor has not yet answered. */
  opening?: string | null;
  /** What the workspace says while nobody is there. */
  away?: string | null;
}

const RUN_GAP = 5 * 60_000;
// What happens behind the counter is not the visitor's business.
const INTERNAL = new Set(["assigned", "snoozed"]);

/** Which of `buttons` the customer's next message pressed, or said in the same words. */
function chosenLabel(buttons: readonly ButtonOption[], following: readonly Message[]): string | null {
  const answer = following.find((row) => row.direction === "inbound");
  const pressed = buttons.find(
    ({ id, label }) => (id && id === answer?.content.button) || label === answer?.text,
  );
  return pressed?.label ?? null;
}

function fromMessage(row: Message, active: boolean, following: readonly Message[]): Bubble {
  const buttons = offered(row.content);
  return {
    kind: "bubble",
    key: row.client_message_id ?? row.id,
    author: row.direction === "inbound" ? "customer" : row.author.kind,
    name: row.author.name,
    text: row.text,
    at: row.created_at,
    buttons,
    active,
    chosen: active ? null : chosenLabel(buttons, following),
    sources: row.content.sources ?? [],
    attachments: row.attachments ?? [],
    seq: row.seq,
    first: true,
    last: true,
    outgoing: null,
  };
}

function plain(key: string, author: AuthorKind, text: string, more: Partial<Bubble>): Bubble {
  const none = {
    name: null,
    at: null,
    buttons: [],
    active: false,
    chosen: null,
    sources: [],
    attachments: [],
    seq: null,
    outgoing: null,
  };
  return { kind: "bubble", key, author, text, first: true, last: true, ...none, ...more };
}

function greeting({ config, timeline, outgoing }: RowSource): Bubble[] {
  if (!config?.greeting) return [];
  const { text, buttons } = config.greeting;
  const rows = [...timeline.earlier, ...timeline.messages];
  const answered =
    rows.some((row) => row.direction !== "event") || outgoing.some((item) => item.state !== "failed");
  const chosen = answered ? (chosenLabel(buttons, rows) ?? chosenOutgoing(buttons, outgoing)) : null;
  return [plain("greeting", "scenario", text, { buttons, active: !answered, chosen })];
}

function chosenOutgoing(buttons: readonly ButtonOption[], outgoing: readonly Outgoing[]): string | null {
  const body = outgoing[0]?.body;
  return buttons.find(({ id }) => body && "button" in body && body.button === id)?.label ?? null;
}

function stored(rows: readonly Message[], prompt: string | null): Row[] {
  const drawn: Row[] = [];
  rows.forEach((row, at) => {
    if (row.direction !== "event") {
      const following = offered(row.content).length ? rows.slice(at + 1) : [];
      drawn.push(fromMessage(row, row.id === prompt, following));
    } else if (!INTERNAL.has(row.content.event?.type ?? "") && row.text) {
      drawn.push({ kind: "event", key: row.id, text: row.text, at: row.created_at });
    }
  });
  return drawn;
}

/** A line before the first bubble of each day; a conversation of today alone needs none. */
function withDays(rows: readonly Row[]): Row[] {
  let today = new Date().toDateString();
  return rows.flatMap((row) => {
    const at = row.kind === "line" || row.kind === "day" ? null : row.at;
    const date = at ? new Date(at).toDateString() : today;
    if (!at || date === today) return [row];
    today = date;
    return [{ kind: "day" as const, key: `day:${row.key}`, at }, row];
  });
}

function isRun(one: Row | undefined, next: Row | undefined): boolean {
  if (one?.kind !== "bubble" || next?.kind !== "bubble") return false;
  const gap = one.at && next.at ? Date.parse(next.at) - Date.parse(one.at) : 0;
  return one.author === next.author && one.name === next.name && gap < RUN_GAP;
}

/** Everything the log shows, top to bottom. */
export function buildRows(source: RowSource): Row[] {
  const { timeline, forgotten, outgoing, draft, opening, away } = source;
  const pending = outgoing.some((item) => item.state !== "failed");
  const prompt = pending ? null : activePrompt(timeline.messages);
  const known = new Set(timeline.messages.map((row) => row.client_message_id));
  const rows: Row[] = forgotten ? [{ kind: "line", key: "forgotten", text: "log.forgotten" }] : [];
  rows.push(...greeting(source), ...stored(timeline.earlier, null));
  if (timeline.earlier.length) {
    rows.push({ kind: "line", key: `earlier:${timeline.conversationId}`, text: "log.earlier" });
  }
  rows.push(...stored(timeline.messages, prompt));
  if (draft && !timeline.messages.some((row) => row.id === draft.id)) {
    rows.push(plain(draft.id, "assistant", draft.text, {}));
  }
  if (away) rows.push({ kind: "event", key: "away", text: away, at: null });
  if (opening) rows.push(plain("opening", "scenario", opening, {}));
  for (const item of outgoing) {
    const id = item.body.client_message_id;
    const { text, created_at: at, attachments = [] } = item;
    if (!known.has(id)) rows.push(plain(id, "customer", text, { at, attachments, outgoing: item }));
  }
  return withDays(rows).map((row, at, all) =>
    row.kind === "bubble" ? { ...row, first: !isRun(all[at - 1], row), last: !isRun(row, all[at + 1]) } : row,
  );
}
