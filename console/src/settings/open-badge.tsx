import { useTranslation } from "react-i18next";
import { useFormat } from "~/i18n/use-format";
import { Badge } from "~/ui/badge";
import { Clock } from "~/ui/icons";

/** Whether it is open now, and else when it will be. */
export function OpenBadge({ open, nextOpen }: { open: boolean; nextOpen: string | null }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Badge tone={open ? "success" : "neutral"} icon={Clock}>
      {open
        ? t("settings.calendars.openNow")
        : nextOpen
          ? t("settings.calendars.opens", { when: format.soon(nextOpen) })
          : t("settings.calendars.neverOpen")}
    </Badge>
  );
}
