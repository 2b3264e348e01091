import { useTranslation } from "react-i18next";
import type { TroubledStatus } from "~/api/deliveries";
import type en from "~/i18n/en.json";

type KnownReason = keyof typeof en.deliveries.reasons;

/** Why a send ended badly, and what can be done, in words. */
export function useReasonText(): (status: TroubledStatus, code: string | null) => string {
  const { t, i18n } = useTranslation();
  return (status, code) => {
    if (status === "uncertain") return t("deliveries.reasons.uncertain");
    if (!code) return t("deliveries.reasons.unsaid");
    return /^\w+$/.test(code) && i18n.exists(`deliveries.reasons.${code}`)
      ? t(`deliveries.reasons.${code as KnownReason}`)
      : t("deliveries.reasons.other", { code });
  };
}
