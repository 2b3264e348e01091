import i18next, { type TFunction } from "i18next";
import { initReactI18next } from "react-i18next";
import { type Locale, prefs, setPrefs } from "~/lib/prefs";
import { showToast } from "~/ui/toast";
import type connecting from "./connecting.en.json";
import type en from "./en.json";

export type Translate = TFunction<"translation">;

declare module "i18next" {
  interface CustomTypeOptions {
    resources: { translation: typeof en & typeof connecting };
    returnNull: false;
  }
}

function browserLocale(): Locale {
  return navigator.languages.some((language) => language.toLowerCase().startsWith("ru")) ? "ru" : "en";
}

type Texts = Record<string, unknown>;

/** A language comes when it is first spoken: nobody reads two at once. */
const FILES: Record<Locale, () => Promise<{ default: Texts }>> = {
  en: () => import("./en.json"),
  ru: () => import("./ru.json"),
};
/** Texts that only some pages show come with those. */
const PARTS = {
  connecting: {
    en: () => import("./connecting.en.json"),
    ru: () => import("./connecting.ru.json"),
  },
} satisfies Record<string, Record<Locale, () => Promise<{ default: Texts }>>>;
type Part = keyof typeof PARTS;
const parts = new Set<Part>();
const here: Partial<Record<Locale, Texts>> = {};

/** Have the texts of a language here. */
export function keepTexts(locale: Locale, texts: Texts): void {
  here[locale] = { ...here[locale], ...texts };
  if (i18next.isInitialized) i18next.addResourceBundle(locale, "translation", texts);
}

async function fetchTexts(locale: Locale): Promise<void> {
  const keep = async (load: () => Promise<{ default: Texts }>) => keepTexts(locale, (await load()).default);
  await Promise.all([
    here[locale]?.common ? undefined : keep(FILES[locale]),
    ...[...parts].map((part) => (here[locale]?.[part] ? undefined : keep(PARTS[part][locale]))),
  ]);
}

/** Fetch a page, and the texts that only such pages show. */
export async function withTexts<T>(part: Part, page: Promise<T>): Promise<T> {
  parts.add(part);
  await fetchTexts((i18next.language as Locale | undefined) ?? firstLocale());
  return page;
}

const firstLocale = (): Locale => prefs.get().locale ?? browserLocale();

/** Fetch the reader's language and speak it. */
export async function fetchI18n(): Promise<void> {
  await fetchTexts(firstLocale());
  startI18n();
}

/** Speak the reader's language, whose texts are here. */
export function startI18n(): void {
  const resources = Object.fromEntries(
    Object.entries(here).map(([locale, texts]) => [locale, { translation: texts }]),
  );
  void i18next.use(initReactI18next).init({
    resources,
    lng: firstLocale(),
    fallbackLng: false, // the two say the same things, and the other one may not be here
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
  if (i18next.language !== wanted) speak(wanted);
}

export function chooseLocale(locale: Locale): void {
  setPrefs({ locale });
  speak(locale);
}

/** Change the language; where its texts cannot be fetched, say so in the present one. */
function speak(locale: Locale): void {
  fetchTexts(locale).then(
    () => i18next.changeLanguage(locale),
    () => showToast({ tone: "error", text: i18next.t("errors.network"), about: "language" }),
  );
}

export { i18next };
