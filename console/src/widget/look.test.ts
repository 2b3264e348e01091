import { expect, test } from "vitest";
import { faultOf, toSend } from "./look";
import { previewOf } from "./preview";
import { snippetOf } from "./snippet";
import type { Look, Theme } from "./widget-api";

const THEME: Theme = {
  accent: "#1f7a4d",
  scheme: "auto",
  radius: 12,
  position: "right",
  x: 20,
  y: 20,
  launcher: { kind: "bubble", text: null },
  logo_file_id: null,
};
const FEATURES = { articles: true, files: true, voice: true, csat: false, receipts: true, history: true };
const look = (theme: Partial<Theme> = {}, more: Partial<Look> = {}): Look => ({
  theme: { ...THEME, ...theme },
  title: null,
  greeting: null,
  away: null,
  features: FEATURES,
  ...more,
});

test.each([
  [{}, null],
  [{ accent: "red" }, "accent"],
  [{ radius: 25 }, "length"],
  [{ x: 1.5 }, "length"],
  [{ y: Number.NaN }, "length"],
  [{ launcher: { kind: "label" as const, text: { ru: " " } } }, "label"],
  [{ launcher: { kind: "label" as const, text: { en: "Ask" } } }, null],
])("a theme with %j has the fault %j", (theme, fault) => {
  expect(faultOf(look(theme))).toBe(fault);
});

test("texts of which nothing is written are sent as none", () => {
  const sent = toSend(look({}, { title: { ru: " Чай ", en: " " }, away: { ru: "" } }));
  expect([sent.title, sent.away, sent.greeting]).toEqual([{ ru: "Чай" }, null, null]);
});

test("the preview speaks one language, and the other where the one is missing", () => {
  const shown = look(
    { launcher: { kind: "label", text: { ru: "Спросить" } } },
    { title: { ru: "Чай", en: "Tea" } },
  );
  expect(previewOf(shown, "en")).toMatchObject({ title: "Tea", theme: { launcher: { text: "Спросить" } } });
  expect(previewOf(shown, "ru").title).toBe("Чай");
});

test("the snippet is of this host and this workspace", () => {
  const text = snippetOf("https://support.example", "tea-shop");
  expect(text).toContain("https://support.example/widget/loader.js");
  expect(text).toContain("omni('init','tea-shop');");
});
