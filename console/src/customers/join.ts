import type { Consent, WholeCustomer } from "~/api/types";

type Joined = Pick<
  WholeCustomer,
  "name" | "email" | "phone" | "external_id" | "locale" | "tags" | "fields" | "consents"
>;

/**
 * Two customers as the one that a merge makes: who remains keeps what he says and takes what he lacks. The server does the
 * same (storage/access/merges.py); this is for looking at it before.
 */
export function joinCustomers(gone: WholeCustomer, remains: WholeCustomer): Joined {
  const consents = { ...remains.consents };
  for (const [purpose, theirs] of Object.entries(gone.consents)) {
    const ours = consents[purpose];
    if (!ours || isHeavier(theirs, ours)) consents[purpose] = theirs;
  }
  return {
    name: remains.name ?? gone.name,
    email: remains.email ?? gone.email,
    phone: remains.phone ?? gone.phone,
    external_id: remains.external_id ?? gone.external_id,
    locale: remains.locale ?? gone.locale,
    tags: [...new Set([...remains.tags, ...gone.tags])],
    fields: { ...gone.fields, ...remains.fields },
    consents,
  };
}

/** Of two consents the newer counts, of two of one moment the denial. */
function isHeavier(theirs: Consent, ours: Consent): boolean {
  const difference = Date.parse(theirs.at) - Date.parse(ours.at);
  return difference > 0 || (difference === 0 && theirs.status === "denied" && ours.status !== "denied");
}
