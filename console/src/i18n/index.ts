import i18next, { type TFunction } from "i18next";
import { initReactI18next } from "react-i18next";
import { type Locale, prefs, setPrefs } from "~/lib/prefs";
import en from "./en.json";
import ru from "./ru.json";

export type Translate = TFunction<"translation">;

declare module "i18next" {
  interface CustomTypeOptions {
    resources: { translation: typeof en };
    returnNull: false;
  }
}

function browserLocale(): Locale {
  return navigator.languages.some((language) => language.toLowerCase().startsWith("ru")) ? "ru" : "en";
}

export function startI18n(): void {
  void i18next.use(initReactI18next).init({
    resources: { en: { translation: en }, ru: { translation: ru } },
    lng: prefs.get().locale ?? browserLocale(),
    fallbackLng: "en",
    interpolation: { escapeValue: false }, // React escapes
    initAsync: false,
  });
  markLanguage();
  i18next.on("languageChanged", markLanguage);
}

function markLanguage(): void {
  document.documentElement.lang = i18next.language;
}

/** Follow the account's language until the user picks one in this browser. */
export function adoptAccountLocale(locale: string): void {
  if (prefs.get().locale) return;
  const wanted: Locale = locale.startsWith("ru") ? "ru" : "en";
  if (i18next.language !== wanted) void i18next.changeLanguage(wanted);
}

export function chooseLocale(locale: Locale): void {
  setPrefs({ locale });
  void i18next.changeLanguage(locale);
}

export { i18next };
