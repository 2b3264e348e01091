import { useBlocker } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

/** Ask before a page with unsaved changes is left, and before its tab is closed. */
export function useUnsaved(changed: boolean): void {
  const { t } = useTranslation();
  useBlocker({
    // The browser's own question: it also stands where React is about to leave.
    shouldBlockFn: () => !window.confirm(t("settings.unsaved.leave")),
    enableBeforeUnload: () => changed,
    disabled: !changed,
  });
}
