import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { type Attribute, attributes } from "~/api/attributes";
import type { FieldValue } from "~/api/customers";
import { useCan } from "~/session/session";
import { settingKeys } from "~/settings/keys";

const NONE: Attribute[] = [];

/** The attributes that customers have; none for who may not read the settings. */
export function useCustomerAttributes(): readonly Attribute[] {
  const can = useCan();
  const found = useQuery({
    queryKey: [...settingKeys.attributes, "customer"],
    queryFn: ({ signal }) => attributes.list("customer", signal),
    staleTime: 60_000,
    enabled: can("settings.read"),
  });
  return found.data ?? NONE;
}

/** An attribute's name in the console's language; its key where there is none. */
export function useAttributeName(definitions: readonly Attribute[]): (key: string) => string {
  const { i18n } = useTranslation();
  const language = i18n.language === "ru" ? "ru" : "en";
  return (key) => definitions.find((each) => each.key === key)?.name[language] ?? key;
}

/** A value as a field shows it. */
export function typedOf(value: unknown): string {
  return value === null || value === undefined ? "" : String(value);
}

/** What was typed as the api takes it; null where it is empty. What is no number goes as it is: the api says so. */
export function parseTyped({ kind }: Pick<Attribute, "kind">, typed: string): FieldValue | null {
  const text = typed.trim();
  if (!text) return null;
  if (kind === "boolean") return text === "true";
  if (kind !== "number") return text;
  const number = Number(text.replace(",", "."));
  return Number.isFinite(number) ? number : text;
}
