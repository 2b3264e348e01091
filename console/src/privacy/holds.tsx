import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Hold, privacy } from "~/api/privacy";
import { useFormat } from "~/i18n/use-format";
import { ConfirmDelete } from "~/settings/confirm-delete";
import { IconButton } from "~/ui/button";
import { Trash2 } from "~/ui/icons";
import { CustomerLink } from "./customer-link";
import { privacyKeys } from "./keys";
import { usePersonName } from "./person-name";
import { Section, usePages } from "./section";

/** Whose data neither retention nor an erasure may take. */
export function Holds() {
  const { t } = useTranslation();
  const pages = usePages(privacyKeys.holds, privacy.holds);
  const [ending, setEnding] = useState<Hold | null>(null);
  return (
    <>
      <Section
        title={t("privacy.holds.title")}
        text={t("privacy.holds.text")}
        empty={t("privacy.holds.empty")}
        pages={pages}
        row={(hold) => <HoldRow key={hold.id} hold={hold} onEnd={() => setEnding(hold)} />}
      />
      {ending && (
        <ConfirmDelete
          title={t("privacy.holds.end")}
          text={t("privacy.holds.endText")}
          submit={t("privacy.holds.endIt")}
          stale={[privacyKeys.holds]}
          run={() => privacy.deleteHold(ending.id)}
          onClose={() => setEnding(null)}
        />
      )}
    </>
  );
}

function HoldRow({ hold, onEnd }: { hold: Hold; onEnd: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const by = usePersonName()(hold.created_by);
  const until = hold.until
    ? t("privacy.holds.until", { when: format.dateTime(hold.until) })
    : t("privacy.holds.open");
  return (
    <li className="record">
      <div className="record__main">
        <div className="record__text">
          <CustomerLink id={hold.customer_id} />
          <span>{hold.reason}</span>
          <span className="record__more">
            {[until, by, format.dateTime(hold.created_at)].filter(Boolean).join(" · ")}
          </span>
        </div>
      </div>
      <div className="record__actions">
        <IconButton icon={Trash2} label={`${t("privacy.holds.endIt")}: ${hold.reason}`} onClick={onEnd} />
      </div>
    </li>
  );
}
