import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type PlatformMember, type PlatformTenant, platform } from "~/api/platform";
import { FormDialog } from "~/settings/form-dialog";
import { readRefusal } from "~/settings/refusal";
import { Banner } from "~/ui/feedback";
import { Segmented, TextArea } from "~/ui/field";

const MINUTES = ["15", "30", "60"] as const;
const FIELDS = ["reason", "minutes"];
const SHORTEST = 5;

interface ImpersonateProps {
  tenant: PlatformTenant;
  member: PlatformMember;
  onClose: () => void;
}

/** Why and for how long; the browser's own session is put aside for it. */
export function ImpersonateDialog({ tenant, member, onClose }: ImpersonateProps) {
  const { t } = useTranslation();
  const [reason, setReason] = useState("");
  const [minutes, setMinutes] = useState<(typeof MINUTES)[number]>("30");
  const begin = useMutation({
    mutationFn: () =>
      platform.impersonate(tenant.id, { email: member.email, reason, minutes: Number(minutes) }),
    onSuccess: () => location.assign("/inbox"),
  });
  const refusal = readRefusal(t, begin.error, FIELDS);
  return (
    <FormDialog
      title={t("platform.actAsNamed", { name: member.name })}
      hint={`${member.email}, ${tenant.name}`}
      submit={t("platform.begin")}
      busy={begin.isPending || begin.isSuccess}
      ready={reason.trim().length >= SHORTEST}
      refusal={refusal}
      onSubmit={() => begin.mutate()}
      onClose={onClose}
    >
      <Banner tone="warning">{t("platform.beginText")}</Banner>
      <TextArea
        label={t("platform.reason")}
        hint={t("platform.reasonHint")}
        rows={3}
        maxLength={500}
        value={reason}
        error={refusal.fields.reason}
        onChange={(event) => setReason(event.target.value)}
        data-autofocus
      />
      <Segmented
        label={t("platform.duration")}
        showLabel
        value={minutes}
        onChange={setMinutes}
        options={MINUTES.map((value) => ({
          value,
          label: t("platform.minutes", { count: Number(value) }),
        }))}
      />
    </FormDialog>
  );
}
