// @vitest-environment node
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import connectingEn from "./connecting.en.json";
import connectingRu from "./connecting.ru.json";
import en from "./en.json";
import ru from "./ru.json";

type Tree = { [key: string]: string | Tree };
const PLURAL = /_(zero|one|two|few|many|other)$/;

function leaves(tree: Tree, path = ""): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === "string"
      ? [[`${path}${key}`, value] as [string, string]]
      : leaves(value, `${path}${key}.`),
  );
}

const texts = {
  en: new Map(leaves({ ...en, ...connectingEn })),
  ru: new Map(leaves({ ...ru, ...connectingRu })),
};
const bases = (map: Map<string, string>) => new Set([...map.keys()].map((key) => key.replace(PLURAL, "")));
/** Without `count`: "one" may say it in words. */
const names = (text: string) =>
  [...text.matchAll(/\{\{(\w+)\}\}/g)]
    .map((match) => match[1])
    .filter((name) => name !== "count")
    .sort();

describe("the two languages", () => {
  test("say the same things", () => {
    expect([...bases(texts.ru)].sort()).toEqual([...bases(texts.en)].sort());
  });

  test("have all forms their plurals need", () => {
    for (const [locale, map] of Object.entries(texts)) {
      const forms = new Intl.PluralRules(locale).resolvedOptions().pluralCategories;
      const plural = new Set(
        [...map.keys()].filter((key) => PLURAL.test(key)).map((key) => key.replace(PLURAL, "")),
      );
      expect(plural.size).toBeGreaterThan(5);
      for (const base of plural)
        for (const form of forms) expect([...map.keys()]).toContain(`${base}_${form}`);
    }
  });

  test("name the same values in every text", () => {
    const english = new Map<string, string[]>();
    for (const [key, text] of texts.en) {
      const base = key.replace(PLURAL, "");
      english.set(base, [...(english.get(base) ?? []), text]);
    }
    for (const [other, translated] of texts.ru) {
      for (const text of english.get(other.replace(PLURAL, "")) ?? [])
        expect([other, names(translated)]).toEqual([other, names(text)]);
    }
  });

  test("leave nothing empty and nothing untranslated", () => {
    const same = [...texts.en].filter(
      ([key, text]) => texts.ru.get(key) === text && /[a-z]{3}/i.test(text.replaceAll(/\{\{\w+\}\}/g, "")),
    );
    expect(same.map(([key]) => key)).toEqual([
      "channels.telegram",
      "channels.whatsapp",
      "channels.sms",
      "channels.max",
    ]);
    for (const map of Object.values(texts))
      for (const [key, text] of map) expect([key, text.trim()]).not.toEqual([key, ""]);
  });

  test("carry no text that no page uses", () => {
    const source = readAll(join(import.meta.dirname, ".."));
    const dynamic = [
      "errors.",
      "status.",
      "controller.",
      "author.",
      "delivery.",
      "events.",
      "views.",
      "theme.",
      "channels.",
      "help.keys.",
      "help.sections.",
      "list.empty.",
      "command.groups.",
      "held.all.",
      "held.texts.",
      "reply.window.",
      "snooze.presets.",
      "articles.locales.",
      "articles.faults.",
      "fallbackPolicy.policies.",
      "fallbackPolicy.means.",
      "thread.forms.",
      "settings.groups.",
      "settings.sections.",
      "settings.invalid.",
      "merge.matches.",
      "settings.attributes.kinds.",
      "settings.attributes.subjects.",
      "availability.kinds.",
      "availability.means.",
      "settings.colors.",
      "settings.days.",
      "settings.roles.scopes.",
      "settings.audit.outcomes.",
      "settings.audit.nouns.",
      "settings.audit.verbs.",
      "settings.members.ask.",
      "settings.members.means.",
      "settings.connections.kinds.",
      "settings.webhooks.kinds.",
      "settings.deliveries.statuses.",
      "settings.hours.faults.",
      "settings.holidays.faults.",
      "widget.schemes.",
      "widget.positions.",
      "widget.launchers.",
      "widget.texts.",
      "widget.in.",
      "widget.features.",
      "widget.faults.",
      "widget.forms.",
      "widget.openings.times.",
      "security.modes.",
      "security.policies.",
      "platform.statuses.",
      "platform.acts.",
      "platform.ask.",
      "platform.means.",
      "platform.done.",
      "privacy.retention.kinds.",
      "privacy.retention.names.",
      "privacy.exports.statuses.",
      "privacy.erasures.statuses.",
      "roleNames.",
      "deliveries.reasons.",
      "deliveries.statuses.",
      "deliveries.decisions.",
      "deliveries.done.",
      "connecting.statistics.",
      "connecting.test.",
      "connecting.states.",
      "connecting.problems.",
      "connecting.kinds.",
      "connecting.needs.",
      "connecting.steps.",
      "connecting.fields.",
      "connecting.mailbox.",
      "keys.",
    ];
    const unused = [...bases(texts.en)].filter(
      (key) => !dynamic.some((prefix) => key.startsWith(prefix)) && !source.includes(`"${key}"`),
    );
    expect(unused).toEqual([]);
  });
});

function readAll(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => /\.tsx?$/.test(file) && !file.includes(".test."))
    .map((file) => readFileSync(join(folder, file), "utf8"))
    .join("\n");
}
