import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import en from "~/i18n/en.json";

/** A role in words; one that the workspace made itself by its own key. */
export function useRoleName(): (role: string) => string {
  const { t } = useTranslation();
  return useCallback(
    (role) => (role in en.roleNames ? t(`roleNames.${role as keyof typeof en.roleNames}`) : role),
    [t],
  );
}
