import { describe, expect, test } from "vitest";
import { ApiError } from "~/api/client";
import { i18next, startI18n } from "~/i18n";
import { keyOf } from "./key-of";
import { readRefusal } from "./refusal";
import { visibleGroups } from "./sections";

startI18n();
await i18next.changeLanguage("en");
const read = (error: unknown, known: string[]) => readRefusal(i18next.t, error, known);

describe("a refusal", () => {
  test("by a code stands at the field that it is about", () => {
    const refused = new ApiError({ status: 409, code: "tag_exists" });
    expect(read(refused, ["key", "name"])).toEqual({
      fields: { key: "There is a tag with this key already. Choose another key." },
      rest: null,
    });
  });

  test("by a code whose field the form does not have is told above it", () => {
    expect(read(new ApiError({ status: 409, code: "tag_exists" }), ["name"]).rest).toMatch(/already/);
  });

  test("of the shape names each field once, the innermost that the form has", () => {
    const refused = new ApiError({
      status: 422,
      code: "invalid",
      errors: [
        { field: "name", message: "String should have at least 1 character" },
        { field: "auth.bearer.token", message: "String should match pattern" },
        { field: "nobody_knows", message: "Extra inputs are not permitted" },
      ],
    });
    const found = read(refused, ["name", "token", "auth"]);
    expect(Object.keys(found.fields)).toEqual(["name", "token"]);
    expect(found.fields.name).toBe("Enter a name of at most 120 characters.");
    expect(found.rest).not.toBeNull();
  });

  test("because somebody else was faster is not told as one of a conversation", () => {
    expect(read(new ApiError({ status: 409, code: "conflict" }), []).rest).toMatch(/Somebody changed it/);
  });

  test("is none before anything was refused", () => {
    expect(read(null, ["name"])).toEqual({ fields: {}, rest: null });
  });
});

describe("a key made from a name", () => {
  test.each([
    ["Delivery", "delivery"],
    ["Возврат денег", "vozvrat_deneg"],
    ["  Щука & Ёж!  ", "schuka_ezh"],
    ["Café №1", "cafe_1"],
    ["日本", ""],
    ["x".repeat(80), "x".repeat(63)],
  ])("%s is %s", (name, key) => expect(keyOf(name)).toBe(key));
});

describe("the navigation", () => {
  test("has what one may see and no group that is empty", () => {
    expect(visibleGroups(() => false)).toEqual([]);
    const seen = visibleGroups((permission) => permission === "settings.read");
    expect(seen.flatMap((group) => group.sections.map((section) => section.key))).toContain("tags");
    expect(seen.every((group) => group.sections.length > 0)).toBe(true);
  });
});
