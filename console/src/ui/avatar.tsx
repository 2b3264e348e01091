import { Bot, type LucideIcon } from "lucide-react";

const TINTS = 6;

/** One or two letters: of first and last word, by code points, so that Cyrillic and emoji stay whole. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/u).filter(Boolean);
  const first = [...(words[0] ?? "?")][0] ?? "?";
  const last = words.length > 1 ? ([...(words.at(-1) as string)][0] ?? "") : "";
  return (first + last).toLocaleUpperCase();
}

export function tintOf(name: string): number {
  let sum = 0;
  for (const char of name) sum = (sum * 31 + (char.codePointAt(0) as number)) % 100_003;
  return (sum % TINTS) + 1;
}

interface AvatarProps {
  name: string;
  size?: "sm" | "md" | "lg";
  /** undefined: presence is not known or does not matter here. */
  online?: boolean;
}

/** Decorative: the name always stands beside it. */
export function Avatar({ name, size = "md", online }: AvatarProps) {
  return (
    <span className={`avatar avatar--${size}`} data-tint={tintOf(name)} aria-hidden="true">
      {initials(name)}
      {online !== undefined && <span className="avatar__presence" data-online={online} />}
    </span>
  );
}

const ICON_SIZES = { sm: 14, md: 17, lg: 22 };

/** A figure in the tint of its seed, for who has no name. */
export function IconAvatar({
  icon: Icon,
  seed,
  size = "md",
}: {
  icon: LucideIcon;
  seed: string;
  size?: "sm" | "md" | "lg";
}) {
  return (
    <span className={`avatar avatar--${size}`} data-tint={tintOf(seed)} aria-hidden="true">
      <Icon size={ICON_SIZES[size]} />
    </span>
  );
}

export function BotAvatar({ size = "md" }: { size?: "sm" | "md" | "lg" }) {
  return (
    <span className={`avatar avatar--bot avatar--${size}`} aria-hidden="true">
      <Bot size={ICON_SIZES[size]} />
    </span>
  );
}
