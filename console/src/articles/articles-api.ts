import { request } from "~/api/client";

export type ArticleLocale = "ru" | "en";

export interface ArticleLine {
  id: string;
  title: string;
  slug: string;
  locale: ArticleLocale;
  category: string | null;
  position: number;
  url: string | null;
  published: boolean;
  published_at: string | null;
  /** Visitors, the last word of each. */
  helpful: number;
  unhelpful: number;
  created_at: string;
  updated_at: string;
}

export interface Article extends ArticleLine {
  markdown: string;
}

export interface ArticleDraft {
  title: string;
  slug: string;
  locale: ArticleLocale;
  category: string | null;
  position: number;
  markdown: string;
  published: boolean;
}

export interface ArticlePage {
  items: ArticleLine[];
  next_cursor: string | null;
  categories: string[];
}

export interface Wanted {
  locale: string;
  category: string;
  status: string;
}

export interface Span {
  text: string;
  strong?: boolean;
  emphasis?: boolean;
  code?: boolean;
  href?: string;
}

export type Block =
  | { kind: "heading"; level: number; spans: Span[] }
  | { kind: "paragraph"; spans: Span[] }
  | { kind: "list"; ordered: boolean; start: number; items: Block[][] }
  | { kind: "quote"; blocks: Block[] }
  | { kind: "code"; text: string }
  | { kind: "table"; head: Span[][]; rows: Span[][][] }
  | { kind: "rule" };

/** The index takes a published text first: a long one is no matter of seconds. */
const INDEXED_WITHIN_MS = 90_000;
const at = (id: string) => `/articles/${encodeURIComponent(id)}`;
const one = ({ article }: { article: Article }) => article;

export const articlesKey = ["settings", "articles"] as const;
export const articleKey = (id: string) => [...articlesKey, "one", id] as const;

export const articles = {
  list: (wanted: Wanted, cursor: string | null, signal?: AbortSignal) =>
    request<ArticlePage>("GET", "/articles", { query: { ...wanted, cursor }, signal }),
  read: (id: string, signal?: AbortSignal) =>
    request<{ article: Article }>("GET", at(id), { signal }).then(one),
  create: (body: ArticleDraft) =>
    request<{ article: Article }>("POST", "/articles", { body, timeoutMs: INDEXED_WITHIN_MS }).then(one),
  change: (id: string, body: Partial<ArticleDraft>) =>
    request<{ article: Article }>("PATCH", at(id), { body, timeoutMs: INDEXED_WITHIN_MS }).then(one),
  remove: (id: string) => request<void>("DELETE", at(id)),
  preview: (markdown: string, signal?: AbortSignal) =>
    request<{ blocks: Block[] }>("POST", "/articles/preview", { body: { markdown }, signal }).then(
      ({ blocks }) => blocks,
    ),
};
