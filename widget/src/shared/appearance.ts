/** How a tenant wants the widget to look: set on the channel, for one page overruled by `omni('init', …)`. */
import { isHex } from "./colour";

export type Scheme = "auto" | "light" | "dark";

export interface Appearance {
  accent: string;
  scheme: Scheme;
  /** Of the panel's corners in pixels; the corners inside follow. */
  radius: number;
  /** `text` stands on a label. */
  launcher: { kind: "bubble" | "label"; text?: string | null };
  position: "left" | "right";
  /** From the side and from below, in pixels. */
  x: number;
  y: number;
}

export const RADIUS_MAX = 24;
export const OFFSET_MAX = 200;

/** Grey until the tenant's colour is known. */
export const NEUTRAL: Appearance = {
  accent: "#595959",
  scheme: "auto",
  radius: 12,
  launcher: { kind: "bubble" },
  position: "right",
  x: 20,
  y: 20,
};

const within = (most: number) => (value: unknown) => typeof value === "number" && value >= 0 && value <= most;
const among =
  (...words: string[]) =>
  (value: unknown) =>
    words.includes(value as string);

const CHECKS: Record<keyof Appearance, (value: unknown) => boolean> = {
  accent: isHex,
  scheme: among("auto", "light", "dark"),
  radius: within(RADIUS_MAX),
  launcher: (value) => among("bubble", "label")((value as Appearance["launcher"] | null)?.kind),
  position: among("left", "right"),
  x: within(OFFSET_MAX),
  y: within(OFFSET_MAX),
};

/** What of `given` can be drawn: a page, an old memory and a newer server may say anything. */
export function checkedAppearance(given: unknown): Partial<Appearance> {
  const from = (given ?? {}) as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(CHECKS).flatMap(([name, check]) => (check(from[name]) ? [[name, from[name]]] : [])),
  );
}
