import { asProblem, type Problem } from "./problem";
import type { Session } from "./session";
import type { ChatState } from "./state";
import type { SessionAnswer } from "./types";

/** The server is away, which a refusal is not. */
export function isDown(problem: Problem): boolean {
  return problem.status === 0 || problem.status >= 500;
}

/** Requests in the visitor's name. A refused token is replaced by a new session and the request made again. */
export class Access {
  #renewing: Promise<string> | null = null;

  constructor(
    private readonly state: ChatState,
    private readonly session: Session,
    /** A session has begun or was resumed; called before anything else is done with its token. */
    private readonly begun: (answer: SessionAnswer) => void,
  ) {}

  async withToken<T>(action: (token: string) => Promise<T>): Promise<T> {
    const token = (await this.#renewing) ?? this.session.token ?? (await this.open());
    try {
      return await this.#note(() => action(token));
    } catch (error) {
      if (asProblem(error).status !== 401) throw error;
      const fresh = await this.renew(token);
      return await this.#note(() => action(fresh));
    }
  }

  /** Begin or resume the session; answers its token. */
  async open(): Promise<string> {
    const answer = await this.#note(() => this.session.open());
    this.begun(answer);
    return answer.visitor_token;
  }

  /** The server no longer knows `refused`. Whoever comes second gets the token of the first. */
  renew(refused: string): Promise<string> {
    // Also while the new token is stored but its session not yet begun here: beginning clears the timeline.
    if (this.#renewing) return this.#renewing;
    const { token } = this.session;
    if (token && token !== refused) return Promise.resolve(token);
    this.session.drop(refused);
    this.#renewing = this.open().finally(() => {
      this.#renewing = null;
    });
    return this.#renewing;
  }

  /** Whether the server can be reached follows from each request. */
  async #note<T>(action: () => Promise<T>): Promise<T> {
    try {
      const answer = await action();
      this.state.reachable.value = true;
      return answer;
    } catch (error) {
      this.state.reachable.value = !isDown(asProblem(error));
      throw error;
    }
  }
}
