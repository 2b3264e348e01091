// @vitest-environment node
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

type Theme = "light" | "dark";
const css = readFileSync(new URL("./tokens.css", import.meta.url), "utf8");
const pairs = new Map(
  [
    ...css.matchAll(/(--color-[a-z1-6-]+|--focus-color):\s*light-dark\((#[0-9a-f]{6}),\s*(#[0-9a-f]{6})\)/g),
  ].map(([, name, light, dark]) => [name as string, { light: light as string, dark: dark as string }]),
);

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: string, other: string): number {
  const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

function colour(name: string, theme: Theme): string {
  const pair = pairs.get(name);
  if (!pair) throw new Error(`tokens.css has no plain pair ${name}`);
  return pair[theme];
}

const surfaces = ["bg", "surface", "raised", "sunken", "hover", "selected"];
/** Surfaces that carry the main text only. */
const thumbs = ["thumb", "pressed"];
const texts = ["text", "text-muted", "text-faint"];
const soft = ["bot", "operator", "note", "warning", "danger", "success"];
const AA_TEXT: [string, string][] = [
  ...surfaces.flatMap((surface) => texts.map((text): [string, string] => [text, surface])),
  ...thumbs.map((surface): [string, string] => ["text", surface]),
  ...surfaces.map((surface): [string, string] => ["accent-text", surface]),
  ...soft.flatMap((name): [string, string][] => [
    [name, `${name}-soft`],
    [name, "surface"],
    [name, "bg"],
    ["text", `${name}-soft`],
    ["text-muted", `${name}-soft`],
  ]),
  ["pink", "pink-soft"],
  ["accent-text", "accent-soft"],
  ["text-muted", "accent-soft"],
  ["on-accent", "accent"],
  ["on-accent", "accent-hover"],
  ["on-danger", "danger-solid"],
  ["on-tooltip", "tooltip"],
  ...[1, 2, 3, 4, 5, 6].map((tint): [string, string] => [`on-avatar-${tint}`, `avatar-${tint}`]),
];

describe.each<Theme>(["light", "dark"])("tokens in the %s theme", (theme) => {
  test.each(AA_TEXT)("%s on %s reads at 4.5:1", (front, back) => {
    expect(
      contrast(colour(`--color-${front}`, theme), colour(`--color-${back}`, theme)),
    ).toBeGreaterThanOrEqual(4.5);
  });

  test.each(["bg", "surface", "raised"])("outlines of controls and focus show at 3:1 on %s", (back) => {
    expect(
      contrast(colour("--color-border-control", theme), colour(`--color-${back}`, theme)),
    ).toBeGreaterThanOrEqual(3);
    expect(contrast(colour("--focus-color", theme), colour(`--color-${back}`, theme))).toBeGreaterThanOrEqual(
      3,
    );
  });
});

test("every colour token has a value in both themes", () => {
  const declared = [...css.matchAll(/^\s*--color-[a-z1-6-]+:\s*(.+);$/gm)].map((match) => match[1] as string);
  expect(declared.length).toBeGreaterThan(40);
  for (const value of declared) expect(value).toMatch(/^light-dark\(.+, .+\)$/);
});
