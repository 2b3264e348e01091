import { Badge, type Tone } from "~/ui/badge";
import { Tag as TagIcon } from "~/ui/icons";

export const TAG_COLORS = [
  "grey",
  "red",
  "orange",
  "yellow",
  "green",
  "teal",
  "blue",
  "violet",
  "pink",
] as const;
export type TagColor = (typeof TAG_COLORS)[number];

const TONES: Record<TagColor, Tone> = {
  grey: "neutral",
  red: "danger",
  orange: "warning",
  yellow: "note",
  green: "success",
  teal: "operator",
  blue: "accent",
  violet: "bot",
  pink: "pink",
};

/** A colour of a later server that this console does not know is grey. */
export function toneOf(color: string): Tone {
  return TONES[color as TagColor] ?? "neutral";
}

export function TagBadge({ name, color }: { name: string; color: string }) {
  return (
    <Badge tone={toneOf(color)} icon={TagIcon}>
      {name}
    </Badge>
  );
}
