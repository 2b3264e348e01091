import { X } from "lucide-react";
import { type ReactNode, useEffect, useId, useLayoutEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useLatest } from "~/lib/hooks";
import { createStore } from "~/lib/store";
import { IconButton } from "./button";

/** The modal that stands open: all around it is inert. */
export const modal = createStore<HTMLElement | null>(null);

interface DialogProps {
  title: string;
  hint?: string;
  onClose: () => void;
  children: ReactNode;
  footer?: ReactNode;
  wide?: boolean;
  /** Near the top and without a visible head: for the command bar. */
  bare?: boolean;
}

/**
 * A modal while it is rendered; the focus goes to what is marked `data-autofocus`. Escape, the backdrop and the cross close it; focus returns
 * where it was.
 */
export function Dialog({ title, hint, onClose, children, footer, wide = false, bare = false }: DialogProps) {
  const { t } = useTranslation();
  const ref = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  const close = useLatest(onClose);

  useLayoutEffect(() => {
    const dialog = ref.current;
    const below = modal.get(); // a dialog may ask for something in one of its own
    dialog?.showModal();
    // By itself showModal would choose the cross, or cmdk's frame instead of its field.
    (dialog?.querySelector<HTMLElement>("[data-autofocus]") ?? dialog)?.focus();
    modal.set(dialog);
    return () => {
      modal.set(below?.isConnected ? below : null);
      dialog?.close(); // gives the focus back
    };
  }, []);

  useEffect(() => {
    const dialog = ref.current;
    if (!dialog) return;
    // Escape closes the element by itself; a `close` that is already undone (strict mode) does not count.
    const closed = () => {
      if (!dialog.open) close.current();
    };
    const press = (event: MouseEvent) => {
      if (event.target === dialog) close.current(); // the backdrop
    };
    dialog.addEventListener("close", closed);
    dialog.addEventListener("mousedown", press);
    return () => {
      dialog.removeEventListener("close", closed);
      dialog.removeEventListener("mousedown", press);
    };
  }, [close]);

  const classes = `dialog${wide ? " dialog--wide" : ""}${bare ? " dialog--top" : ""}`;
  return (
    <dialog ref={ref} className={classes} aria-labelledby={titleId} tabIndex={-1}>
      {bare ? (
        <h2 id={titleId} className="visually-hidden">
          {title}
        </h2>
      ) : (
        <div className="dialog__head">
          <div className="dialog__titles">
            <h2 id={titleId} className="dialog__title">
              {title}
            </h2>
            {hint && <p className="dialog__hint">{hint}</p>}
          </div>
          <IconButton icon={X} label={t("common.close")} onClick={onClose} />
        </div>
      )}
      {children}
      {footer && <div className="dialog__foot">{footer}</div>}
    </dialog>
  );
}
