import { CircleAlert, CircleCheck, Info, X } from "lucide-react";
import { useEffect } from "react";
import { createPortal } from "react-dom";
import { useTranslation } from "react-i18next";
import { createStore, useStore } from "~/lib/store";
import { Button, IconButton } from "./button";
import { modal } from "./dialog";

export interface Toast {
  id: number;
  tone: "info" | "success" | "error";
  text: string;
  /** A later toast about the same thing takes the place of the earlier. */
  about?: string;
  /** What can be done about it; an undo only where it really undoes. */
  action?: { label: string; run: () => void };
}

const SHOWN_MS = { info: 5_000, success: 6_000, error: 10_000 };
const MOST = 3;
const toasts = createStore<readonly Toast[]>([]);
let lastId = 0;

export function showToast(toast: Omit<Toast, "id">): void {
  lastId += 1;
  const added = { ...toast, id: lastId };
  toasts.set((before) =>
    [...before.filter(({ about }) => !about || about !== toast.about), added].slice(-MOST),
  );
}

function dismiss(id: number): void {
  toasts.set((before) => before.filter((toast) => toast.id !== id));
}

/** Inside the modal that stands open, if one does: outside of it nothing could be pressed. */
export function Toasts() {
  const shown = useStore(toasts);
  const { t } = useTranslation();
  const host = useStore(modal);
  const section = (
    <section
      className="toasts"
      aria-label={t("common.notifications")}
      aria-live="polite"
      aria-relevant="additions"
    >
      {shown.map((toast) => (
        <ToastCard key={toast.id} toast={toast} onClose={() => dismiss(toast.id)} />
      ))}
    </section>
  );
  return host ? createPortal(section, host) : section;
}

const ICONS = { info: Info, success: CircleCheck, error: CircleAlert };

export function ToastCard({ toast, onClose }: { toast: Toast; onClose: () => void }) {
  const { t } = useTranslation();
  const { id, tone } = toast;
  useEffect(() => {
    const timer = setTimeout(() => dismiss(id), SHOWN_MS[tone]);
    return () => clearTimeout(timer);
  }, [id, tone]);
  const Icon = ICONS[tone];
  return (
    <div className={`toast toast--${tone}`}>
      <Icon size={17} aria-hidden />
      <span className="toast__text">{toast.text}</span>
      {toast.action && (
        <Button
          size="sm"
          onClick={() => {
            onClose();
            toast.action?.run();
          }}
        >
          {toast.action.label}
        </Button>
      )}
      <IconButton icon={X} label={t("common.dismiss")} size="sm" onClick={onClose} tooltipSide="top" />
    </div>
  );
}
