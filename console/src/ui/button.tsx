import type { LucideIcon } from "lucide-react";
import type { ButtonHTMLAttributes, Ref } from "react";
import { Tooltip } from "./tooltip";

type Variant = "primary" | "secondary" | "quiet" | "danger" | "note";

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  variant?: Variant;
  size?: "sm" | "md" | "lg";
  icon?: LucideIcon;
  /** The action is on its way: the button stays where it is and takes no second press. */
  busy?: boolean;
  ref?: Ref<HTMLButtonElement>;
}

export function Button({
  variant = "secondary",
  size = "md",
  icon: Icon,
  busy = false,
  children,
  className = "",
  onClick,
  type = "button",
  ...rest
}: ButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      className={`button button--${variant} button--${size} ${className}`}
      aria-busy={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : onClick}
    >
      {busy ? (
        <span className="spinner" aria-hidden="true" />
      ) : (
        Icon && <Icon size={size === "sm" ? 14 : 16} aria-hidden />
      )}
      {children}
    </button>
  );
}

export interface IconButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, "children"> {
  icon: LucideIcon;
  /** Said by screen readers and shown as the tooltip. */
  label: string;
  /** The key that does the same. */
  hint?: string;
  size?: "sm" | "md";
  tooltipSide?: "top" | "bottom" | "left" | "right";
  ref?: Ref<HTMLButtonElement>;
}

export function IconButton({
  icon: Icon,
  label,
  hint,
  size = "md",
  className = "",
  tooltipSide,
  ...rest
}: IconButtonProps) {
  return (
    <Tooltip label={label} hint={hint} side={tooltipSide}>
      <button
        type="button"
        aria-label={label}
        {...rest}
        className={`icon-button icon-button--${size} ${className}`}
      >
        <Icon size={size === "sm" ? 15 : 17} aria-hidden />
      </button>
    </Tooltip>
  );
}
