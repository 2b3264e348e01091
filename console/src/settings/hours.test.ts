import { describe, expect, test } from "vitest";
import type { Span } from "~/api/types";
import { copyDay, faultOf, faultsOf, fromEndField, nextSpan, tidyWeek, toField } from "./hours";

describe("the spans of a day", () => {
  test.each<[Span[], string | null]>([
    [[], null],
    [[["09:00", "18:00"]], null],
    [
      [
        ["14:00", "24:00"],
        ["09:00", "13:00"],
      ],
      null,
    ],
    [
      [
        ["09:00", "13:00"],
        ["13:00", "18:00"],
      ],
      null,
    ],
    [
      [
        ["09:00", "13:00"],
        ["12:00", "18:00"],
      ],
      "overlap",
    ],
    [[["18:00", "09:00"]], "order"],
    [[["09:00", "09:00"]], "order"],
    [[["", "18:00"]], "incomplete"],
    [[["24:00", "24:00"]], "incomplete"],
  ])("%j: %s", (spans, fault) => expect(faultOf(spans)).toBe(fault));

  test("end at midnight, which a time field calls 00:00", () => {
    expect(toField("24:00")).toBe("00:00");
    expect(fromEndField("00:00")).toBe("24:00");
    expect(fromEndField("18:00")).toBe("18:00");
  });

  test("go on after the last one", () => {
    expect(nextSpan([])).toEqual(["09:00", "18:00"]);
    expect(nextSpan([["09:00", "13:00"]])).toEqual(["14:00", "18:00"]);
    expect(nextSpan([["09:00", "20:00"]])).toEqual(["21:00", "22:00"]);
    expect(nextSpan([["00:00", "24:00"]])).toEqual(["", ""]);
  });
});

describe("a week", () => {
  test("is sent in order and without closed days", () => {
    const week = {
      tue: [
        ["14:00", "18:00"],
        ["09:00", "13:00"],
      ] as Span[],
      mon: [],
    };
    expect(tidyWeek(week)).toEqual({
      tue: [
        ["09:00", "13:00"],
        ["14:00", "18:00"],
      ],
    });
  });

  test("copies a day without sharing it", () => {
    const before = { mon: [["09:00", "18:00"]] as Span[], sun: [["10:00", "12:00"]] as Span[] };
    const after = copyDay(before, "mon", ["tue", "wed"]);
    expect(after).toEqual({ ...before, tue: [["09:00", "18:00"]], wed: [["09:00", "18:00"]] });
    expect(after.tue).not.toBe(before.mon);
  });

  test("names the days that have a fault", () => {
    expect(faultsOf({ mon: [["09:00", "18:00"]], fri: [["18:00", "09:00"]] })).toEqual({ fri: "order" });
  });
});
