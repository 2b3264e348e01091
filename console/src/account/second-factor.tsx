import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Me } from "~/api/types";
import { keys } from "~/inbox/cache";
import { Badge } from "~/ui/badge";
import { Button } from "~/ui/button";
import { ShieldCheck, TriangleAlert } from "~/ui/icons";
import { Card } from "~/ui/page";
import { EnrolDialog } from "./enrol";
import { DisableFactorDialog, RenewCodesDialog } from "./factor-dialogs";

type Open = "enrol" | "renew" | "disable" | null;

export function SecondFactor({ me }: { me: Me }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [open, setOpen] = useState<Open>(null);
  const close = () => {
    setOpen(null);
    void queries.invalidateQueries({ queryKey: keys.me });
    void queries.invalidateQueries({ queryKey: ["own-sessions"] });
  };
  return (
    <Card
      title={t("factor.title")}
      hint={t("factor.hint")}
      actions={
        me.two_factor ? (
          <Badge tone="success" icon={ShieldCheck}>
            {t("factor.on")}
          </Badge>
        ) : (
          <Badge tone="warning" icon={TriangleAlert}>
            {t("factor.off")}
          </Badge>
        )
      }
    >
      <div className="page__actions">
        {me.two_factor ? (
          <>
            <Button onClick={() => setOpen("renew")}>{t("factor.renew")}</Button>
            <Button onClick={() => setOpen("disable")}>{t("factor.disable")}</Button>
          </>
        ) : (
          <Button variant="primary" icon={ShieldCheck} onClick={() => setOpen("enrol")}>
            {t("factor.enable")}
          </Button>
        )}
      </div>
      {open === "enrol" && <EnrolDialog onClose={close} />}
      {open === "renew" && <RenewCodesDialog onClose={close} />}
      {open === "disable" && <DisableFactorDialog onClose={close} />}
    </Card>
  );
}
