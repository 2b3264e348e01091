import { expect, test } from "vitest";
import { accentTokens, applyAppearance } from "../src/chat/theme";
import { checkedAppearance } from "../src/shared/appearance";
import { isHex, luminance, textOn } from "../src/shared/colour";

const ACCENTS = [
  "#3456d3",
  "#1f7a4d",
  "#ffe600",
  "#000000",
  "#ffffff",
  "#ff0000",
  "#7a3b2e",
  "#767676",
  "#00ffff",
];
const WHITE = "#ffffff";
const DARK_SURFACE = "#15181e";

/** By the formula of WCAG itself, not by the one under test. */
function contrast(a: string, b: string): number {
  const light = (hex: string) =>
    [1, 3, 5]
      .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
      .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
      .reduce((sum, part, at) => sum + part * ([0.2126, 0.7152, 0.0722][at] as number), 0);
  const [low, high] = [light(a), light(b)].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

const pair = (value: string) =>
  (/light-dark\((\S+), (\S+)\)/.exec(value) as RegExpExecArray).slice(1) as [string, string];

test.each(ACCENTS)("%s carries readable text in both themes", (accent) => {
  const tokens = accentTokens(accent);
  const [light, dark] = pair(tokens["--color-accent"] as string);
  const [onLight, onDark] = pair(tokens["--color-on-accent"] as string);
  const [textLight, textDark] = pair(tokens["--color-accent-text"] as string);
  expect(light).toBe(accent);
  expect(contrast(light, onLight)).toBeGreaterThanOrEqual(4);
  expect(contrast(dark, onDark)).toBeGreaterThanOrEqual(4);
  expect(contrast(textLight, WHITE)).toBeGreaterThanOrEqual(4.5);
  expect(contrast(textDark, DARK_SURFACE)).toBeGreaterThanOrEqual(4.5);
});

test("what cannot be drawn changes nothing", () => {
  const root = document.createElement("div");
  for (const accent of [null, undefined, "", "red", "#fff", "#12345g", "#123456; x: y"]) {
    const given = { accent, scheme: "dim", radius: "8px", position: "top", x: -1, launcher: null };
    expect(checkedAppearance(given)).toEqual({});
  }
  expect(checkedAppearance(null)).toEqual({});
  applyAppearance({}, root);
  expect(root.getAttribute("style") ?? "").toBe("");
});

test("colours, corners and scheme are put on, and a scheme is taken off again", () => {
  const root = document.createElement("div");
  applyAppearance(checkedAppearance({ accent: "#123456", radius: 4, scheme: "dark" }), root);
  expect(root.style.getPropertyValue("--color-accent")).toContain("#123456");
  expect(root.style.getPropertyValue("--radius")).toBe("4px");
  expect(root.dataset.theme).toBe("dark");
  applyAppearance({ scheme: "auto" }, root);
  expect(root.dataset.theme).toBeUndefined();
});

test("helpers agree with the eye", () => {
  expect(textOn("#ffffff")).toBe("#14171d");
  expect(textOn("#000000")).toBe("#ffffff");
  expect(luminance("#808080")).toBeCloseTo(0.216, 1);
  expect(isHex("#AbCdEf")).toBe(true);
});
