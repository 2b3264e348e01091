import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  CATALOGUES,
  clock,
  day,
  type Key,
  locale,
  moment,
  type Plural,
  reasonText,
  t,
} from "../src/chat/texts";

const keys = Object.keys(CATALOGUES.en) as Key[];
const forms = (text: string | Plural) => (typeof text === "string" ? [text] : Object.values(text));
const holes = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();

beforeEach(() => {
  locale.value = "ru";
});
afterEach(() => {
  locale.value = "en";
});

describe("both languages", () => {
  test("have the same keys, none of them empty", () => {
    expect(Object.keys(CATALOGUES.ru).sort()).toEqual([...keys].sort());
    for (const language of ["ru", "en"] as const) {
      for (const key of keys)
        for (const form of forms(CATALOGUES[language][key])) expect(form.trim(), key).not.toBe("");
    }
  });

  test.each(keys)("%s has the same holes in every form", (key) => {
    const wanted = holes(forms(CATALOGUES.en[key])[0] as string);
    for (const language of ["ru", "en"] as const) {
      for (const form of forms(CATALOGUES[language][key])) expect(holes(form)).toEqual(wanted);
    }
  });

  test.each(["ru", "en"] as const)("%s has each plural form of its language", (language) => {
    const wanted = new Intl.PluralRules(language).resolvedOptions().pluralCategories.sort();
    for (const key of keys) {
      const text = CATALOGUES[language][key];
      if (typeof text !== "string") expect(Object.keys(text).sort(), key).toEqual(wanted);
    }
  });
});

test("counting follows the language", () => {
  const left = (count: number) => t("composer.count", { count });
  expect([1, 3, 5, 21].map(left)).toEqual([
    "Остался 1 символ",
    "Осталось 3 символа",
    "Осталось 5 символов",
    "Остался 21 символ",
  ]);
  locale.value = "en";
  expect([1, 21].map(left)).toEqual(["1 character left", "21 characters left"]);
});

test("a value is put in as it is, whatever it contains", () => {
  expect(t("status.operator", { name: "{name} $& <b>" })).toBe("Вам отвечает {name} $& <b>");
});

test("reasons are told in words, unknown ones in general", () => {
  expect(reasonText("message_too_long")).toBe("Сообщение слишком длинное.");
  expect(reasonText("something_new")).toBe("Сообщение не принято.");
  expect(reasonText(null)).toBe("Сообщение не принято.");
});

test("times and days are those of the language", () => {
  const now = new Date(2026, 10, 25, 15, 0);
  const at = (date: Date) => date.toISOString();
  expect(day(at(new Date(2026, 10, 25, 0, 5)), now)).toBe("Сегодня");
  expect(day(at(new Date(2026, 10, 24, 23, 55)), now)).toBe("Вчера");
  expect(day(at(new Date(2026, 10, 3)), now)).toBe("3 ноября");
  expect(day(at(new Date(2025, 10, 3)), now)).toContain("2025");
  expect(clock(at(new Date(2026, 10, 25, 9, 5)))).toBe("09:05");
  expect(moment(at(new Date(2026, 10, 25, 18, 0)), now)).toBe("с 18:00");
  expect(moment(at(new Date(2026, 10, 26, 9, 0)), now)).toContain("чт");
  locale.value = "en";
  expect(day(at(new Date(2026, 10, 3)), now)).toBe("November 3");
  vi.spyOn(navigator, "languages", "get").mockReturnValue(["ru-RU", "en-GB"]);
  expect(day(at(new Date(2026, 10, 3)), now)).toBe("3 November");
  expect(clock(at(new Date(2026, 10, 25, 9, 5)))).toBe("09:05");
  vi.restoreAllMocks();
});
