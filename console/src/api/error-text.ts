import { useTranslation } from "react-i18next";
import type { Translate } from "~/i18n";
import en from "~/i18n/en.json";
import { ApiError } from "./client";

type KnownCode = keyof typeof en.errors;

function isKnown(code: string): code is KnownCode {
  return code in en.errors;
}

/**
 * What went wrong, as a sentence for the person at the screen: our own words for codes we know, in their
 * language; else the server's sentence; never a bare number.
 */
export function errorText(t: Translate, error: unknown): string {
  if (!(error instanceof ApiError)) return t("errors.unknown");
  const field = error.fields[0];
  if (isKnown(error.code)) return t(`errors.${error.code}`);
  if (error.detail) return error.detail;
  if (field) return `${field.field}: ${field.message}`;
  if (error.status >= 500) return t("errors.server");
  return t("errors.unknown");
}

export function useErrorText(): (error: unknown) => string {
  const { t } = useTranslation();
  return (error) => errorText(t, error);
}
