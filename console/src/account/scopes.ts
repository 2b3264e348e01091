import { useTranslation } from "react-i18next";
import { i18next } from "~/i18n";

export const LIVES = ["30", "90", "365", "never"] as const;
/** Days that a new key is good for. */
export type Life = (typeof LIVES)[number];

const DAY_MS = 86_400_000;

/** When a key of this life ends, as the api wants it; null: never. */
export function expiryOf(life: Life, now: Date): string | null {
  return life === "never" ? null : new Date(now.getTime() + Number(life) * DAY_MS).toISOString();
}

/** A permission in words; one that we do not know yet by its own name. */
export function useScopeName(): (permission: string) => string {
  const { t } = useTranslation();
  return (permission) => {
    const key = `keys.scopes.${permission}`;
    return i18next.exists(key) ? t(key as "keys.create") : permission;
  };
}
