import { useState } from "react";
import { useTranslation } from "react-i18next";
import { privacy } from "~/api/privacy";
import { FormDialog } from "~/settings/form-dialog";
import { useSave } from "~/settings/use-save";
import { Banner } from "~/ui/feedback";
import { TextField } from "~/ui/field";
import { showToast } from "~/ui/toast";
import { privacyKeys } from "./keys";

interface EraseProps {
  customerId: string;
  name: string;
  onClose: () => void;
}

const FIELDS = ["reason"];

/** Case and outer blanks do not count: the point is that one reads whom one erases. */
export function isTyped(typed: string, name: string): boolean {
  const plain = (text: string) => text.trim().replaceAll(/\s+/g, " ").toLocaleLowerCase();
  return plain(typed) === plain(name);
}

/** Before a person's data is erased: what goes, what stays, and his name, typed. */
export function EraseDialog({ customerId, name, onClose }: EraseProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState("");
  const [reason, setReason] = useState("");
  const { save, busy, refusal } = useSave({
    run: () => privacy.erase({ customer_id: customerId, ...(reason.trim() && { reason: reason.trim() }) }),
    fields: FIELDS,
    stale: [privacyKeys.erasures],
    onDone: () => {
      onClose();
      showToast({ tone: "info", text: t("privacy.erase.begun") });
    },
  });
  return (
    <FormDialog
      title={t("privacy.erase.title", { name })}
      submit={t("privacy.erase.submit")}
      busy={busy}
      ready={isTyped(typed, name)}
      refusal={refusal}
      danger
      onSubmit={save}
      onClose={onClose}
    >
      <Banner tone="danger">{t("privacy.erase.final")}</Banner>
      <div>
        <p className="erase__head">{t("privacy.erase.goes")}</p>
        <ul className="erase__list">
          <li>{t("privacy.erase.goesContacts")}</li>
          <li>{t("privacy.erase.goesMessages")}</li>
          <li>{t("privacy.erase.goesFiles")}</li>
        </ul>
        <p className="erase__head">{t("privacy.erase.stays")}</p>
        <ul className="erase__list">
          <li>{t("privacy.erase.staysReceipt")}</li>
          <li>{t("privacy.erase.staysAudit")}</li>
        </ul>
      </div>
      <TextField
        label={t("privacy.reason")}
        hint={t("privacy.erase.reasonHint")}
        value={reason}
        maxLength={300}
        error={refusal.fields.reason}
        onChange={(event) => setReason(event.target.value)}
      />
      <TextField
        label={t("privacy.erase.type", { name })}
        value={typed}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => setTyped(event.target.value)}
        data-autofocus
      />
    </FormDialog>
  );
}
