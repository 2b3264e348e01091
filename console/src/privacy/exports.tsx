import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type DataExport, privacy } from "~/api/privacy";
import { useFormat } from "~/i18n/use-format";
import { ConfirmDelete } from "~/settings/confirm-delete";
import { useSave } from "~/settings/use-save";
import { Badge, type Tone } from "~/ui/badge";
import { Button, IconButton } from "~/ui/button";
import { Banner } from "~/ui/feedback";
import { CircleAlert, CircleCheck, Clock, Download, type LucideIcon, Trash2 } from "~/ui/icons";
import { showToast } from "~/ui/toast";
import { CustomerLink } from "./customer-link";
import { privacyKeys } from "./keys";
import { Section, usePages } from "./section";

const STALE = [privacyKeys.exports];
const LOOKS: Record<DataExport["status"], { tone: Tone; icon: LucideIcon }> = {
  waiting: { tone: "neutral", icon: Clock },
  running: { tone: "accent", icon: Clock },
  ready: { tone: "success", icon: CircleCheck },
  failed: { tone: "danger", icon: CircleAlert },
  expired: { tone: "neutral", icon: Clock },
};

const isUnderWay = ({ status }: DataExport) => status === "waiting" || status === "running";

/** Copies of data to take along: one customer's, or all of the workspace. */
export function Exports() {
  const { t } = useTranslation();
  const pages = usePages(privacyKeys.exports, privacy.exports, isUnderWay);
  const [removing, setRemoving] = useState<DataExport | null>(null);
  const begin = useSave({
    run: () => privacy.export({ kind: "tenant" }),
    stale: STALE,
    onDone: () => showToast({ tone: "info", text: t("privacy.exports.begun") }),
  });
  return (
    <>
      {begin.refusal.rest && (
        <Banner tone="danger" alert>
          {begin.refusal.rest}
        </Banner>
      )}
      <Section
        title={t("privacy.exports.title")}
        text={t("privacy.exports.text")}
        empty={t("privacy.exports.empty")}
        actions={
          <Button icon={Download} busy={begin.busy} onClick={() => begin.save()}>
            {t("privacy.exports.all")}
          </Button>
        }
        pages={pages}
        row={(item) => <ExportRow key={item.id} item={item} onRemove={() => setRemoving(item)} />}
      />
      {removing && (
        <ConfirmDelete
          title={t("privacy.exports.delete")}
          text={t("privacy.exports.deleteText")}
          submit={t("common.delete")}
          stale={STALE}
          run={() => privacy.deleteExport(removing.id)}
          onClose={() => setRemoving(null)}
        />
      )}
    </>
  );
}

function ExportRow({ item, onRemove }: { item: DataExport; onRemove: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { tone, icon } = LOOKS[item.status];
  const take = useSave({
    run: () => privacy.exportLink(item.id),
    stale: [],
    onDone: ({ url }) => location.assign(url),
  });
  const facts = [
    item.requested_name,
    format.dateTime(item.requested_at),
    item.size !== null && sizeOf(item.size, format.locale),
    item.status === "ready" &&
      item.expires_at &&
      t("privacy.exports.until", { when: format.dateTime(item.expires_at) }),
  ];
  const percent = item.status === "running" ? ` ${Math.round(item.progress * 100)} %` : "";
  return (
    <li className="record">
      <div className="record__main">
        <div className="record__text">
          {item.kind === "customer" && item.customer_id ? (
            <CustomerLink id={item.customer_id} />
          ) : (
            <span className="record__name">{t("privacy.exports.whole")}</span>
          )}
          <span className="record__more">{facts.filter(Boolean).join(" · ")}</span>
          {item.status === "failed" && (
            <span className="record__more">{t("privacy.exports.why", { code: item.failure ?? "—" })}</span>
          )}
          {take.refusal.rest && (
            <Banner tone="danger" alert>
              {take.refusal.rest}
            </Banner>
          )}
        </div>
      </div>
      <Badge tone={tone} icon={icon}>
        {t(`privacy.exports.statuses.${item.status}`)}
        {percent}
      </Badge>
      {item.status === "ready" && (
        <Button size="sm" icon={Download} busy={take.busy} onClick={() => take.save()}>
          {t("common.download")}
        </Button>
      )}
      <div className="record__actions">
        <IconButton
          icon={Trash2}
          label={`${t("privacy.exports.delete")} ${format.dateTime(item.requested_at)}`}
          onClick={onRemove}
        />
      </div>
    </li>
  );
}

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;

/** "3.4 MB", in the reader's language. */
export function sizeOf(bytes: number, locale: string): string {
  const step = Math.min(UNITS.length - 1, Math.round(Math.log10(Math.max(1, bytes)) / 3));
  return new Intl.NumberFormat(locale, {
    style: "unit",
    unit: UNITS[step],
    unitDisplay: "short",
    maximumFractionDigits: 1,
  }).format(bytes / 1_000 ** step);
}
