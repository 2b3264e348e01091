import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Refusal } from "~/settings/refusal";
import { Segmented, Switch, TextArea, TextField } from "~/ui/field";
import type { ArticleDraft } from "./articles-api";
import { LAST, slugOf } from "./draft";

interface ArticleFieldsProps {
  draft: ArticleDraft;
  /** Its address follows its title until somebody writes one. */
  isNew: boolean;
  disabled: boolean;
  refusal: Refusal;
  onChange: (draft: ArticleDraft) => void;
}

export function ArticleFields({ draft, isNew, disabled, refusal, onChange }: ArticleFieldsProps) {
  const { t } = useTranslation();
  const [follows, setFollows] = useState(isNew);
  const change = (part: Partial<ArticleDraft>) => onChange({ ...draft, ...part });
  return (
    <fieldset className="setting field article-fields" disabled={disabled}>
      <legend className="visually-hidden">{t("settings.sections.articles")}</legend>
      <Switch
        label={t("articles.publish")}
        checked={draft.published}
        onChange={(published) => change({ published })}
      />
      <p className="field__hint">{t("articles.publishHint")}</p>
      <TextField
        label={t("articles.title")}
        lang={draft.locale}
        maxLength={500}
        value={draft.title}
        error={refusal.fields.title}
        onChange={({ currentTarget: { value: title } }) =>
          change(follows ? { title, slug: slugOf(title) } : { title })
        }
      />
      <Segmented
        showLabel
        label={t("articles.locale")}
        value={draft.locale}
        onChange={(locale) => change({ locale })}
        options={(["ru", "en"] as const).map((value) => ({ value, label: t(`articles.locales.${value}`) }))}
      />
      <div className="field-pair">
        <TextField
          label={t("articles.category")}
          hint={t("articles.categoryHint")}
          lang={draft.locale}
          maxLength={120}
          value={draft.category ?? ""}
          error={refusal.fields.category}
          onChange={({ currentTarget }) => change({ category: currentTarget.value || null })}
        />
        <TextField
          label={t("articles.position")}
          hint={t("articles.positionHint")}
          type="number"
          inputMode="numeric"
          min={0}
          max={LAST}
          value={Number.isNaN(draft.position) ? "" : draft.position}
          error={refusal.fields.position}
          onChange={({ currentTarget }) => change({ position: currentTarget.valueAsNumber })}
        />
      </div>
      <TextField
        label={t("articles.slug")}
        hint={t("articles.slugHint")}
        maxLength={100}
        spellCheck={false}
        value={draft.slug}
        error={refusal.fields.slug}
        onChange={({ currentTarget }) => {
          setFollows(false);
          change({ slug: currentTarget.value });
        }}
      />
      <TextArea
        label={t("articles.text")}
        hint={t("articles.textHint")}
        className="input article-text"
        lang={draft.locale}
        rows={20}
        maxLength={100_000}
        value={draft.markdown}
        error={refusal.fields.markdown}
        onChange={({ currentTarget }) => change({ markdown: currentTarget.value })}
      />
    </fieldset>
  );
}
