import type { Locale } from "../../shared/protocol";
import type { Article, ArticleList, Form } from "../types";

/** The tea shop's articles and form, in both languages. */
interface Help {
  articles: Article[];
  form: Form;
}

const at = "2026-11-20T09:00:00Z";
const paragraph = (text: string) => ({ kind: "paragraph" as const, spans: [{ text }] });

export const MOCK_HELP: Record<Locale, Help> = {
  ru: {
    articles: [
      {
        id: "delivery",
        title: "Доставка: сроки и стоимость",
        category: "Доставка",
        url: null,
        updated_at: at,
        blocks: [
          {
            kind: "paragraph",
            spans: [{ text: "Доставка по России стоит " }, { text: "от 290 ₽", strong: true }, { text: "." }],
          },
          { kind: "heading", level: 1, spans: [{ text: "Сроки" }] },
          {
            kind: "list",
            ordered: false,
            start: 1,
            items: [[paragraph("Курьером: 1–2 дня")], [paragraph("Почтой: 5–14 дней")]],
          },
          {
            kind: "table",
            head: [[{ text: "Способ" }], [{ text: "Цена" }]],
            rows: [[[{ text: "Курьер" }], [{ text: "390 ₽" }]]],
          },
        ],
      },
      {
        id: "returns",
        title: "Возврат и обмен",
        category: "Оплата",
        url: null,
        updated_at: at,
        blocks: [paragraph("Деньги возвращаются тем же способом в течение трёх рабочих дней.")],
      },
    ],
    form: {
      intro: "Расскажите, с чем помочь, и мы ответим.",
      fields: [
        { key: "name", kind: "name", label: "Как вас зовут", required: true, options: [] },
        { key: "email", kind: "email", label: "Почта", required: false, options: [] },
        {
          key: "topic",
          kind: "select",
          label: "Тема",
          required: false,
          options: [
            { value: "delivery", label: "Доставка" },
            { value: "payment", label: "Оплата" },
          ],
        },
      ],
      consent: {
        text: "Я согласен с обработкой моих данных.",
        url: "https://example.com/privacy",
      },
    },
  },
  en: {
    articles: [
      {
        id: "delivery",
        title: "Delivery: times and prices",
        category: "Delivery",
        url: null,
        updated_at: at,
        blocks: [
          {
            kind: "paragraph",
            spans: [{ text: "Delivery starts " }, { text: "from 290 ₽", strong: true }, { text: "." }],
          },
          { kind: "heading", level: 1, spans: [{ text: "Times" }] },
          {
            kind: "list",
            ordered: false,
            start: 1,
            items: [[paragraph("Courier: 1–2 days")], [paragraph("Post: 5–14 days")]],
          },
          {
            kind: "table",
            head: [[{ text: "Way" }], [{ text: "Price" }]],
            rows: [[[{ text: "Courier" }], [{ text: "390 ₽" }]]],
          },
        ],
      },
      {
        id: "returns",
        title: "Returns and refunds",
        category: "Payment",
        url: null,
        updated_at: at,
        blocks: [paragraph("The money comes back the same way within three working days.")],
      },
    ],
    form: {
      intro: "Tell us what you need, and we will answer.",
      fields: [
        { key: "name", kind: "name", label: "Your name", required: true, options: [] },
        { key: "email", kind: "email", label: "E-mail", required: false, options: [] },
        {
          key: "topic",
          kind: "select",
          label: "Topic",
          required: false,
          options: [
            { value: "delivery", label: "Delivery" },
            { value: "payment", label: "Payment" },
          ],
        },
      ],
      consent: { text: "I agree to my data being processed.", url: "https://example.com/privacy" },
    },
  },
};

export function findArticles(language: Locale, query: string, category: string): ArticleList {
  const { articles } = MOCK_HELP[language];
  const words = query.toLowerCase();
  const found = articles.filter(
    (article) =>
      (!category || article.category === category) && JSON.stringify(article).toLowerCase().includes(words),
  );
  const names = [...new Set(articles.map((article) => article.category as string))];
  return {
    items: found.map(({ id, title, category: of, blocks }) => {
      const first = blocks[0];
      const excerpt = first?.kind === "paragraph" ? first.spans.map(({ text }) => text).join("") : "";
      return { id, title, category: of, excerpt };
    }),
    categories: names.map((name) => ({
      name,
      articles: articles.filter((article) => article.category === name).length,
    })),
  };
}
