import { Problem, parseRetryAfter } from "./problem";
import { connectSocket } from "./socket";
import type { Transport } from "./transport";
import type { Article, ArticleList, Conversation, Message, SessionAnswer, Slice, StoredFile } from "./types";

const TIMEOUT = 15_000;
const API = "/api/v1/widget";

interface Call {
  token?: string;
  body?: unknown;
  query?: Record<string, string>;
}

async function problemOf(response: Response): Promise<Problem> {
  const detail = (await response.json().catch(() => null)) as { code?: string } | null;
  const wait = parseRetryAfter(response.headers.get("retry-after"), Date.now());
  return new Problem(detail?.code ?? `http_${response.status}`, response.status, wait);
}

/** One request of the widget's API: no cookies, the token in the header, an answer within 15 s. */
export async function request<T>(path: string, { token, body, query }: Call): Promise<T> {
  const headers: Record<string, string> = {};
  if (token) headers.authorization = `Bearer ${token}`;
  if (body !== undefined) headers["content-type"] = "application/json";
  let response: Response;
  try {
    response = await fetch(`${API}${path}${query ? `?${new URLSearchParams(query)}` : ""}`, {
      method: body === undefined ? "GET" : "POST",
      headers,
      body: body === undefined ? null : JSON.stringify(body),
      credentials: "omit",
      cache: "no-store",
      signal: AbortSignal.timeout(TIMEOUT),
    });
  } catch {
    throw new Problem("network", 0);
  }
  if (!response.ok) throw await problemOf(response);
  if (response.status === 204) return undefined as T;
  return (await response.json().catch(() => {
    throw new Problem("network", 0);
  })) as T;
}

const part = encodeURIComponent;

export function httpTransport(slug: string): Transport {
  const articles = `/${part(slug)}/articles`;
  return {
    openSession: (body) => request<SessionAnswer>(`/${part(slug)}/sessions`, { body }),
    async upload(token, file, voice, told, signal) {
      // Fetched with the first file.
      const { uploadFile } = await import("./views");
      const query = new URLSearchParams({ name: file.name, ...(voice ? { voice: "true" } : {}) });
      return uploadFile(`${API}/files?${query}`, token, file, told, signal);
    },
    file: async (token, id) => (await request<{ file: StoredFile }>(`/files/${part(id)}`, { token })).file,
    conversations: async (token) =>
      (await request<{ items: Conversation[] }>("/conversations", { token })).items,
    rate: async (token, id, score, comment) => {
      const body = { score, ...(comment ? { comment } : {}) };
      const answer = await request<{ conversation: Conversation }>(`/conversations/${part(id)}/csat`, {
        token,
        body,
      });
      return answer.conversation;
    },
    fillForm: (token, body) => request("/form", { token, body }),
    articles: (locale, q, category) => {
      const query = { locale, ...(q ? { q } : {}), ...(category ? { category } : {}) };
      return request<ArticleList>(articles, { query });
    },
    article: async (id) => (await request<{ article: Article }>(`${articles}/${part(id)}`, {})).article,
    judge: (token, id, helpful) =>
      request<void>(`${articles}/${part(id)}/feedback`, { token, body: { helpful } }),
    send: async (token, body) => (await request<{ message: Message }>("/messages", { token, body })).message,
    list: (token, conversationId, after) => {
      const query: Record<string, string> = { after: String(after) };
      if (conversationId) query.conversation_id = conversationId;
      return request<Slice>("/messages", { token, query });
    },
    identify: (token, body) => request<void>("/identify", { token, body }),
    track: (token, body) => request<void>("/events", { token, body }),
    connect: (token, handlers) =>
      connectSocket(
        async () => (await request<{ ticket: string }>("/ws-ticket", { token, body: {} })).ticket,
        handlers,
      ),
  };
}
