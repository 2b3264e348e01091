import { cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { i18next, startI18n } from "~/i18n";
import { serve, showPage } from "~/settings/test-world";
import { ArticlePage, NewArticlePage } from "./article-page";
import type { Article } from "./articles-api";
import { ArticlesPage } from "./articles-page";
import { Blocks } from "./blocks";
import { faultOf, NEW_ARTICLE, slugOf } from "./draft";

startI18n();
beforeEach(() => i18next.changeLanguage("en").then(() => undefined));
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const AT = "2026-11-26T12:00:00+00:00";
const EDITOR = ["knowledge.read", "settings.manage"];
const ARTICLE: Article = {
  id: "a1",
  title: "Delivery",
  slug: "delivery",
  locale: "en",
  category: "Orders",
  position: 0,
  url: null,
  published: true,
  published_at: AT,
  helpful: 7,
  unhelpful: 2,
  created_at: AT,
  updated_at: AT,
  markdown: "We bring it home.",
};
const list = (items: unknown[]) => ({ body: { items, next_cursor: null, categories: ["Orders"] } });

test("the list says what is published and whom it has helped, and asks the server for less", async () => {
  const asked = serve(({ path }) => list(path.includes("status=draft") ? [] : [ARTICLE]));
  showPage(ArticlesPage, EDITOR);
  const row = (await screen.findByRole("link", { name: "Delivery" })).closest("li") as HTMLElement;
  expect(row.textContent).toContain("Published");
  expect(within(row).getByTitle("Helped").textContent).toBe("Helped: 7");
  expect(within(row).getByTitle("Did not help").textContent).toBe("Did not help: 2");
  await userEvent.selectOptions(screen.getByLabelText("Status"), "Draft");
  expect(await screen.findByText("No article fits")).toBeDefined();
  expect(asked.at(-1)?.path).toContain("status=draft");
});

test("without articles the page says how to begin, to whom may", async () => {
  serve(() => list([]));
  showPage(ArticlesPage, ["knowledge.read"]);
  expect(await screen.findByText("There are no articles yet")).toBeDefined();
  expect(screen.queryByRole("link", { name: "Write an article" })).toBeNull();
});

test("a new article's address follows its title until somebody writes one", async () => {
  const asked = serve(({ method, path, body }) => {
    if (path.endsWith("/preview")) return { body: { blocks: [] } };
    return { status: method === "POST" ? 201 : 200, body: { article: { ...ARTICLE, ...(body as object) } } };
  });
  showPage(NewArticlePage, EDITOR);
  fireEvent.change(await screen.findByLabelText("Title"), { target: { value: "Как заварить чай?" } });
  expect((screen.getByLabelText("Address") as HTMLInputElement).value).toBe("kak-zavarit-chay");
  fireEvent.change(screen.getByLabelText("Address"), { target: { value: "tea" } });
  fireEvent.change(screen.getByLabelText("Title"), { target: { value: "Чай" } });
  await userEvent.click(screen.getByLabelText("Published"));
  expect(screen.getByText("Write a text before it is published.")).toBeDefined();
  fireEvent.change(screen.getByLabelText("Text"), { target: { value: "Кипятком." } });
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() =>
    expect(asked.find(({ method, path }) => method === "POST" && path === "/articles")?.body).toEqual({
      ...NEW_ARTICLE,
      locale: "en",
      title: "Чай",
      slug: "tea",
      markdown: "Кипятком.",
      published: true,
    }),
  );
});

test("an address that is taken is told at its field, and what was typed stays", async () => {
  serve(({ method, path }) => {
    if (path.endsWith("/preview")) return { body: { blocks: [] } };
    return method === "PATCH"
      ? { status: 409, body: { code: "article_exists", status: 409 } }
      : { body: { article: ARTICLE } };
  });
  showPage(ArticlePage, EDITOR, "/settings/articles/a1", "/settings/articles/$articleId");
  const slug = (await screen.findByLabelText("Address")) as HTMLInputElement;
  fireEvent.change(slug, { target: { value: "payment" } });
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(slug.getAttribute("aria-invalid")).toBe("true"));
  expect(slug.value).toBe("payment");
});

test("a text is drawn as its structure, and leads to addresses of the web only", () => {
  const { container } = render(
    <Blocks
      blocks={[
        { kind: "heading", level: 1, spans: [{ text: "Tea" }] },
        { kind: "list", ordered: true, start: 3, items: [[{ kind: "paragraph", spans: [{ text: "a" }] }]] },
        {
          kind: "paragraph",
          spans: [
            { text: "good", href: "https://tea.example" },
            { text: "bad", href: "javascript:alert(1)" },
          ],
        },
      ]}
    />,
  );
  expect(container.querySelector("h3")?.textContent).toBe("Tea");
  expect(container.querySelector("ol")?.getAttribute("start")).toBe("3");
  expect([...container.querySelectorAll("a")].map((link) => link.textContent)).toEqual(["good"]);
});

test.each([
  [{}, "title"],
  [{ title: "Tea" }, "slug"],
  [{ title: "Tea", slug: "-tea" }, "slug"],
  [{ title: "Tea", slug: "tea", position: Number.NaN }, "position"],
  [{ title: "Tea", slug: "tea", published: true }, "text"],
  [{ title: "Tea", slug: "tea" }, null],
])("an article with %j has the fault %j", (part, fault) => {
  expect(faultOf({ ...NEW_ARTICLE, ...part })).toBe(fault);
});

test("an address has no end of its own", () => {
  expect(slugOf(" Щи — да каша! ")).toBe("schi-da-kasha");
  expect(slugOf("?")).toBe("");
});
