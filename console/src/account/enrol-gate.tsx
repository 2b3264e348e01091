import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Me } from "~/api/types";
import { keys } from "~/inbox/cache";
import { EntryCard } from "~/session/entry-card";
import { Proof } from "~/session/proof-dialog";
import { useSignOut } from "~/session/session";
import { Button } from "~/ui/button";
import { Toasts } from "~/ui/toast";
import { Enrol } from "./enrol";
import "~/ui/page.css";

/** The workspace asks for a second factor: nothing else is open before there is one. */
export function EnrolGate({ me }: { me: Me }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const signOut = useSignOut();
  return (
    <EntryCard
      title={t("factor.required")}
      hint={t("factor.requiredHint", { workspace: me.tenant.name })}
      aside={
        <Button variant="quiet" onClick={() => void signOut()}>
          {t("actions.signOut")}
        </Button>
      }
    >
      <Enrol onDone={() => void queries.invalidateQueries({ queryKey: keys.me })} />
      <Proof me={me} />
      <Toasts />
    </EntryCard>
  );
}
