import type { Attribute } from "~/api/attributes";
import type { CustomerChange, FieldValue } from "~/api/customers";
import type { WholeCustomer } from "~/api/types";
import { parseTyped, typedOf } from "./attributes";

/** A customer as a form holds him: all of it is text. */
export interface Draft {
  name: string;
  email: string;
  phone: string;
  external_id: string;
  locale: string;
  /** With commas between. */
  tags: string;
  fields: Readonly<Record<string, string>>;
}

const TEXTS = ["name", "email", "phone", "external_id"] as const;

export function draftOf(customer: WholeCustomer | null, locale: string): Draft {
  return {
    name: customer?.name ?? "",
    email: customer?.email ?? "",
    phone: customer?.phone ?? "",
    external_id: customer?.external_id ?? "",
    locale: customer?.locale ?? locale,
    tags: customer?.tags.join(", ") ?? "",
    fields: Object.fromEntries(
      Object.entries(customer?.fields ?? {}).map(([key, value]) => [key, typedOf(value)]),
    ),
  };
}

export function tagsOf(text: string): string[] {
  return [
    ...new Set(
      text
        .split(",")
        .map((tag) => tag.trim())
        .filter(Boolean),
    ),
  ];
}

/** What differs from the customer, or of a new one what was said: nobody undoes what another one did meanwhile. */
export function changeOf(
  customer: WholeCustomer | null,
  draft: Draft,
  definitions: readonly Attribute[],
): CustomerChange {
  const before = draftOf(customer, "");
  const change: CustomerChange = {};
  for (const name of TEXTS) {
    const typed = draft[name].trim();
    if (typed !== before[name]) change[name] = typed || null;
  }
  if (draft.locale !== before.locale) change.locale = draft.locale;
  const tags = tagsOf(draft.tags);
  if (tags.join("\n") !== tagsOf(before.tags).join("\n")) change.tags = tags;
  const fields: Record<string, FieldValue | null> = {};
  for (const definition of definitions) {
    const typed = draft.fields[definition.key] ?? "";
    if (typed.trim() !== (before.fields[definition.key] ?? ""))
      fields[definition.key] = parseTyped(definition, typed);
  }
  if (Object.keys(fields).length) change.fields = fields;
  return change;
}
