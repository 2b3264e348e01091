import type { Article, ArticleDraft } from "./articles-api";

export const NEW_ARTICLE: ArticleDraft = {
  title: "",
  slug: "",
  locale: "ru",
  category: null,
  position: 0,
  markdown: "",
  published: false,
};

export const LAST = 1_000_000;

export function draftOf(article: Article): ArticleDraft {
  const { title, slug, locale, category, position, markdown, published } = article;
  return { title, slug, locale, category, position, markdown, published };
}

export type Fault = "title" | "slug" | "text" | "position";

/** Why an article cannot be saved as it stands; the api would say the same. */
export function faultOf({ title, slug, markdown, position, published }: ArticleDraft): Fault | null {
  if (!title.trim()) return "title";
  if (!/^[a-z0-9][a-z0-9-]{0,99}$/.test(slug)) return "slug";
  if (!Number.isInteger(position) || position < 0 || position > LAST) return "position";
  return published && !markdown.trim() ? "text" : null;
}

export function toSend(draft: ArticleDraft): ArticleDraft {
  return { ...draft, title: draft.title.trim(), category: draft.category?.trim() || null };
}

const LATIN: Record<string, string> = {
  ...{ а: "a", б: "b", в: "v", г: "g", д: "d", е: "e", ё: "e", ж: "zh", з: "z", и: "i", й: "y" },
  ...{ к: "k", л: "l", м: "m", н: "n", о: "o", п: "p", р: "r", с: "s", т: "t", у: "u", ф: "f" },
  ...{ х: "h", ц: "ts", ч: "ch", ш: "sh", щ: "sch", ъ: "", ы: "y", ь: "", э: "e", ю: "yu", я: "ya" },
};

/** The words of a title as an address writes them. */
export function slugOf(title: string): string {
  const latin = [...title.toLowerCase()].map((letter) => LATIN[letter] ?? letter).join("");
  return latin
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, 100)
    .replaceAll(/^-+|-+$/g, "");
}
