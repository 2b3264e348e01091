import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useErrorText } from "~/api/error-text";
import { Button } from "./button";
import { Dialog } from "./dialog";
import { Banner } from "./feedback";

interface ConfirmDialogProps {
  title: string;
  hint: string;
  /** The action in a word or two, on the button. */
  confirm: string;
  onConfirm: () => Promise<unknown>;
  onClose: () => void;
}

/** Asks before what cannot be undone; stays open, and says why, when it did not succeed. */
export function ConfirmDialog({ title, hint, confirm, onConfirm, onClose }: ConfirmDialogProps) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const run = async () => {
    setBusy(true);
    try {
      await onConfirm();
      onClose();
    } catch (failed) {
      setError(failed);
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={title}
      hint={hint}
      onClose={onClose}
      footer={
        <>
          <Button data-autofocus onClick={onClose}>
            {t("common.cancel")}
          </Button>
          <Button variant="danger" busy={busy} onClick={() => void run()}>
            {confirm}
          </Button>
        </>
      }
    >
      {error !== null && (
        <div className="dialog__body">
          <Banner tone="danger" alert>
            {errorText(error)}
          </Banner>
        </div>
      )}
    </Dialog>
  );
}
