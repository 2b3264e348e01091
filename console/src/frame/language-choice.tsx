import { useTranslation } from "react-i18next";
import { chooseLocale } from "~/i18n";
import type { Locale } from "~/lib/prefs";
import { Segmented } from "~/ui/field";

export const LANGUAGES: { value: Locale; label: string }[] = [
  { value: "ru", label: "Русский" },
  { value: "en", label: "English" },
];

export function LanguageChoice() {
  const { t, i18n } = useTranslation();
  return (
    <Segmented
      label={t("menu.language")}
      value={i18n.language as Locale}
      options={LANGUAGES}
      onChange={chooseLocale}
    />
  );
}
