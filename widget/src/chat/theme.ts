import type { Appearance } from "../shared/appearance";
import { DARK_TEXT, LIGHT_TEXT, luminance, textOn } from "../shared/colour";

// Luminance of the surfaces of the design tokens, white and #15181e, and what 4.5:1 asks of text on them (a little
// more in the dark, where thin letters fade).
const DARKEST_ON_WHITE = 0.183;
const LIGHTEST_ON_DARK = 0.3;
// A bubble of the accent must stand out from a dark surface.
const VISIBLE_ON_DARK = 0.05;

function mix(hex: string, other: string, share: number): string {
  const part = (at: number) => {
    const [a, b] = [hex, other].map((text) => Number.parseInt(text.slice(at, at + 2), 16)) as [
      number,
      number,
    ];
    return Math.round(a + (b - a) * share)
      .toString(16)
      .padStart(2, "0");
  };
  return `#${part(1)}${part(3)}${part(5)}`;
}

/** Mix `hex` with `other` in small steps until it passes. */
function until(hex: string, other: string, passes: (light: number) => boolean): string {
  let share = 0;
  while (share < 1 && !passes(luminance(mix(hex, other, share)))) share += 0.05;
  return mix(hex, other, Math.min(1, share));
}

/** The tokens that follow from a tenant's accent, readable in both themes whatever colour it is. */
export function accentTokens(accent: string): Record<string, string> {
  const dark = until(accent, LIGHT_TEXT, (light) => light >= VISIBLE_ON_DARK);
  const textLight = until(accent, DARK_TEXT, (light) => light <= DARKEST_ON_WHITE);
  const textDark = until(accent, LIGHT_TEXT, (light) => light >= LIGHTEST_ON_DARK);
  return {
    "--color-accent": `light-dark(${accent}, ${dark})`,
    "--color-on-accent": `light-dark(${textOn(accent)}, ${textOn(dark)})`,
    "--color-accent-text": `light-dark(${textLight}, ${textDark})`,
    "--focus-color": `light-dark(${textLight}, ${textDark})`,
  };
}

/** Colours, scheme and corners of the chat; what is not given stays as the sheets have it. */
export function applyAppearance(
  { accent, scheme, radius }: Partial<Appearance>,
  root: HTMLElement = document.documentElement,
): void {
  const tokens = accent ? accentTokens(accent) : {};
  for (const [name, value] of Object.entries(tokens)) root.style.setProperty(name, value);
  if (radius !== undefined) root.style.setProperty("--radius", `${radius}px`);
  if (!scheme || scheme === "auto") delete root.dataset.theme;
  else root.dataset.theme = scheme;
}
