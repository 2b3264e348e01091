import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { customers } from "~/api/customers";
import { useErrorText } from "~/api/error-text";
import type { WholeCustomer } from "~/api/types";
import { useCan } from "~/session/session";
import { IconButton } from "~/ui/button";
import { ConfirmDialog } from "~/ui/confirm-dialog";
import { Download, Ellipsis, Trash2, Undo2, Users } from "~/ui/icons";
import { Menu, MenuItem, MenuSeparator } from "~/ui/menu";
import { showToast } from "~/ui/toast";
import { saveFile } from "~/ui/told-once";
import { useForget } from "./use-change";
import { useUndoMerge } from "./use-undo-merge";

/** What is done with a customer more seldom. */
export function CustomerMenu({ customer, onMerge }: { customer: WholeCustomer; onMerge: () => void }) {
  const { t } = useTranslation();
  const can = useCan();
  const errorText = useErrorText();
  const navigate = useNavigate();
  const forget = useForget();
  const undo = useUndoMerge();
  const [deleting, setDeleting] = useState(false);
  const take = useMutation({
    mutationFn: () => customers.export(customer.id),
    onSuccess: (file) => saveFile(file, `customer-${customer.id.slice(0, 8)}.json`),
    onError: (error) => showToast({ tone: "error", text: errorText(error), about: "export" }),
  });
  if (!["customers.write", "customers.export", "customers.delete"].some(can)) return null;
  return (
    <>
      <Menu label={t("customers.more")} trigger={<IconButton icon={Ellipsis} label={t("customers.more")} />}>
        {can("customers.write") && (
          <>
            <MenuItem icon={Users} onSelect={onMerge}>
              {t("merge.open")}
            </MenuItem>
            <MenuItem icon={Undo2} onSelect={() => undo.run(customer.id)}>
              {t("merge.undo")}
            </MenuItem>
          </>
        )}
        {can("customers.export") && (
          <MenuItem icon={Download} onSelect={() => take.mutate()}>
            {t("customers.exportOne")}
          </MenuItem>
        )}
        {can("customers.delete") && (
          <>
            <MenuSeparator />
            <MenuItem icon={Trash2} onSelect={() => setDeleting(true)}>
              {t("customers.delete")}
            </MenuItem>
          </>
        )}
      </Menu>
      {deleting && (
        <ConfirmDialog
          title={t("customers.deleteTitle")}
          hint={t("customers.deleteHint")}
          confirm={t("customers.delete")}
          onConfirm={async () => {
            await customers.remove(customer.id);
            await navigate({ to: "/customers", search: {} });
            forget(customer.id);
          }}
          onClose={() => setDeleting(false)}
        />
      )}
    </>
  );
}
