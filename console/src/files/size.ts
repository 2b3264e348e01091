import { useTranslation } from "react-i18next";

const UNITS = ["byte", "kilobyte", "megabyte"] as const;

/** Bytes in words of a language: "1.4 MB", «1,4 МБ». */
export function fileSize(bytes: number, locale: string): string {
  const power = bytes >= 2 ** 20 ? 2 : bytes >= 2 ** 10 ? 1 : 0;
  return new Intl.NumberFormat(locale, {
    style: "unit",
    unit: UNITS[power],
    unitDisplay: "short",
    maximumFractionDigits: power === 2 ? 1 : 0,
  }).format(bytes / 2 ** (10 * power));
}

export function useFileSize(): (bytes: number) => string {
  const { i18n } = useTranslation();
  return (bytes) => fileSize(bytes, i18n.language);
}
