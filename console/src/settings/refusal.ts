import { ApiError } from "~/api/client";
import { errorText } from "~/api/error-text";
import { i18next, type Translate } from "~/i18n";
import type en from "~/i18n/en.json";

/** What a form shows of a refused save: sentences at their fields, and one for what concerns no field. */
export interface Refusal {
  fields: Readonly<Record<string, string>>;
  rest: string | null;
}

export const NO_REFUSAL: Refusal = { fields: {}, rest: null };

/** Which field a refusal by code is about, in the order in which a form may have it. */
const FIELDS_OF_CODES: Readonly<Record<string, readonly string[]>> = {
  article_exists: ["slug"],
  knowledge_empty: ["markdown"],
  tag_exists: ["key"],
  attribute_exists: ["key"],
  attribute_options: ["options"],
  already_member: ["email"],
  invitation_exists: ["email"],
  availability_exists: ["name"],
  availability_not_found: ["state"],
  calendar_exists: ["key"],
  connection_exists: ["key"],
  department_exists: ["key", "name"],
  skill_exists: ["name"],
  role_exists: ["name"],
  role_reserved: ["name"],
  role_exceeds_yours: ["permissions", "role"],
  role_not_found: ["role", "move_to"],
  last_owner: ["role"],
  departments_exceed_yours: ["department_ids"],
  department_not_found: ["department_ids", "move_to"],
  skill_not_found: ["skills"],
  secrets_required: ["auth"],
  department_in_use: ["move_to"],
  role_in_use: ["move_to"],
  move_to_itself: ["move_to"],
  until_passed: ["until"],
  reason_names_customer: ["reason"],
};

type InvalidField = keyof typeof en.settings.invalid;
const hasOwnWords = (field: string): field is InvalidField =>
  /^\w+$/.test(field) && i18next.exists(`settings.invalid.${field}`);

/** Say a refusal in the reader's words at the fields that a form has (`known`, as the api names them). */
export function readRefusal(t: Translate, error: unknown, known: readonly string[]): Refusal {
  if (!(error instanceof ApiError)) return error ? { fields: {}, rest: errorText(t, error) } : NO_REFUSAL;
  const byCode = FIELDS_OF_CODES[error.code]?.find((field) => known.includes(field));
  if (byCode) return { fields: { [byCode]: errorText(t, error) }, rest: null };
  if (error.status === 422) return readInvalid(t, error, known);
  if (error.code === "conflict") return { fields: {}, rest: t("settings.changedMeanwhile") };
  return { fields: {}, rest: errorText(t, error) };
}

function readInvalid(t: Translate, error: ApiError, known: readonly string[]): Refusal {
  const fields: Record<string, string> = {};
  let rest: string | null = error.fields.length === 0 ? errorText(t, error) : null;
  for (const { field } of error.fields) {
    // `auth.bearer.token` is of the field `token` where a form has it, else of `auth`.
    const named = field.split(".").findLast((part) => known.includes(part));
    if (named)
      fields[named] = hasOwnWords(named) ? t(`settings.invalid.${named}`) : t("settings.invalid.other");
    else rest = errorText(t, error);
  }
  return { fields, rest };
}
