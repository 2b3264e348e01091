import { useTranslation } from "react-i18next";
import { Button } from "~/ui/button";
import { Dialog } from "~/ui/dialog";
import { Banner } from "~/ui/feedback";
import { TextField } from "~/ui/field";
import { Copy } from "~/ui/icons";
import { showToast } from "~/ui/toast";

interface SecretOnceProps {
  title: string;
  label: string;
  secret: string;
  onClose: () => void;
}

/** A secret that the server shows this once. */
export function SecretOnce({ title, label, secret, onClose }: SecretOnceProps) {
  const { t } = useTranslation();
  const copy = () =>
    navigator.clipboard.writeText(secret).then(
      () => showToast({ tone: "success", text: t("common.copied") }),
      () => showToast({ tone: "error", text: t("common.copyFailed") }),
    );
  return (
    <Dialog
      title={title}
      onClose={onClose}
      footer={
        <Button variant="primary" onClick={onClose}>
          {t("settings.secretOnce.done")}
        </Button>
      }
    >
      <div className="dialog__body">
        <Banner tone="warning">{t("settings.secretOnce.text")}</Banner>
        <TextField
          label={label}
          value={secret}
          readOnly
          spellCheck={false}
          onFocus={(event) => event.target.select()}
          data-autofocus
        />
        <div>
          <Button icon={Copy} onClick={() => void copy()}>
            {t("settings.secretOnce.copy")}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
