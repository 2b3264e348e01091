import { useQuery } from "@tanstack/react-query";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { type ChannelFigures, channels } from "~/api/channels";
import { useFormat } from "~/i18n/use-format";
import { Loaded } from "~/settings/page";
import { channelKeys } from "./keys";

const READ_AGAIN_MS = 60_000;
const SPANS = ["day", "week"] as const;

/** What went through a channel of late, and how quickly. */
export function StatisticsPart({ channelId }: { channelId: string }) {
  const { t } = useTranslation();
  const id = useId();
  const found = useQuery({
    queryKey: channelKeys.statistics(channelId),
    queryFn: ({ signal }) => channels.statistics(channelId, signal),
    refetchInterval: READ_AGAIN_MS,
  });
  return (
    <section className="settings-part" aria-labelledby={id}>
      <h2 id={id} className="form-part__title">
        {t("connecting.statistics.title")}
      </h2>
      <Loaded query={found}>
        {(statistics) =>
          SPANS.map((span) => (
            <div key={span} className="figures-part">
              <h3 className="figures-part__title">{t(`connecting.statistics.${span}`)}</h3>
              <Figures figures={statistics[span]} />
            </div>
          ))
        }
      </Loaded>
      {found.data?.week.costs.length ? (
        <p className="setting__text">{t("connecting.statistics.costHint")}</p>
      ) : null}
    </section>
  );
}

const COUNTS = ["inbound", "outbound", "waiting", "failed", "uncertain"] as const;

function Figures({ figures }: { figures: ChannelFigures }) {
  const { t } = useTranslation();
  const { locale } = useFormat();
  const { median_ms, segments, costs } = figures;
  return (
    <dl className="figures">
      {COUNTS.map((name) => (
        <div key={name} className="figure">
          <dt>{t(`connecting.statistics.counts.${name}`)}</dt>
          <dd>{figures[name].toLocaleString(locale)}</dd>
        </div>
      ))}
      <div className="figure">
        <dt>{t("connecting.statistics.median")}</dt>
        <dd>{median_ms === null ? "–" : secondsText(median_ms, locale)}</dd>
      </div>
      {segments > 0 && (
        <div className="figure">
          <dt>{t("connecting.statistics.segments")}</dt>
          <dd>{segments.toLocaleString(locale)}</dd>
        </div>
      )}
      {costs.length > 0 && (
        <div className="figure">
          <dt>{t("connecting.statistics.cost")}</dt>
          <dd>{costs.map((each) => costText(each, locale)).join(" + ")}</dd>
        </div>
      )}
    </dl>
  );
}

/** "$1.27": a price per message is a fraction of a cent, so as many digits as it has are shown, up to four. */
export function costText({ currency, amount }: { currency: string; amount: string }, locale: string): string {
  const style = { style: "currency", currency, maximumFractionDigits: 4 } as const;
  return new Intl.NumberFormat(locale, style).format(Number(amount));
}

/** "0.8 sec": one digit after the point is enough to compare by. */
export function secondsText(ms: number, locale: string): string {
  return new Intl.NumberFormat(locale, {
    style: "unit",
    unit: "second",
    unitDisplay: "short",
    maximumFractionDigits: 1,
  }).format(ms / 1_000);
}
