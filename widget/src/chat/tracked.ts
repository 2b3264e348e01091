import { asProblem } from "./problem";
import type { PageEvent } from "./types";

// A page that tells of each movement of the mouse is not ours to carry.
const MOST = 200;

function parse(text: unknown): Omit<PageEvent, "id"> | null {
  try {
    const [name, data = {}] = JSON.parse(String(text));
    return typeof name === "string" && typeof data === "object" && data && !Array.isArray(data)
      ? { name, data }
      : null;
  } catch {
    return null;
  }
}

/** What the host page has told by `omni('track', …)`, on its way to the server: in order, each once. */
export class Tracked {
  #waiting: PageEvent[] = [];
  #heard = 0;
  #sending = false;

  constructor(
    private readonly send: (event: PageEvent) => Promise<void>,
    private readonly makeId: () => string,
  ) {}

  /** All events of the page up to now: those that are new here wait. */
  hear(events: readonly string[]): void {
    for (const text of events.slice(this.#heard, MOST)) {
      const event = parse(text);
      if (event) this.#waiting.push({ id: this.makeId(), ...event });
      else console.warn("omni: track needs a name, and an object or nothing");
    }
    this.#heard = Math.max(this.#heard, events.length);
  }

  /** Send what waits. What the server refuses is gone; what it could not be asked waits for the next call. */
  async drain(): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    for (let event = this.#waiting[0]; event; event = this.#waiting[0]) {
      try {
        await this.send(event);
      } catch (error) {
        const { status } = asProblem(error);
        if (status === 0 || status === 401 || status === 429 || status >= 500) break;
        console.warn(`omni: the server refused the event "${event.name}"`);
      }
      this.#waiting.shift();
    }
    this.#sending = false;
  }
}
