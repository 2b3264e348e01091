import { expect, test } from "vitest";
import { faultOf, toSend } from "./look";
import { previewOf } from "./preview";
import { freeName, moved, replaced, without } from "./rows";
import { snippetOf } from "./snippet";
import type { AskedField, AskedForm, Look, Opening, Theme } from "./widget-api";

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
  pre_chat: null,
  offline: null,
  openings: [],
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

const field = (part: Partial<AskedField> = {}): AskedField => ({
  key: "field_1",
  kind: "text",
  label: { en: "Order" },
  required: false,
  options: [],
  ...part,
});
const form = (part: Partial<AskedForm> = {}): AskedForm => ({
  intro: null,
  fields: [],
  consent: null,
  ...part,
});
const CONSENT = { purpose: "personal_data", text: { ru: "Согласна" }, url: null };

test.each<[Partial<AskedForm>, string | null]>([
  [{}, null],
  [{ fields: [field()] }, null],
  [{ fields: [field({ label: { ru: " " } })] }, "field"],
  [{ fields: [field({ kind: "select" })] }, "choice"],
  [{ fields: [field({ kind: "select", options: [{ value: "a", label: {} }] })] }, "choice"],
  [{ consent: CONSENT }, null],
  [{ consent: { ...CONSENT, text: {} } }, "consent"],
  [{ consent: { ...CONSENT, purpose: "Personal data" } }, "purpose"],
])("a form with %j has the fault %j", (part, fault) => {
  expect(faultOf(look({}, { offline: form(part) }))).toBe(fault);
  expect(faultOf(look({}, { pre_chat: { ...form(part), shown: "always" } }))).toBe(fault);
});

const opening = (when: Partial<Opening["when"]>, part: Partial<Opening> = {}): Opening => ({
  id: "opening-1",
  text: { en: "May I help?" },
  when: { page: null, after_s: null, scroll: null, event: null, ...when },
  once: "visit",
  ...part,
});

test.each<[Opening, string | null]>([
  [opening({ after_s: 0 }), null],
  [opening({ page: "/catalog/*", scroll: 100, event: "cart.left" }), null],
  [opening({}), "openingWhen"],
  [opening({ after_s: 3601 }), "openingCount"],
  [opening({ scroll: 0 }), "openingCount"],
  [opening({ after_s: Number.NaN }), "openingCount"],
  [opening({ page: "/a b" }), "openingPage"],
  [opening({ event: "1st" }), "openingEvent"],
  [opening({ after_s: 1 }, { text: { en: " " } }), "openingText"],
])("an opening %j has the fault %j", (one, fault) => {
  expect(faultOf(look({}, { openings: [opening({ after_s: 1 }), one] }))).toBe(fault);
});

test("forms and openings are sent with the languages that are written", () => {
  const sent = toSend(
    look(
      {},
      {
        offline: form({
          intro: { en: " " },
          fields: [field({ label: { en: " Order ", ru: "" } })],
          consent: { ...CONSENT, text: { ru: " Да ", en: "" } },
        }),
        openings: [opening({ after_s: 1 }, { text: { en: "Hi", ru: " " } })],
      },
    ),
  );
  expect(sent.offline).toMatchObject({ intro: null, fields: [{ label: { en: "Order" } }] });
  expect(sent.offline?.consent?.text).toEqual({ ru: "Да" });
  expect(sent.openings[0]?.text).toEqual({ en: "Hi" });
});

test("rows change places, and none falls off an end", () => {
  expect(moved([1, 2, 3], 0, 1)).toEqual([2, 1, 3]);
  expect(moved([1, 2, 3], 0, -1)).toEqual([1, 2, 3]);
  expect(moved([1, 2, 3], 2, 1)).toEqual([1, 2, 3]);
  expect(without([1, 2, 3], 1)).toEqual([1, 3]);
  expect(replaced([{ a: 1, b: 2 }], 0, { b: 3 })).toEqual([{ a: 1, b: 3 }]);
  expect(freeName("field_", ["field_1", "field_3"])).toBe("field_2");
});
