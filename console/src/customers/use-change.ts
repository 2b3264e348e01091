import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "~/api/client";
import { errorText, isKnownCode } from "~/api/error-text";
import { ownerOf } from "~/api/refusals";
import type { WholeCustomer } from "~/api/types";
import type { Translate } from "~/i18n";
import { keys } from "~/inbox/cache";
import { NO_REFUSAL, type Refusal } from "~/settings/refusal";

/** Names of what the pages of customers read, for the query cache. */
export const customerKeys = {
  lists: ["customers"] as const,
  conversations: (id: string) => ["customer-conversations", id] as const,
  notes: (id: string) => ["customer-notes", id] as const,
  identities: (id: string) => ["customer-identities", id] as const,
  duplicates: (id: string) => ["customer-duplicates", id] as const,
};

/** What a change answered is shown from then on. */
export function useKeep(): (customer: WholeCustomer) => void {
  const queries = useQueryClient();
  return (customer) => {
    queries.setQueryData(keys.customer(customer.id), customer);
    void queries.invalidateQueries({ queryKey: customerKeys.lists });
    void queries.invalidateQueries({ queryKey: customerKeys.duplicates(customer.id) });
  };
}

interface ChangeOptions {
  run: () => Promise<WholeCustomer>;
  fields: readonly string[];
  onDone: (customer: WholeCustomer) => void;
}

/** A change of a customer: the answer is what is shown from then on, a refusal stands at its field. */
export function useCustomerChange({ run, fields, onDone }: ChangeOptions) {
  const { t } = useTranslation();
  const keep = useKeep();
  const change = useMutation({
    mutationFn: run,
    onSuccess: (customer) => {
      keep(customer);
      onDone(customer);
    },
  });
  const refusal = useMemo(() => refusalOf(t, change.error, fields), [t, change.error, fields]);
  return { save: () => change.mutate(), busy: change.isPending, refusal };
}

/** A refusal by its own sentence at each field that it names. */
export function refusalOf(t: Translate, error: unknown, fields: readonly string[]): Refusal {
  if (!error) return NO_REFUSAL;
  const said: Record<string, string> = {};
  if (error instanceof ApiError)
    for (const { field } of error.fields) {
      const owner = ownerOf(field, fields);
      const isCoded = error.code !== "invalid" && isKnownCode(error.code);
      if (owner) said[owner] ??= isCoded ? errorText(t, error) : t("form.refused");
    }
  return { fields: said, rest: Object.keys(said).length ? null : errorText(t, error) };
}

/** A customer is gone: no list shows him any more. */
export function useForget(): (id: string) => void {
  const queries = useQueryClient();
  return (id) => {
    queries.removeQueries({ queryKey: keys.customer(id) });
    void queries.invalidateQueries({ queryKey: customerKeys.lists });
  };
}
