import { useState } from "react";
import { useTranslation } from "react-i18next";
import { privacy } from "~/api/privacy";
import { FormDialog } from "~/settings/form-dialog";
import { useSave } from "~/settings/use-save";
import { TextField } from "~/ui/field";
import { showToast } from "~/ui/toast";
import { privacyKeys } from "./keys";

interface HoldProps {
  customerId: string;
  name: string;
  onClose: () => void;
}

const FIELDS = ["reason", "until"];

/** Why a customer's data is kept whatever comes, and until when. */
export function HoldDialog({ customerId, name, onClose }: HoldProps) {
  const { t } = useTranslation();
  const [reason, setReason] = useState("");
  const [day, setDay] = useState("");
  const { save, busy, refusal } = useSave({
    run: () =>
      privacy.createHold({
        customer_id: customerId,
        reason: reason.trim(),
        ...(day && { until: endOf(day) }),
      }),
    fields: FIELDS,
    stale: [privacyKeys.holds],
    onDone: () => {
      onClose();
      showToast({ tone: "success", text: t("privacy.holds.made", { name }) });
    },
  });
  return (
    <FormDialog
      title={t("privacy.holds.add")}
      hint={name}
      submit={t("privacy.holds.submit")}
      busy={busy}
      ready={reason.trim() !== ""}
      refusal={refusal}
      onSubmit={save}
      onClose={onClose}
    >
      <p>{t("privacy.holds.text")}</p>
      <TextField
        label={t("privacy.reason")}
        hint={t("privacy.holds.reasonHint")}
        value={reason}
        maxLength={300}
        error={refusal.fields.reason}
        onChange={(event) => setReason(event.target.value)}
        data-autofocus
      />
      <TextField
        label={t("privacy.holds.untilDay")}
        hint={t("privacy.holds.untilHint")}
        type="date"
        value={day}
        error={refusal.fields.until}
        onChange={(event) => setDay(event.target.value)}
      />
    </FormDialog>
  );
}

/** The last moment of a day in the reader's own zone. */
export function endOf(day: string): string {
  return new Date(`${day}T23:59:59`).toISOString();
}
