import { asProblem } from "./problem";
import type { Store } from "./storage";
import type { Transport } from "./transport";
import type { SessionAnswer, SessionRequest } from "./types";

const TOKEN = "token";

/** One tab at a time: two tabs opened together must not become two visitors. */
async function exclusively<T>(name: string, action: () => Promise<T>): Promise<T> {
  const locks = navigator.locks as LockManager | undefined;
  return locks ? await locks.request(name, action) : await action();
}

/** Who this visitor is: an opaque token, kept for this browser and this tenant, renewed when it is refused. */
export class Session {
  #opening: Promise<SessionAnswer> | null = null;

  constructor(
    private readonly transport: Transport,
    private readonly store: Store,
    private readonly lock: string,
    private readonly request: () => SessionRequest,
  ) {}

  get token(): string | null {
    return this.store.get(TOKEN);
  }

  /** Begin or resume; a token the server no longer knows is replaced. Concurrent calls share one request. */
  open(): Promise<SessionAnswer> {
    this.#opening ??= exclusively(this.lock, () => this.#ask()).finally(() => {
      this.#opening = null;
    });
    return this.#opening;
  }

  /** `refused` got a 401: forget it, unless another tab or call has already put a new one in its place. */
  drop(refused: string): void {
    if (this.token === refused) this.store.set(TOKEN, null);
  }

  async #ask(): Promise<SessionAnswer> {
    const earlier = this.token;
    let answer: SessionAnswer;
    try {
      answer = await this.transport.openSession(
        earlier ? { ...this.request(), visitor_token: earlier } : this.request(),
      );
    } catch (error) {
      if (!earlier || asProblem(error).status !== 401) throw error;
      answer = await this.transport.openSession(this.request());
    }
    this.store.set(TOKEN, answer.visitor_token);
    return answer;
  }
}
