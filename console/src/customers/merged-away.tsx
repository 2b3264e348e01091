import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { ApiError } from "~/api/client";
import { useCan } from "~/session/session";
import { Button } from "~/ui/button";
import { Empty } from "~/ui/feedback";
import { Undo2, Users } from "~/ui/icons";
import { useUndoMerge } from "./use-undo-merge";

const ID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/;

/** Into whom a customer was merged, when that is why he cannot be read. */
export function mergedInto(error: unknown): string | null {
  if (!(error instanceof ApiError) || error.code !== "customer_merged") return null;
  return ID.exec(error.detail ?? "")?.[0] ?? null;
}

/** Where a customer would be who was merged into another one. */
export function MergedAway({ id, into }: { id: string; into: string }) {
  const { t } = useTranslation();
  const can = useCan();
  const undo = useUndoMerge();
  return (
    <Empty
      icon={Users}
      title={t("merge.away.title")}
      actions={
        <>
          <Link to="/customers/$customerId" params={{ customerId: into }} className="button button--primary">
            {t("merge.away.go")}
          </Link>
          {can("customers.write") && (
            <Button icon={Undo2} busy={undo.busy} onClick={() => undo.run(id)}>
              {t("merge.undo")}
            </Button>
          )}
        </>
      }
    >
      {t("merge.away.text")}
    </Empty>
  );
}
