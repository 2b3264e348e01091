import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

export type Tone =
  | "neutral"
  | "bot"
  | "operator"
  | "note"
  | "warning"
  | "danger"
  | "success"
  | "accent"
  | "pink";

interface BadgeProps {
  tone?: Tone;
  icon?: LucideIcon;
  /** Without a ground, for dense rows. */
  plain?: boolean;
  title?: string;
  children: ReactNode;
}

/** A state in a word; the colour repeats what icon and word say. */
export function Badge({ tone = "neutral", icon: Icon, plain = false, title, children }: BadgeProps) {
  return (
    <span className={`badge badge--${tone}${plain ? " badge--plain" : ""}`} title={title}>
      {Icon && <Icon size={13} aria-hidden />}
      <span>{children}</span>
    </span>
  );
}

export function Counter({ children }: { children: ReactNode }) {
  return <span className="counter">{children}</span>;
}
