import type {
  Article,
  ArticleList,
  ClientFrame,
  Conversation,
  FilledForm,
  IdentityFields,
  Message,
  PageEvent,
  SendBody,
  ServerFrame,
  SessionAnswer,
  SessionRequest,
  Slice,
  StoredFile,
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
  upload(
    token: string,
    file: File,
    voice: boolean,
    told: (share: number) => void,
    signal: AbortSignal,
  ): Promise<StoredFile>;
  /** A file of the visitor's conversations, with a fresh address. */
  file(token: string, id: string): Promise<StoredFile>;
  conversations(token: string): Promise<Conversation[]>;
  rate(token: string, conversationId: string, score: number, comment?: string): Promise<Conversation>;
  fillForm(token: string, form: FilledForm): Promise<{ message: Message; next_open: string | null }>;
  articles(locale: string, query: string, category: string): Promise<ArticleList>;
  article(id: string): Promise<Article>;
  judge(token: string, articleId: string, helpful: boolean): Promise<void>;
  connect(token: string, handlers: LinkHandlers): Link;
}
