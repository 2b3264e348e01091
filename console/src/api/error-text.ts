import { useTranslation } from "react-i18next";
import { i18next, type Translate } from "~/i18n";
import type en from "~/i18n/en.json";
import { ApiError } from "./client";

type KnownCode = keyof typeof en.errors;

/** Whether we have a sentence of our own for a code. */
export function isKnownCode(code: string): code is KnownCode {
  return /^\w+$/.test(code) && i18next.exists(`errors.${code}`);
}

/**
 * What went wrong, as a sentence for the person at the screen, in their language: our own words for codes we
 * know, else what can be said of any refusal, with the code for whoever looks into it.
 */
export function errorText(t: Translate, error: unknown): string {
  if (!(error instanceof ApiError)) return t("errors.unknown");
  if (isKnownCode(error.code)) return t(`errors.${error.code}`);
  if (error.status >= 500) return t("errors.server");
  return t("errors.other", {
    code: error.fields[0] ? `${error.code}, ${error.fields[0].field}` : error.code,
  });
}

export function useErrorText(): (error: unknown) => string {
  const { t } = useTranslation();
  return (error) => errorText(t, error);
}
