import { useQueryClient } from "@tanstack/react-query";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { type FactorPolicy, type IdentityMode, type Security, security } from "~/api/security";
import { keys } from "~/inbox/cache";
import { useSession } from "~/session/session";
import { Banner } from "~/ui/feedback";
import { Segmented, TextArea } from "~/ui/field";
import { showToast } from "~/ui/toast";
import { useFocusOnRefusal } from "./form-dialog";
import { hostsOf, wrongHost } from "./hosts";
import { settingKeys } from "./keys";
import { SaveBar } from "./save-bar";
import { useUnsaved } from "./unsaved";
import { useSave } from "./use-save";

const POLICIES: readonly FactorPolicy[] = ["nobody", "admins", "everybody"];
const MODES: readonly IdentityMode[] = ["optional", "enforced"];
const FIELDS = ["allowed_domains"];

interface Draft {
  policy: FactorPolicy;
  hosts: string;
  mode: IdentityMode;
}

/** The settings that are saved together. */
export function SecurityForm({ settings }: { settings: Security }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const saved: Draft = {
    policy: settings.require_two_factor,
    hosts: settings.allowed_domains.join("\n"),
    mode: settings.identity_mode,
  };
  const [draft, setDraft] = useState<Draft | null>(null);
  const shown = draft ?? saved;
  const edit = (part: Partial<Draft>) => setDraft({ ...shown, ...part });
  const { save, busy, refusal, forget } = useSave({
    run: () =>
      security.change({
        allowed_domains: hostsOf(shown.hosts),
        require_two_factor: shown.policy,
        identity_mode: shown.mode,
      }),
    fields: FIELDS,
    // Whoever asks for a second factor may be the first one who owes it.
    stale: [keys.me],
    onDone: (now) => {
      queries.setQueryData(settingKeys.security, now);
      setDraft(null);
      showToast({ tone: "success", text: t("settings.saved") });
    },
  });
  useUnsaved(draft !== null);
  const form = useFocusOnRefusal(refusal);
  const wrong = wrongHost(shown.hosts);
  return (
    <form
      ref={form}
      className="form-page"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (draft && !busy && !wrong) save();
      }}
    >
      <FactorChoice value={shown.policy} onChange={(policy) => edit({ policy })} />
      <Part title={t("security.domains")} text={t("security.domainsText")}>
        <TextArea
          label={t("security.hosts")}
          hint={t("security.hostsHint")}
          rows={Math.min(8, Math.max(3, shown.hosts.split("\n").length + 1))}
          value={shown.hosts}
          spellCheck={false}
          autoCapitalize="off"
          placeholder={"shop.example\n*.shop.example"}
          error={wrong ? t("security.hostWrong", { host: wrong }) : refusal.fields.allowed_domains}
          onChange={(event) => edit({ hosts: event.target.value })}
        />
      </Part>
      <Part title={t("security.identity")} text={t("security.identityText")}>
        <Segmented
          chips
          label={t("security.identity")}
          value={shown.mode}
          onChange={(mode) => edit({ mode })}
          options={MODES.map((value) => ({ value, label: t(`security.modes.${value}`) }))}
        />
        {shown.mode === "enforced" && settings.identity_keys.length === 0 && (
          <Banner tone="warning">{t("security.enforcedWithoutKey")}</Banner>
        )}
      </Part>
      <SaveBar
        changed={draft !== null}
        busy={busy}
        fault={wrong ? t("settings.unsaved.fault") : null}
        refused={refusal.rest}
        onDiscard={() => {
          setDraft(null);
          forget();
        }}
      />
    </form>
  );
}

function FactorChoice({ value, onChange }: { value: FactorPolicy; onChange: (to: FactorPolicy) => void }) {
  const { t } = useTranslation();
  const { me } = useSession();
  const concernsMe = value === "everybody" || (value === "admins" && ["owner", "admin"].includes(me.role));
  return (
    <Part title={t("factor.title")} text={t("security.factorText")}>
      <Segmented
        chips
        showLabel
        label={t("security.factorOf")}
        value={value}
        onChange={onChange}
        options={POLICIES.map((policy) => ({ value: policy, label: t(`security.policies.${policy}`) }))}
      />
      {concernsMe && !me.two_factor && <Banner tone="warning">{t("security.factorOwed")}</Banner>}
    </Part>
  );
}

interface PartProps {
  title: string;
  text: string;
  children: React.ReactNode;
}

function Part({ title, text, children }: PartProps) {
  const id = useId();
  return (
    <section className="setting" aria-labelledby={id}>
      <h2 id={id} className="form-part__title">
        {title}
      </h2>
      <p className="setting__text">{text}</p>
      {children}
    </section>
  );
}
