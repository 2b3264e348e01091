import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { request } from "~/api/client";
import { useCan } from "~/session/session";
import { useFocusOnRefusal } from "~/settings/form-dialog";
import { Loaded, SettingsPage, useSettings } from "~/settings/page";
import { SaveBar } from "~/settings/save-bar";
import { useUnsaved } from "~/settings/unsaved";
import { useSave } from "~/settings/use-save";
import { Segmented, TextField } from "~/ui/field";
import { showToast } from "~/ui/toast";

const POLICIES = ["off", "ask", "automatic"] as const;
const LONGEST_WAIT_MIN = 60;

interface FallbackSettings {
  policy: (typeof POLICIES)[number];
  /** How long a channel may be down before another one is taken by itself. */
  after_minutes: number;
}

const fallbackKey = ["settings", "fallback"] as const;
const fallback = {
  read: (signal?: AbortSignal) => request<FallbackSettings>("GET", "/settings/fallback", { signal }),
  change: (body: FallbackSettings) => request<FallbackSettings>("PUT", "/settings/fallback", { body }),
};

/** What becomes of a message that cannot be delivered on its channel. */
export function FallbackPage() {
  const { t } = useTranslation();
  const found = useSettings(fallbackKey, fallback.read, useCan()("settings.read"));
  return (
    <SettingsPage
      title={t("settings.sections.fallback")}
      lead={t("fallbackPolicy.lead")}
      permission="settings.read"
    >
      <Loaded query={found}>{(saved) => <FallbackForm saved={saved} />}</Loaded>
    </SettingsPage>
  );
}

function FallbackForm({ saved }: { saved: FallbackSettings }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const canChange = useCan()("settings.manage");
  const [draft, setDraft] = useState<FallbackSettings | null>(null);
  const shown = draft ?? saved;
  const wait = shown.after_minutes;
  const isWrong = !Number.isInteger(wait) || wait < 0 || wait > LONGEST_WAIT_MIN;
  const { save, busy, refusal, forget } = useSave({
    run: () => fallback.change(shown),
    stale: [],
    onDone: (now) => {
      queries.setQueryData(fallbackKey, now);
      setDraft(null);
      showToast({ tone: "success", text: t("settings.saved") });
    },
  });
  useUnsaved(draft !== null);
  const form = useFocusOnRefusal(refusal);
  return (
    <form
      ref={form}
      className="form-page"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (draft && !busy && !isWrong) save();
      }}
    >
      <fieldset className="setting field" disabled={!canChange}>
        <legend className="visually-hidden">{t("settings.sections.fallback")}</legend>
        <Segmented
          showLabel
          label={t("fallbackPolicy.label")}
          value={shown.policy}
          onChange={(policy) => setDraft({ ...shown, policy })}
          options={POLICIES.map((value) => ({ value, label: t(`fallbackPolicy.policies.${value}`) }))}
        />
        <p className="setting__text">{t(`fallbackPolicy.means.${shown.policy}`)}</p>
        {shown.policy === "automatic" && (
          <TextField
            label={t("fallbackPolicy.after")}
            hint={t("fallbackPolicy.afterHint")}
            type="number"
            inputMode="numeric"
            min={0}
            max={LONGEST_WAIT_MIN}
            value={Number.isNaN(wait) ? "" : wait}
            error={isWrong ? t("fallbackPolicy.wrong", { most: LONGEST_WAIT_MIN }) : null}
            onChange={({ currentTarget }) =>
              setDraft({ ...shown, after_minutes: currentTarget.valueAsNumber })
            }
          />
        )}
        {shown.policy !== "off" && <p className="setting__text">{t("fallbackPolicy.order")}</p>}
      </fieldset>
      <SaveBar
        changed={draft !== null}
        busy={busy}
        fault={isWrong ? t("settings.unsaved.fault") : null}
        refused={refusal.rest}
        onDiscard={() => {
          setDraft(null);
          forget();
        }}
      />
    </form>
  );
}
