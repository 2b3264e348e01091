import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { customers } from "~/api/customers";
import { useErrorText } from "~/api/error-text";
import { keys } from "~/inbox/cache";
import { showToast } from "~/ui/toast";
import { customerKeys } from "./use-change";

/** Take back the newest merge of a customer, and go to the one who comes back. */
export function useUndoMerge() {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const undo = useMutation({
    mutationFn: (id: string) => customers.undoMerge(id),
    onSuccess: async (back, id) => {
      showToast({ tone: "success", text: t("merge.undone"), about: "merge" });
      queries.setQueryData(keys.customer(back.id), back);
      const stale = [
        keys.customer(id),
        customerKeys.lists,
        ["customer-conversations"],
        ["customer-notes"],
        ["customer-duplicates"],
        ["customer-identities"],
      ];
      await navigate({ to: "/customers/$customerId", params: { customerId: back.id } });
      for (const queryKey of stale) void queries.invalidateQueries({ queryKey });
    },
    onError: (error) => showToast({ tone: "error", text: errorText(error), about: "merge" }),
  });
  return { run: (id: string) => undo.mutate(id), busy: undo.isPending };
}
