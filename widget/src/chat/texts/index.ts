import { signal } from "@preact/signals";
import type { Locale } from "../../shared/protocol";
import { en } from "./en";
import { ru } from "./ru";

/** Forms of a text that counts, by `Intl.PluralRules` category; `other` always exists. */
export type Plural = { other: string } & Partial<Record<Intl.LDMLPluralRule, string>>;
export type Key = keyof typeof en;
export type Texts = { [K in Key]: (typeof en)[K] extends string ? string : Plural };

export const CATALOGUES: Record<Locale, Texts> = { ru, en };

export const locale = signal<Locale>("ru");

const rules: Partial<Record<Locale, Intl.PluralRules>> = {};

type Values = Record<string, string | number>;

/** Speaks from catalogues in the current language; reading a text in a component follows a change of language. */
export function speaker<Name extends string>(catalogues: Record<Locale, Record<Name, string | Plural>>) {
  return (key: Name, values: Values = {}): string => {
    const language = locale.value;
    let text = catalogues[language][key];
    if (typeof text !== "string") {
      rules[language] ??= new Intl.PluralRules(language);
      text = text[rules[language].select(Number(values.count))] ?? text.other;
    }
    return text.replace(/\{(\w+)\}/g, (hole, name: string) => String(values[name] ?? hole));
  };
}

/** The text of `key`. */
export const t = speaker<Key>(CATALOGUES);

/** 1.5 MB, in the units of people. */
export function bytes(count: number): string {
  const [value, unit] =
    count < 1e6 ? [Math.max(1, Math.round(count / 1e3)), "kilobyte"] : [count / 1e6, "megabyte"];
  return new Intl.NumberFormat(variety(), { style: "unit", unit, maximumFractionDigits: 1 }).format(value);
}

/** Why a message was refused, in words; an unknown code is told in general. */
export function reasonText(code: string | null): string {
  const key = `reason.${code}`;
  return t(key in CATALOGUES.en ? (key as Key) : "reason.refused");
}

/** The visitor's own variety of the current language, `en-GB` for one: it says how days and hours are written. */
function variety(): string {
  const language = locale.value;
  return navigator.languages.find((each) => each.startsWith(`${language}-`)) ?? language;
}

/** 09:05, or 9:05 AM where the day has twice twelve hours. */
function time(): Intl.DateTimeFormatOptions {
  const { hour12 } = new Intl.DateTimeFormat(variety(), { hour: "numeric" }).resolvedOptions();
  return { hour: hour12 ? "numeric" : "2-digit", minute: "2-digit" };
}

export function clock(at: string): string {
  return new Intl.DateTimeFormat(variety(), time()).format(new Date(at));
}

function dayNumber(date: Date): number {
  return Math.floor((date.getTime() - date.getTimezoneOffset() * 60_000) / 86_400_000);
}

/** "Today", "Yesterday" or the date; the year only when it is another one. */
export function day(at: string, now = new Date()): string {
  const date = new Date(at);
  const distance = dayNumber(now) - dayNumber(date);
  if (distance === 0) return t("day.today");
  if (distance === 1) return t("day.yesterday");
  const year = date.getFullYear() === now.getFullYear() ? undefined : "numeric";
  return new Intl.DateTimeFormat(variety(), { day: "numeric", month: "long", year }).format(date);
}

/** When people are back: the hour when it is today, with the weekday otherwise. */
export function moment(at: string, now = new Date()): string {
  const date = new Date(at);
  const weekday = dayNumber(now) === dayNumber(date) ? undefined : "short";
  const text = new Intl.DateTimeFormat(variety(), { weekday, ...time() }).format(date);
  return locale.value === "ru" ? `с ${text}` : text;
}
