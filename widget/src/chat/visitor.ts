import type { Identity } from "../shared/protocol";
import type { IdentityFields } from "./types";

const LONGEST = { name: 200, email: 254, phone: 40, token: 4096 } as const;

/** What a host page says of its visitor, as far as the server would take it; null when nothing is left of it. */
export function identityFields(identity: Identity | null): IdentityFields | null {
  const fields: IdentityFields = {};
  for (const name of ["name", "email", "phone", "token"] as const) {
    const value = identity?.[name];
    const text = typeof value === "string" ? value.trim() : "";
    // Cut, an address or a number would be another one.
    if (text && text.length <= LONGEST[name]) fields[name] = text;
  }
  return Object.keys(fields).length > 0 ? fields : null;
}
