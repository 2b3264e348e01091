import { signal } from "@preact/signals";
import { backoff, Pause } from "./backoff";
import { asProblem, type Problem } from "./problem";
import type { Store } from "./storage";
import type { Attachment, Message, SendBody } from "./types";

export interface Outgoing {
  body: SendBody;
  /** What the visitor sees while it is on its way: the text, or the label of the pressed button. */
  text: string;
  attachments?: readonly Attachment[];
  created_at: string;
  state: "waiting" | "sending" | "retrying" | "failed";
  /** The reason of the last failure, a code of `texts/`. */
  reason: string | null;
}

interface Options {
  send: (body: SendBody) => Promise<Message>;
  accepted: (message: Message) => void;
  store: Store;
  random?: () => number;
}

const KEY = "out:";

/**
 * Messages on their way: shown at once, sent one after another (the next only when the one before is accepted,
 * so the server's order is the visitor's), kept in storage until the server has them. The same
 * `client_message_id` goes with every try, so a repeat after a lost answer, a reload or from a second tab is
 * never a second message.
 */
export class Outbox {
  readonly items = signal<readonly Outgoing[]>([]);
  #pause = new Pause();
  #draining = false;

  constructor(private readonly options: Options) {
    const kept = options.store.keys().filter((key) => key.startsWith(KEY));
    const items = kept.map((key) => parseKept(options.store.get(key))).filter((item) => item !== null);
    this.items.value = items.sort((a, b) => a.created_at.localeCompare(b.created_at));
  }

  add(body: SendBody, text: string, attachments: readonly Attachment[] = [], now = new Date()): void {
    const item: Outgoing = {
      body,
      text,
      attachments,
      created_at: now.toISOString(),
      state: "waiting",
      reason: null,
    };
    this.options.store.set(KEY + body.client_message_id, JSON.stringify(item));
    this.items.value = [...this.items.value, item];
    void this.drain();
  }

  /** Try again now: by the visitor's hand, or because the network is back. */
  retry(id?: string): void {
    if (id) this.#change(id, { state: "waiting", reason: null });
    this.#pause.wake();
    void this.drain();
  }

  /** Take back what was refused; answers what had been typed, for the composer. */
  discard(id: string): string {
    const body = this.items.value.find((item) => item.body.client_message_id === id)?.body;
    this.settle([id]);
    return body && "text" in body ? (body.text ?? "") : "";
  }

  /** These have arrived, whoever brought the news: the answer, the socket, another tab. */
  settle(ids: readonly (string | null)[]): void {
    const gone = this.items.value.filter((item) => ids.includes(item.body.client_message_id));
    if (gone.length === 0) return;
    for (const item of gone) this.options.store.set(KEY + item.body.client_message_id, null);
    this.items.value = this.items.value.filter((item) => !gone.includes(item));
    // It may be the one whose next try is waited for.
    this.#pause.wake();
  }

  async drain(): Promise<void> {
    if (this.#draining) return;
    this.#draining = true;
    let failures = 0;
    for (let item = this.#next(); item; item = this.#next()) {
      const problem = await this.#try(item, failures);
      if (!problem) {
        failures = 0;
        continue;
      }
      failures += 1;
      await this.#pause.wait(backoff(failures, problem.retryAfter, this.options.random));
    }
    this.#draining = false;
  }

  /** Answers the problem when the same message is to be tried again. */
  async #try({ body }: Outgoing, failures: number): Promise<Problem | null> {
    const id = body.client_message_id;
    // A repeated try keeps the look of a failed one: no flicker between the two.
    if (failures === 0) this.#change(id, { state: "sending", reason: null });
    try {
      const message = await this.options.send(body);
      this.options.accepted(message);
      this.settle([id]);
      return null;
    } catch (error) {
      const problem = asProblem(error);
      this.#change(id, { state: problem.retryable ? "retrying" : "failed", reason: problem.code });
      if (problem.retryable) return problem;
      // Refused for good: it stays on the screen, a reload does not send it again.
      this.options.store.set(KEY + id, null);
      return null;
    }
  }

  #next(): Outgoing | undefined {
    return this.items.value.find((item) => item.state !== "failed");
  }

  #change(id: string, change: Partial<Outgoing>): void {
    this.items.value = this.items.value.map((item) =>
      item.body.client_message_id === id ? { ...item, ...change } : item,
    );
  }
}

function parseKept(text: string | null): Outgoing | null {
  try {
    const item = JSON.parse(text ?? "") as Outgoing;
    return item.body.client_message_id ? { ...item, state: "waiting", reason: null } : null;
  } catch {
    return null;
  }
}
