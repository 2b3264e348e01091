/** Why a request was not done. `code` is for machines, the words for people are chosen by it in `texts/`. */
export class Problem extends Error {
  constructor(
    readonly code: string,
    readonly status: number,
    /** Milliseconds the server asked us to wait, from Retry-After. */
    readonly retryAfter: number | null = null,
  ) {
    super(`${code} (${status})`);
  }

  /** The same request may succeed later: no network, a timeout, an overloaded or restarting server. */
  get retryable(): boolean {
    return (
      this.status === 0 ||
      this.status === 408 ||
      this.status === 425 ||
      this.status === 429 ||
      this.status >= 500
    );
  }
}

export function asProblem(error: unknown): Problem {
  return error instanceof Problem ? error : new Problem("network", 0);
}

/** Retry-After is seconds or a date; what is neither, or lies in the past, asks for nothing. */
export function parseRetryAfter(value: string | null, now: number): number | null {
  if (!value) return null;
  const wait = /^\d+$/.test(value.trim()) ? Number(value) * 1000 : Date.parse(value) - now;
  return wait > 0 ? wait : null;
}
