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
    </section>
  );
}

const COUNTS = ["inbound", "outbound", "waiting", "failed", "uncertain"] as const;

function Figures({ figures }: { figures: ChannelFigures }) {
  const { t } = useTranslation();
  const { locale } = useFormat();
  const { median_ms } = figures;
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
    </dl>
  );
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
