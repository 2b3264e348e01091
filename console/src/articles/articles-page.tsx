import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "~/i18n/use-format";
import { useCan } from "~/session/session";
import { Loaded, SettingsPage } from "~/settings/page";
import { Badge } from "~/ui/badge";
import { Button } from "~/ui/button";
import { Empty } from "~/ui/feedback";
import { BookOpen, CircleCheck, CircleDashed, Plus, ThumbsDown, ThumbsUp } from "~/ui/icons";
import { SelectField } from "~/ui/select";
import { type ArticleLine, articles, articlesKey, type Wanted } from "./articles-api";
import "./articles.css";

const ALL: Wanted = { locale: "", category: "", status: "" };

/** Help articles: what visitors read in the widget, and answers are made from. */
export function ArticlesPage() {
  const { t } = useTranslation();
  const can = useCan();
  const [wanted, setWanted] = useState(ALL);
  const pages = useInfiniteQuery({
    queryKey: [...articlesKey, "list", wanted],
    queryFn: ({ pageParam, signal }) => articles.list(wanted, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    enabled: can("knowledge.read"),
    placeholderData: (before) => before,
  });
  const categories = pages.data?.pages[0]?.categories ?? [];
  const add = can("settings.manage") && (
    <Link to="/settings/articles/new" className="button button--primary button--md">
      <Plus size={16} aria-hidden />
      {t("articles.add")}
    </Link>
  );
  const choose = (part: Partial<Wanted>) => setWanted({ ...wanted, ...part });
  return (
    <SettingsPage
      title={t("settings.sections.articles")}
      lead={t("articles.lead")}
      permission="knowledge.read"
      actions={add}
    >
      <div className="article-filters">
        <SelectField
          label={t("articles.locale")}
          value={wanted.locale}
          onChange={(locale) => choose({ locale })}
          options={[
            { value: "", label: t("articles.any") },
            ...(["ru", "en"] as const).map((value) => ({ value, label: t(`articles.locales.${value}`) })),
          ]}
        />
        <SelectField
          label={t("articles.category")}
          value={wanted.category}
          onChange={(category) => choose({ category })}
          options={[
            { value: "", label: t("articles.any") },
            ...categories.map((value) => ({ value, label: value })),
          ]}
        />
        <SelectField
          label={t("articles.status")}
          value={wanted.status}
          onChange={(status) => choose({ status })}
          options={[
            { value: "", label: t("articles.any") },
            { value: "published", label: t("articles.published") },
            { value: "draft", label: t("articles.draft") },
          ]}
        />
      </div>
      <Loaded query={{ ...pages, data: pages.data?.pages.flatMap((page) => page.items) }}>
        {(items) =>
          items.length > 0 ? (
            <ul className="records">
              {items.map((article) => (
                <ArticleRow key={article.id} article={article} />
              ))}
            </ul>
          ) : Object.values(wanted).some(Boolean) ? (
            <Empty
              icon={BookOpen}
              title={t("articles.nothing")}
              actions={<Button onClick={() => setWanted(ALL)}>{t("articles.showAll")}</Button>}
            >
              {t("articles.nothingText")}
            </Empty>
          ) : (
            <Empty icon={BookOpen} title={t("articles.empty")} actions={add}>
              {t("articles.emptyText")}
            </Empty>
          )
        }
      </Loaded>
      {pages.hasNextPage && (
        <div>
          <Button busy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
            {t("settings.more")}
          </Button>
        </div>
      )}
    </SettingsPage>
  );
}

function ArticleRow({ article }: { article: ArticleLine }) {
  const { t } = useTranslation();
  const format = useFormat();
  const facts = [
    t(`articles.locales.${article.locale}`),
    article.category,
    format.dateTime(article.updated_at),
  ].filter(Boolean);
  return (
    <li className="record">
      <div className="record__main">
        <div className="record__text">
          <Link
            to="/settings/articles/$articleId"
            params={{ articleId: article.id }}
            className="record__name"
            dir="auto"
          >
            {article.title}
          </Link>
          <span className="record__more" dir="auto">
            {facts.join(" · ")}
          </span>
        </div>
      </div>
      <Feedback article={article} />
      <PublishedBadge published={article.published} />
    </li>
  );
}

export function PublishedBadge({ published }: { published: boolean }) {
  const { t } = useTranslation();
  return (
    <Badge tone={published ? "success" : "neutral"} icon={published ? CircleCheck : CircleDashed}>
      {t(published ? "articles.published" : "articles.draft")}
    </Badge>
  );
}

/** How many visitors an article has helped, and how many not. */
export function Feedback({ article: { helpful, unhelpful } }: { article: ArticleLine }) {
  const { t } = useTranslation();
  return (
    <span className="article-feedback">
      <span title={t("articles.helpful")}>
        <ThumbsUp size={14} aria-hidden />
        <span className="visually-hidden">{t("articles.helpful")}: </span>
        {helpful}
      </span>
      <span title={t("articles.unhelpful")}>
        <ThumbsDown size={14} aria-hidden />
        <span className="visually-hidden">{t("articles.unhelpful")}: </span>
        {unhelpful}
      </span>
    </span>
  );
}
