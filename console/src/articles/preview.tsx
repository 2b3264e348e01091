import { useQuery } from "@tanstack/react-query";
import { useDeferredValue } from "react";
import { useTranslation } from "react-i18next";
import { useErrorText } from "~/api/error-text";
import { articles } from "./articles-api";
import { Blocks } from "./blocks";
import { useSettled } from "./use-settled";

interface ArticlePreviewProps {
  title: string;
  markdown: string;
  locale: string;
}

/** The text as the widget shows it, read by the server once one stops to write. */
export function ArticlePreview({ title, markdown, locale }: ArticlePreviewProps) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const text = useSettled(markdown);
  const found = useQuery({
    queryKey: ["articles", "preview", text],
    queryFn: ({ signal }) => articles.preview(text, signal),
    placeholderData: (before) => before,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  const blocks = useDeferredValue(found.data ?? []);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className="article-preview" aria-label={t("articles.preview")} tabIndex={0} lang={locale}>
      <h2 dir="auto">{title || t("articles.untitled")}</h2>
      {found.isError && <p className="field__error">{errorText(found.error)}</p>}
      {!found.isError && blocks.length === 0 && <p className="form-part__none">{t("articles.noText")}</p>}
      <div dir="auto">
        <Blocks blocks={blocks} />
      </div>
    </section>
  );
}
