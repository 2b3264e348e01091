import { useInfiniteQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { settings } from "~/api/settings";
import type { Delivery } from "~/api/types";
import { useFormat } from "~/i18n/use-format";
import { Badge, type Tone } from "~/ui/badge";
import { Button } from "~/ui/button";
import { Empty } from "~/ui/feedback";
import { Segmented } from "~/ui/field";
import { Check, CircleAlert, Clock, type LucideIcon, RotateCcw, Send } from "~/ui/icons";
import { showToast } from "~/ui/toast";
import { settingKeys } from "./keys";
import { Loaded } from "./page";
import { useSave } from "./use-save";

const STATUSES = ["any", "pending", "delivered", "failed"] as const;
type Status = (typeof STATUSES)[number];
const LOOKS: Record<string, { tone: Tone; icon: LucideIcon }> = {
  pending: { tone: "warning", icon: Clock },
  delivered: { tone: "success", icon: Check },
  failed: { tone: "danger", icon: CircleAlert },
};
/** While something waits for its attempt the list is read again this often. */
const WATCH_MS = 3_000;

/** What the webhook was told, newest first, with what came of it. */
export function Deliveries({ webhookId }: { webhookId: string }) {
  const { t } = useTranslation();
  const id = useId();
  const [status, setStatus] = useState<Status>("any");
  const found = useInfiniteQuery({
    queryKey: settingKeys.deliveries(webhookId, status),
    queryFn: ({ pageParam, signal }) =>
      settings.deliveries(webhookId, status === "any" ? undefined : status, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.cursor,
    refetchInterval: ({ state }) =>
      state.data?.pages.some((page) => page.items.some((each) => each.status === "pending"))
        ? WATCH_MS
        : false,
  });
  const items = found.data?.pages.flatMap((page) => page.items);
  return (
    <section className="settings-part" aria-labelledby={id}>
      <div className="settings-part__head">
        <h2 id={id} className="form-part__title">
          {t("settings.deliveries.title")}
        </h2>
        <Segmented
          label={t("settings.deliveries.status")}
          value={status}
          onChange={setStatus}
          options={STATUSES.map((value) => ({ value, label: t(`settings.deliveries.statuses.${value}`) }))}
        />
      </div>
      <Loaded query={{ ...found, data: items }}>
        {(all) =>
          all.length === 0 ? (
            <Empty icon={Send} title={t("settings.deliveries.empty.title")}>
              {t("settings.deliveries.empty.text")}
            </Empty>
          ) : (
            <ul className="records">
              {all.map((delivery) => (
                <DeliveryRow key={delivery.id} webhookId={webhookId} delivery={delivery} />
              ))}
            </ul>
          )
        }
      </Loaded>
      {found.hasNextPage && (
        <Button busy={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
          {t("settings.more")}
        </Button>
      )}
    </section>
  );
}

function DeliveryRow({ webhookId, delivery }: { webhookId: string; delivery: Delivery }) {
  const { t } = useTranslation();
  const format = useFormat();
  const look = LOOKS[delivery.status] ?? { tone: "neutral" as const, icon: Clock };
  const again = useSave({
    run: () => settings.redeliver(webhookId, delivery.id),
    stale: [settingKeys.webhook(webhookId)],
    onDone: () => showToast({ tone: "info", text: t("settings.deliveries.again") }),
  });
  return (
    <li className="record record--wide">
      <details className="details">
        <summary>
          <Badge tone={look.tone} icon={look.icon}>
            {t(`settings.deliveries.statuses.${delivery.status as Status}`)}
          </Badge>
          <code className="record__key">{delivery.event}</code>
          <span className="record__more">{format.dateTime(delivery.created_at)}</span>
        </summary>
        <dl className="facts">
          <Fact name={t("settings.deliveries.attempts")}>{delivery.attempts}</Fact>
          {delivery.last_status !== null && (
            <Fact name={t("settings.deliveries.answer")}>{`HTTP ${delivery.last_status}`}</Fact>
          )}
          {delivery.last_error && <Fact name={t("settings.deliveries.error")}>{delivery.last_error}</Fact>}
          {delivery.next_at && (
            <Fact name={t("settings.deliveries.next")}>{format.dateTime(delivery.next_at)}</Fact>
          )}
          {delivery.finished_at && (
            <Fact name={t("settings.deliveries.finished")}>{format.dateTime(delivery.finished_at)}</Fact>
          )}
        </dl>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
        <pre className="code" tabIndex={0}>
          {JSON.stringify(delivery.body, null, 2)}
        </pre>
      </details>
      {delivery.status !== "pending" && (
        <div className="record__actions">
          <Button size="sm" icon={RotateCcw} busy={again.busy} onClick={() => again.save()}>
            {t("settings.deliveries.redeliver")}
          </Button>
        </div>
      )}
      {again.refusal.rest && (
        <p className="field__error" role="alert">
          {again.refusal.rest}
        </p>
      )}
    </li>
  );
}

function Fact({ name, children }: { name: string; children: string | number }) {
  return (
    <div className="facts__one">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
