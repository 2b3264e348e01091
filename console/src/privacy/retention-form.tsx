import { useQueryClient } from "@tanstack/react-query";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { privacy, type Retention } from "~/api/privacy";
import { useFocusOnRefusal } from "~/settings/form-dialog";
import { SaveBar } from "~/settings/save-bar";
import { useUnsaved } from "~/settings/unsaved";
import { useSave } from "~/settings/use-save";
import { Banner } from "~/ui/feedback";
import { TextField } from "~/ui/field";
import { showToast } from "~/ui/toast";
import { KINDS, readDays, shortened, type TypedDays, typedOf } from "./days";
import { privacyKeys } from "./keys";

interface RetentionProps {
  saved: Retention;
  etag: string;
}

/** After how many days each kind of data goes by itself. */
export function RetentionForm({ saved, etag }: RetentionProps) {
  const { t } = useTranslation();
  const id = useId();
  const queries = useQueryClient();
  const [draft, setDraft] = useState<TypedDays | null>(null);
  const shown = draft ?? typedOf(saved);
  const { value, wrong } = readDays(shown);
  const { save, busy, refusal, forget } = useSave({
    run: () => privacy.changeRetention(value, etag),
    fields: KINDS,
    stale: [],
    onDone: (now) => {
      queries.setQueryData(privacyKeys.retention, now);
      setDraft(null);
      showToast({ tone: "success", text: t("settings.saved") });
    },
  });
  useUnsaved(draft !== null);
  const form = useFocusOnRefusal(refusal);
  const shorter = draft ? shortened(saved, value).filter((kind) => !wrong.includes(kind)) : [];
  return (
    <form
      ref={form}
      className="form-page"
      noValidate
      aria-labelledby={id}
      onSubmit={(event) => {
        event.preventDefault();
        if (draft && !busy && wrong.length === 0) save();
      }}
    >
      <div className="setting">
        <h2 id={id} className="form-part__title">
          {t("privacy.retention.title")}
        </h2>
        <p className="setting__text">{t("privacy.retention.text")}</p>
      </div>
      <div className="field-pair">
        {KINDS.map((kind) => (
          <TextField
            key={kind}
            label={t(`privacy.retention.kinds.${kind}`)}
            inputMode="numeric"
            maxLength={5}
            placeholder={t("privacy.retention.forever")}
            value={shown[kind]}
            error={
              wrong.includes(kind)
                ? t(kind === "audit" ? "privacy.retention.wrongAudit" : "privacy.retention.wrong")
                : refusal.fields[kind]
            }
            onChange={(event) => setDraft({ ...shown, [kind]: event.target.value })}
          />
        ))}
      </div>
      {shorter.length > 0 && (
        <Banner tone="warning">
          {t("privacy.retention.shorter", {
            kinds: shorter.map((kind) => t(`privacy.retention.names.${kind}`)).join(", "),
          })}
        </Banner>
      )}
      <SaveBar
        changed={draft !== null}
        busy={busy}
        fault={wrong.length > 0 ? t("settings.unsaved.fault") : null}
        refused={refusal.rest}
        onDiscard={() => {
          setDraft(null);
          forget();
        }}
      />
    </form>
  );
}
