import { useState } from "react";
import { useTranslation } from "react-i18next";
import { privacy } from "~/api/privacy";
import type { Customer } from "~/api/types";
import { useCan } from "~/session/session";
import { useSave } from "~/settings/use-save";
import { IconButton } from "~/ui/button";
import { Download, Lock, ShieldCheck, Trash2 } from "~/ui/icons";
import { Menu, MenuItem, MenuSeparator } from "~/ui/menu";
import { showToast } from "~/ui/toast";
import { EraseDialog } from "./erase-dialog";
import { HoldDialog } from "./hold-dialog";
import { privacyKeys } from "./keys";
import "./privacy.css";

type Open = "hold" | "erase" | null;

/** What the law lets a person ask for, in the menu of the customer's page. */
export function CustomerPrivacy({ customer, name }: { customer: Customer; name: string }) {
  const { t } = useTranslation();
  const allowed = useCan()("privacy.manage");
  const [open, setOpen] = useState<Open>(null);
  const take = useSave({
    run: () => privacy.export({ kind: "customer", customer_id: customer.id }),
    stale: [privacyKeys.exports],
    onDone: () => showToast({ tone: "info", text: t("privacy.exports.begun") }),
  });
  if (!allowed) return null;
  return (
    <>
      <Menu label={t("privacy.menu")} trigger={<IconButton icon={ShieldCheck} label={t("privacy.menu")} />}>
        <MenuItem icon={Download} onSelect={() => take.save()}>
          {t("privacy.exports.one")}
        </MenuItem>
        <MenuItem icon={Lock} onSelect={() => setOpen("hold")}>
          {t("privacy.holds.add")}
        </MenuItem>
        <MenuSeparator />
        <MenuItem icon={Trash2} onSelect={() => setOpen("erase")}>
          {t("privacy.erase.menu")}
        </MenuItem>
      </Menu>
      {open === "hold" && <HoldDialog customerId={customer.id} name={name} onClose={() => setOpen(null)} />}
      {open === "erase" && <EraseDialog customerId={customer.id} name={name} onClose={() => setOpen(null)} />}
      {take.refusal.rest && (
        <p className="field__error" role="alert">
          {take.refusal.rest}
        </p>
      )}
    </>
  );
}
