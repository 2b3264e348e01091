import { describe, expect, test } from "vitest";
import { measure, smsSize } from "./measure";

describe("a text is counted as its channel counts it", () => {
  test("in characters, UTF-16 units and bytes", () => {
    expect((["characters", "utf16", "bytes"] as const).map((unit) => measure("я😀", unit))).toEqual([
      2, 3, 6,
    ]);
  });

  test.each([
    ["a".repeat(160), 1, 0],
    ["a".repeat(161), 2, 145],
    ["a".repeat(307), 3, 152],
    ["€".repeat(80), 1, 0],
    ["€".repeat(81), 2, 143],
    ["я".repeat(70), 1, 0],
    ["я".repeat(71), 2, 63],
    ["😀".repeat(36), 2, 61],
    [`${"a".repeat(100)}я`, 2, 33],
    ["", 1, 160],
  ])("in parts of an SMS: %#", (text, parts, left) => {
    expect(smsSize(text)).toEqual({ parts, left });
  });
});
