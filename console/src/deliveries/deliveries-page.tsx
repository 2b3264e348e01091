import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { channels } from "~/api/channels";
import { deliveries, type Troubled, type TroubledFilter, type TroubledStatus } from "~/api/deliveries";
import { channelKeys } from "~/channels/keys";
import { useCustomerName } from "~/customer/names";
import { useFormat } from "~/i18n/use-format";
import { useNow } from "~/lib/hooks";
import { useCan } from "~/session/session";
import { Delivery } from "~/thread/rows-view";
import { Button } from "~/ui/button";
import { Empty } from "~/ui/feedback";
import { Segmented } from "~/ui/field";
import { CheckCheck } from "~/ui/icons";
import { Loaded } from "~/ui/loaded";
import { useChannelLabel } from "~/ui/marks";
import { Page } from "~/ui/page";
import { SelectField } from "~/ui/select";
import { Decisions } from "./decisions";
import { deliveryKeys } from "./keys";
import { useReasonText } from "./reasons";
import "./deliveries.css";

const ANY = "any";
const PAGE = 50;
const STATUSES = [ANY, "failed", "uncertain"] as const;

/** Sends that failed or whose end nobody knows, until a person decides. */
export function DeliveriesPage() {
  const { t } = useTranslation();
  const [filter, setFilter] = useState<TroubledFilter>({});
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const found = useInfiniteQuery({
    queryKey: deliveryKeys.list(filter),
    queryFn: ({ pageParam, signal }) => deliveries.list(filter, pageParam, PAGE, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
  const items = found.data?.pages.flatMap((page) => page.items);
  const narrow = (part: Partial<Record<keyof TroubledFilter, string>>) => {
    const next = Object.entries({ ...filter, ...part }).filter(([, value]) => value !== ANY);
    setFilter(Object.fromEntries(next));
    setChosen(new Set());
  };
  return (
    <Page title={t("deliveries.title")} hint={t("deliveries.hint")}>
      <div className="sends__filters">
        <ChannelFilter value={filter.channel_id ?? ANY} onChange={(channel_id) => narrow({ channel_id })} />
        <Segmented
          label={t("deliveries.status")}
          value={filter.status ?? ANY}
          options={STATUSES.map((value) => ({ value, label: t(`deliveries.statuses.${value}`) }))}
          onChange={(status) => narrow({ status })}
        />
      </div>
      <Loaded query={{ ...found, data: items }}>
        {(all) =>
          all.length === 0 ? (
            <Empty icon={CheckCheck} title={t("deliveries.empty.title")}>
              {t("deliveries.empty.text")}
            </Empty>
          ) : (
            <Sends items={all} chosen={chosen} onChoose={setChosen} />
          )
        }
      </Loaded>
      {found.hasNextPage && (
        <div>
          <Button busy={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
            {t("common.more")}
          </Button>
        </div>
      )}
    </Page>
  );
}

function ChannelFilter({ value, onChange }: { value: string; onChange: (id: string) => void }) {
  const { t } = useTranslation();
  const label = useChannelLabel();
  const mayRead = useCan()("settings.read");
  const { data = [] } = useQuery({
    queryKey: channelKeys.all,
    queryFn: ({ signal }) => channels.list(signal),
    enabled: mayRead,
  });
  if (!mayRead) return null;
  return (
    <SelectField
      label={t("deliveries.channel")}
      value={value}
      options={[
        { value: ANY, label: t("deliveries.anyChannel") },
        ...data.map((channel) => ({ value: channel.id, label: label(channel) })),
      ]}
      onChange={onChange}
    />
  );
}

interface SendsProps {
  items: readonly Troubled[];
  chosen: ReadonlySet<string>;
  onChoose: (chosen: ReadonlySet<string>) => void;
}

function Sends({ items, chosen, onChoose }: SendsProps) {
  const { t } = useTranslation();
  const canDecide = useCan()("conversations.reply");
  const there = items.filter(({ message }) => chosen.has(message.id));
  const isAll = there.length === items.length;
  const choose = (id: string, on: boolean) => {
    const next = new Set(chosen);
    if (on) next.add(id);
    else next.delete(id);
    onChoose(next);
  };
  return (
    <>
      {canDecide && (
        <div className="sends__bar">
          <label className="sends__all">
            <input
              type="checkbox"
              checked={isAll}
              onChange={() => onChoose(new Set(isAll ? [] : items.map(({ message }) => message.id)))}
            />
            {there.length > 0 ? t("deliveries.chosen", { count: there.length }) : t("deliveries.chooseAll")}
          </label>
          {there.length > 0 && (
            <Decisions
              sends={there.map(({ message }) => message)}
              about={t("deliveries.chosen", { count: there.length })}
              onDone={() => onChoose(new Set())}
            />
          )}
        </div>
      )}
      <ul className="sends">
        {items.map((item) => (
          <SendRow
            key={item.message.id}
            item={item}
            canDecide={canDecide}
            isChosen={chosen.has(item.message.id)}
            onChoose={(on) => choose(item.message.id, on)}
          />
        ))}
      </ul>
    </>
  );
}

interface SendRowProps {
  item: Troubled;
  canDecide: boolean;
  isChosen: boolean;
  onChoose: (on: boolean) => void;
}

function SendRow({ item, canDecide, isChosen, onChoose }: SendRowProps) {
  const { t } = useTranslation();
  const format = useFormat(useNow());
  const name = useCustomerName()(item.customer);
  const channel = useChannelLabel()(item.channel);
  const reason = useReasonText();
  const { message, code } = item;
  const status = message.status as TroubledStatus;
  return (
    <li className="send">
      {canDecide && (
        <input
          type="checkbox"
          className="send__check"
          checked={isChosen}
          aria-label={t("deliveries.choose", { name })}
          onChange={(event) => onChoose(event.target.checked)}
        />
      )}
      <div className="send__body">
        <p className="send__head">
          <Link
            to="/inbox/$conversationId"
            params={{ conversationId: message.conversation_id }}
            search={{ view: "all" }}
            className="send__name"
          >
            {name}
          </Link>
          <span>{channel}</span>
          <time dateTime={message.created_at}>{format.dateTime(message.created_at)}</time>
          <Delivery status={status} />
        </p>
        <p className="send__text" dir="auto">
          {message.text || t("deliveries.noText")}
        </p>
        <p className="send__reason">{reason(status, code)}</p>
        {canDecide && <Decisions sends={[message]} about={name} />}
      </div>
    </li>
  );
}
