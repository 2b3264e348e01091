import { useTranslation } from "react-i18next";
import type { ChannelSetup } from "~/api/channels";
import { Button } from "~/ui/button";
import { Banner } from "~/ui/feedback";
import { TextField } from "~/ui/field";
import { Copy } from "~/ui/icons";
import { showToast } from "~/ui/toast";
import { isSetByHand, type Kind } from "./kinds";

/** What the provider is to be told where we cannot tell it ourselves; shown this once. */
export function SetupValues({ kind, setup }: { kind: Kind; setup: ChannelSetup }) {
  const { t } = useTranslation();
  if (!isSetByHand(kind)) return null;
  return (
    <section className="form-page">
      <h2 className="form-part__title">{t("connecting.setup.title")}</h2>
      <p className="setting__text">
        {kind === "api"
          ? t("connecting.setup.api")
          : t(kind === "whatsapp-meta" ? "connecting.setup.meta" : "connecting.setup.twilio")}
      </p>
      <Banner tone="warning">{t("connecting.setup.once")}</Banner>
      <CopyField label={t("connecting.setup.webhook")} value={setup.webhook_url} />
      {setup.verify_token && (
        <CopyField label={t("connecting.setup.verifyToken")} value={setup.verify_token} />
      )}
      {setup.secret && <CopyField label={t("connecting.setup.secret")} value={setup.secret} />}
    </section>
  );
}

function CopyField({ label, value }: { label: string; value: string }) {
  const { t } = useTranslation();
  const copy = () =>
    navigator.clipboard.writeText(value).then(
      () => showToast({ tone: "success", text: t("common.copied") }),
      () => showToast({ tone: "error", text: t("common.copyFailed") }),
    );
  return (
    <div className="copy-field">
      <TextField
        label={label}
        value={value}
        readOnly
        spellCheck={false}
        onFocus={(event) => event.target.select()}
      />
      <Button icon={Copy} aria-label={`${t("common.copy")}: ${label}`} onClick={() => void copy()}>
        {t("common.copy")}
      </Button>
    </div>
  );
}
