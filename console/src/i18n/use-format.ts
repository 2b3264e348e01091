import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import * as format from "./format";

/** The formatters of format.ts, bound to the chosen language. */
export function useFormat(now: number = Date.now()) {
  const { i18n } = useTranslation();
  const locale = format.varietyOf(i18n.language, navigator.languages);
  return useMemo(() => {
    const context = { locale, now };
    return {
      locale,
      time: (at: string | number) => format.formatTime(at, context),
      day: (at: string | number) => format.formatDay(at, context),
      stamp: (at: string | number) => format.formatStamp(at, context),
      dateTime: (at: string | number) => format.formatDateTime(at, context),
      soon: (at: string | number) => format.formatSoon(at, context),
      ago: (at: string | number) => format.formatDuration(now - new Date(at).getTime(), locale),
    };
  }, [locale, now]);
}
