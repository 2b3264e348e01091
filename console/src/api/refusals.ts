import { useTranslation } from "react-i18next";
import { ApiError } from "./client";
import { errorText, isKnownCode } from "./error-text";

export interface Refusals<Field extends string> {
  /** What is wrong with a field, for its place. */
  at: (field: Field) => string | null;
  /** What concerns no field that the form shows. */
  rest: string | null;
}

/** The form's field that a field of the api means: `fields.city` is `city`'s, `scopes.0` is `scopes`'. */
export function ownerOf<Field extends string>(name: string, fields: readonly Field[]): Field | null {
  const parts = name.split(".");
  return fields.find((field) => name === field) ?? fields.find((field) => parts.includes(field)) ?? null;
}

/** What the server refused of a form: each part at the field that it names, the rest beside the form. */
export function useRefusals<Field extends string>(error: unknown, fields: readonly Field[]): Refusals<Field> {
  const { t } = useTranslation();
  const named = new Map<Field, string>();
  if (error instanceof ApiError) {
    const known = isKnownCode(error.code);
    for (const { field } of error.fields) {
      const owner = ownerOf(field, fields);
      if (owner && !named.has(owner)) named.set(owner, known ? errorText(t, error) : t("form.refused"));
    }
  }
  return {
    at: (field) => named.get(field) ?? null,
    rest: error && named.size === 0 ? errorText(t, error) : null,
  };
}
