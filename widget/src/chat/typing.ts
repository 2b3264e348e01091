import type { Signal } from "@preact/signals";
import type { AuthorKind } from "./types";

const EVERY = 3000;
const STOPS = 4000;
const SHOWN = 6000;
const ARRIVES = 1000;

/** Tells the other side that the visitor types: at most every 3 s, and that they stopped. */
export class OwnTyping {
  #on = false;
  #told = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly tell: (on: boolean) => void) {}

  start(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.stop(), STOPS);
    if (this.#on && Date.now() - this.#told < EVERY) return;
    this.#on = true;
    this.#told = Date.now();
    this.tell(true);
  }

  stop(): void {
    clearTimeout(this.#timer);
    if (this.#on) this.tell(false);
    this.#on = false;
  }
}

type Author = { kind: AuthorKind; name: string | null };

/** Who types on the other side; forgotten when the told time is over, else after 6 s: a frame may be lost. */
export class TheirTyping {
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly shown: Signal<Author | null>) {}

  show(author: Author | null, forMs?: number): void {
    clearTimeout(this.#timer);
    this.shown.value = author;
    // What is written arrives a moment after its time: the dots stay for it.
    const shown = forMs === undefined ? SHOWN : forMs + ARRIVES;
    if (author) this.#timer = setTimeout(() => this.show(null), shown);
  }
}
