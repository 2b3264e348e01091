/** Colours of a tenant's theme: what is readable on them and beside them (WCAG 2.2 contrast). */

export const LIGHT_TEXT = "#ffffff";
export const DARK_TEXT = "#14171d";

export function isHex(value: unknown): value is string {
  return /^#[0-9a-f]{6}$/i.test(value as string);
}

/** Relative luminance of WCAG without its straight piece near black, where no decision is made. */
export function luminance(hex: string): number {
  const at = (start: number) =>
    ((Number.parseInt(hex.slice(start, start + 2), 16) / 255 + 0.055) / 1.055) ** 2.4;
  return 0.2126 * at(1) + 0.7152 * at(3) + 0.0722 * at(5);
}

/** White wherever it reaches 4.5:1 on `background`, near-black otherwise. */
export function textOn(background: string): string {
  return luminance(background) > 0.183 ? DARK_TEXT : LIGHT_TEXT;
}
