import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type en from "~/i18n/en.json";

/** A role in words; one that the workspace made itself by its own key. */
export function useRoleName(): (role: string) => string {
  const { t, i18n } = useTranslation();
  return useCallback(
    (role) =>
      /^\w+$/.test(role) && i18n.exists(`roleNames.${role}`)
        ? t(`roleNames.${role as keyof typeof en.roleNames}`)
        : role,
    [t, i18n],
  );
}
