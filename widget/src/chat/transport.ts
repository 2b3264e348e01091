import type {
  ClientFrame,
  IdentityFields,
  Message,
  PageEvent,
  SendBody,
  ServerFrame,
  SessionAnswer,
  SessionRequest,
  Slice,
} from "./types";

export interface LinkHandlers {
  /** The seq up to which everything has arrived, read at each connection. */
  after: () => number;
  frame: (frame: ServerFrame) => void;
  /** `up`: connected and welcomed. `problem`: why the last try failed. */
  state: (up: boolean, problem?: unknown) => void;
}

/** A live connection that reconnects by itself until it is closed. */
export interface Link {
  send(frame: ClientFrame): void;
  /** Do not wait for the next try: the network or the visitor is back. */
  wake(): void;
  close(): void;
}

/** The server as the chat knows it; refusals and failures are `Problem`s. */
export interface Transport {
  openSession(request: SessionRequest): Promise<SessionAnswer>;
  send(token: string, body: SendBody): Promise<Message>;
  list(token: string, conversationId: string | null, after: number): Promise<Slice>;
  identify(token: string, fields: IdentityFields): Promise<void>;
  track(token: string, event: PageEvent): Promise<void>;
  connect(token: string, handlers: LinkHandlers): Link;
}
