import { given } from "~/settings/name-fields";
import type { Look } from "./widget-api";

export const RADIUS_MAX = 24;
export const OFFSET_MAX = 200;

const isWithin = (value: number, most: number) => Number.isInteger(value) && value >= 0 && value <= most;

/** Why a look cannot be saved as it stands; the api would say the same. */
export function faultOf({ theme }: Look): "accent" | "length" | "label" | null {
  if (!/^#[0-9a-f]{6}$/i.test(theme.accent)) return "accent";
  const lengths =
    isWithin(theme.radius, RADIUS_MAX) && [theme.x, theme.y].every((each) => isWithin(each, OFFSET_MAX));
  if (!lengths) return "length";
  const hasLabel = Object.keys(given(theme.launcher.text ?? {})).length > 0;
  return theme.launcher.kind === "label" && !hasLabel ? "label" : null;
}

/** Texts of which nothing is written are none. */
export function toSend(look: Look): Look {
  const words = (text: Look["title"]) => {
    const said = given(text ?? {});
    return Object.keys(said).length > 0 ? said : null;
  };
  const launcher = { ...look.theme.launcher, text: words(look.theme.launcher.text) };
  return {
    theme: { ...look.theme, launcher },
    title: words(look.title),
    greeting: words(look.greeting),
    away: words(look.away),
    features: look.features,
  };
}
