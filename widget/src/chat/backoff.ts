const FIRST = 1000;
const CAP = 30_000;
// A server may ask for more than the cap, but a wrong header must not silence a chat for a day.
const LONGEST = 300_000;

/**
 * Milliseconds before try number `failures + 1`: 1, 2, 4 … 30 s, up to a fifth more so that the browsers of a
 * restarted server do not come back in one beat; never less than the server asked for.
 */
export function backoff(failures: number, retryAfter: number | null = null, random = Math.random): number {
  const wait = Math.min(CAP, FIRST * 2 ** Math.max(0, failures - 1)) * (1 + random() * 0.2);
  return Math.min(LONGEST, Math.max(wait, retryAfter ?? 0));
}

/** A wait that `wake()` cuts short: the network is back, or the visitor pressed "retry". */
export class Pause {
  #end: (() => void) | null = null;

  wait(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#end?.(), milliseconds);
      this.#end = () => {
        clearTimeout(timer);
        this.#end = null;
        resolve();
      };
    });
  }

  wake(): void {
    this.#end?.();
  }
}
