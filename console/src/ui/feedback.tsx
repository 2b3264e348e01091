import { CircleAlert, CircleCheck, Info, type LucideIcon, TriangleAlert } from "lucide-react";
import type { CSSProperties, ReactNode } from "react";

type BannerTone = "info" | "warning" | "danger" | "success";
const ICONS: Record<BannerTone, LucideIcon> = {
  info: Info,
  warning: TriangleAlert,
  danger: CircleAlert,
  success: CircleCheck,
};

interface BannerProps {
  tone?: BannerTone;
  icon?: LucideIcon;
  /** Across the page, without corners. */
  bar?: boolean;
  /** Said at once by screen readers. */
  alert?: boolean;
  action?: ReactNode;
  children: ReactNode;
}

export function Banner({ tone = "info", icon, bar = false, alert = false, action, children }: BannerProps) {
  const Icon = icon ?? ICONS[tone];
  return (
    <div className={`banner banner--${tone}${bar ? " banner--bar" : ""}`} role={alert ? "alert" : "status"}>
      <Icon size={16} aria-hidden />
      <div className="banner__text">{children}</div>
      {action}
    </div>
  );
}

export function Skeleton({
  width,
  height = "0.75rem",
  round = false,
}: {
  width: string;
  height?: string;
  round?: boolean;
}) {
  const style: CSSProperties = { width, height, borderRadius: round ? "999px" : undefined };
  return <div className="skeleton" style={style} aria-hidden="true" />;
}

interface EmptyProps {
  icon: LucideIcon;
  title: string;
  children?: ReactNode;
  actions?: ReactNode;
}

/** An empty place says why it is empty and what to do next. */
export function Empty({ icon: Icon, title, children, actions }: EmptyProps) {
  return (
    <div className="empty">
      <span className="empty__mark" aria-hidden="true">
        <Icon size={22} />
      </span>
      <h2 className="empty__title">{title}</h2>
      {children && <p>{children}</p>}
      {actions && <div className="empty__actions">{actions}</div>}
    </div>
  );
}
