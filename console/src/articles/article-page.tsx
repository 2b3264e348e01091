import { useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useCan } from "~/session/session";
import { ConfirmDelete } from "~/settings/confirm-delete";
import { useFocusOnRefusal } from "~/settings/form-dialog";
import { Loaded, SettingsPage, useSettings } from "~/settings/page";
import { SaveBar } from "~/settings/save-bar";
import { useUnsaved } from "~/settings/unsaved";
import { useSave } from "~/settings/use-save";
import { Button } from "~/ui/button";
import { Trash2 } from "~/ui/icons";
import { showToast } from "~/ui/toast";
import { ArticleFields } from "./article-fields";
import { type Article, type ArticleDraft, articleKey, articles, articlesKey } from "./articles-api";
import { Feedback, PublishedBadge } from "./articles-page";
import { draftOf, faultOf, NEW_ARTICLE, toSend } from "./draft";
import { ArticlePreview } from "./preview";
import "./articles.css";

const FIELDS = ["title", "slug", "locale", "category", "position", "markdown"];

/** One article, written beside what visitors will read. */
export function ArticlePage() {
  const { t } = useTranslation();
  const { articleId } = useParams({ strict: false }) as { articleId: string };
  const found = useSettings(
    articleKey(articleId),
    (signal) => articles.read(articleId, signal),
    useCan()("knowledge.read"),
  );
  return (
    <SettingsPage
      title={found.data?.title ?? t("settings.sections.articles")}
      lead={found.data && <Facts article={found.data} />}
      permission="knowledge.read"
    >
      <Loaded query={found}>{(article) => <Editor key={article.id} article={article} />}</Loaded>
    </SettingsPage>
  );
}

export function NewArticlePage() {
  const { t } = useTranslation();
  return (
    <SettingsPage title={t("articles.new")} lead={t("articles.newText")} permission="settings.manage">
      <Editor article={null} />
    </SettingsPage>
  );
}

function Facts({ article }: { article: Article }) {
  return (
    <span className="article-facts">
      <PublishedBadge published={article.published} />
      <Feedback article={article} />
    </span>
  );
}

function Editor({ article }: { article: Article | null }) {
  const { t, i18n } = useTranslation();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const canChange = useCan()("settings.manage");
  const [draft, setDraft] = useState<ArticleDraft | null>(null);
  const [deleting, setDeleting] = useState(false);
  const saved = article
    ? draftOf(article)
    : { ...NEW_ARTICLE, locale: i18n.language === "en" ? ("en" as const) : ("ru" as const) };
  const shown = draft ?? saved;
  const fault = draft && faultOf(shown);
  const { save, busy, refusal, forget } = useSave({
    run: () => (article ? articles.change(article.id, toSend(shown)) : articles.create(toSend(shown))),
    fields: FIELDS,
    stale: [[...articlesKey, "list"]],
    onDone: (now) => {
      queries.setQueryData(articleKey(now.id), now);
      setDraft(null);
      showToast({ tone: "success", text: t("settings.saved") });
      if (!article)
        void navigate({
          to: "/settings/articles/$articleId",
          params: { articleId: now.id },
          ignoreBlocker: true,
        });
    },
  });
  useUnsaved(draft !== null);
  const form = useFocusOnRefusal(refusal);
  return (
    <div className="article-editor">
      <form
        ref={form}
        className="form-page"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (draft && !busy && !fault) save();
        }}
      >
        <ArticleFields
          draft={shown}
          isNew={article === null}
          disabled={!canChange}
          refusal={refusal}
          onChange={setDraft}
        />
        <SaveBar
          changed={draft !== null}
          busy={busy}
          fault={fault && t(`articles.faults.${fault}`)}
          refused={refusal.rest}
          onDiscard={() => {
            setDraft(null);
            forget();
          }}
        />
        {article && canChange && (
          <div>
            <Button variant="danger" icon={Trash2} onClick={() => setDeleting(true)}>
              {t("articles.delete")}
            </Button>
          </div>
        )}
      </form>
      <ArticlePreview title={shown.title} markdown={shown.markdown} locale={shown.locale} />
      {deleting && article && (
        <ConfirmDelete
          title={t("articles.deleteTitle", { name: article.title })}
          text={t("articles.deleteText")}
          submit={t("common.delete")}
          stale={[[...articlesKey, "list"]]}
          run={() => articles.remove(article.id)}
          onClose={() => setDeleting(false)}
          onDone={() => void navigate({ to: "/settings/articles", ignoreBlocker: true })}
        />
      )}
    </div>
  );
}
