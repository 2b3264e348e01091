import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { type Erasure, privacy } from "~/api/privacy";
import { useFormat } from "~/i18n/use-format";
import { keys } from "~/inbox/cache";
import { Badge, type Tone } from "~/ui/badge";
import { Button } from "~/ui/button";
import { CircleAlert, CircleCheck, Clock, Download, type LucideIcon } from "~/ui/icons";
import { saveFile } from "~/ui/told-once";
import { CustomerLink } from "./customer-link";
import { privacyKeys } from "./keys";
import { usePersonName } from "./person-name";
import { Section, usePages } from "./section";

const LOOKS: Record<Erasure["status"], { tone: Tone; icon: LucideIcon }> = {
  waiting: { tone: "neutral", icon: Clock },
  running: { tone: "accent", icon: Clock },
  done: { tone: "success", icon: CircleCheck },
  failed: { tone: "danger", icon: CircleAlert },
  refused: { tone: "danger", icon: CircleAlert },
};

const isUnderWay = ({ status }: Erasure) => status === "waiting" || status === "running";

/** Whose data was erased at his wish, with a receipt of what went. */
export function Erasures() {
  const { t } = useTranslation();
  return (
    <Section
      title={t("privacy.erasures.title")}
      text={t("privacy.erasures.text")}
      empty={t("privacy.erasures.empty")}
      pages={usePages(privacyKeys.erasures, privacy.erasures, isUnderWay)}
      row={(erasure) => <ErasureRow key={erasure.id} erasure={erasure} />}
    />
  );
}

/** Once a customer is erased while one looks on, nothing of him stays in the page: neither his name nor his copies. */
function useForgotten({ status, customer_id: id }: Erasure) {
  const client = useQueryClient();
  const before = useRef(status);
  useEffect(() => {
    const hasEnded = status === "done" && before.current !== "done";
    before.current = status;
    if (!hasEnded) return;
    client.removeQueries({ queryKey: keys.customer(id) });
    void client.invalidateQueries({ queryKey: privacyKeys.exports });
  }, [client, status, id]);
}

function ErasureRow({ erasure }: { erasure: Erasure }) {
  useForgotten(erasure);
  const { t } = useTranslation();
  const format = useFormat();
  const by = usePersonName()(erasure.requested_by);
  const { tone, icon } = LOOKS[erasure.status];
  const { receipt } = erasure;
  const facts = [by, format.dateTime(erasure.finished_at ?? erasure.requested_at)];
  return (
    <li className="record">
      <div className="record__main">
        <div className="record__text">
          <CustomerLink id={erasure.customer_id} gone={erasure.status === "done"} />
          {erasure.reason && <span>{erasure.reason}</span>}
          <span className="record__more">{facts.filter(Boolean).join(" · ")}</span>
        </div>
      </div>
      <Badge tone={tone} icon={icon}>
        {t(`privacy.erasures.statuses.${erasure.status}`)}
      </Badge>
      {receipt && (
        <Button
          size="sm"
          icon={Download}
          onClick={() =>
            saveFile(
              new Blob([JSON.stringify(receipt, null, 2)], { type: "application/json" }),
              `erasure-${erasure.id}.json`,
            )
          }
        >
          {t("privacy.erasures.receipt")}
        </Button>
      )}
    </li>
  );
}
