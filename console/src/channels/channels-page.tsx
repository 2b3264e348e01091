import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { type Channel, channels } from "~/api/channels";
import { useFormat } from "~/i18n/use-format";
import { useNow } from "~/lib/hooks";
import { useCan } from "~/session/session";
import { Loaded, SettingsPage, useSettings } from "~/settings/page";
import { Badge } from "~/ui/badge";
import { Empty } from "~/ui/feedback";
import { MessagesSquare, Plus } from "~/ui/icons";
import { channelIcon, useChannelName } from "~/ui/marks";
import { channelKeys } from "./keys";
import { StateBadge } from "./problems";
import "./channels.css";

/** Every connected channel and how it is. */
export function ChannelsPage() {
  const { t } = useTranslation();
  const found = useSettings(channelKeys.all, channels.list);
  const canConnect = useCan()("connections.manage");
  const connect = canConnect && <ConnectLink />;
  return (
    <SettingsPage
      title={t("settings.sections.channels")}
      lead={t("connecting.lead")}
      permission="settings.read"
      actions={connect}
    >
      <Loaded query={found}>
        {(items) => (
          <>
            {items.length > 0 && (
              <ul className="records">
                {items.map((channel) => (
                  <ChannelRow key={channel.id} channel={channel} />
                ))}
              </ul>
            )}
            {items.every(({ type }) => type === "widget") && (
              <Empty icon={MessagesSquare} title={t("connecting.empty.title")} actions={connect}>
                {t(canConnect ? "connecting.empty.text" : "connecting.empty.ask")}
              </Empty>
            )}
          </>
        )}
      </Loaded>
    </SettingsPage>
  );
}

function ConnectLink() {
  const { t } = useTranslation();
  return (
    <Link to="/settings/channels/new" className="button button--primary button--md">
      <Plus size={16} aria-hidden />
      {t("connecting.connect")}
    </Link>
  );
}

function ChannelRow({ channel }: { channel: Channel }) {
  const { t } = useTranslation();
  const typeName = useChannelName();
  const format = useFormat(useNow());
  const { id, type, name, health } = channel;
  const Icon = channelIcon(type);
  const facts = factsOf(channel);
  const isOurs = type === "widget";
  return (
    <li className="record">
      <div className="record__main">
        <Icon size={20} aria-hidden className="channel-icon" />
        <div className="record__text">
          <Link
            to="/settings/channels/$channelId"
            params={{ channelId: isOurs ? "widget" : id }}
            className="record__name"
          >
            {name}
          </Link>
          <span className="record__more" dir="auto">
            {[typeName(type), ...facts].join(" · ")}
          </span>
          {health.checked_at && (
            <span className="record__more">
              {t("connecting.checked", { ago: format.ago(health.checked_at) })}
            </span>
          )}
        </div>
      </div>
      {health.problems.length > 0 && (
        <Badge tone="neutral">{t("connecting.problemCount", { count: health.problems.length })}</Badge>
      )}
      {isOurs ? <Badge tone="success">{t("connecting.builtIn")}</Badge> : <StateBadge state={health.state} />}
    </li>
  );
}

const SHOWN = ["bot_username", "verified_name", "friendly_name", "group_name", "address", "phone_number"];

/** What tells an account from others, for people. */
export function factsOf({ account, facts }: Pick<Channel, "account" | "facts">): string[] {
  const known = SHOWN.map((name) => [name, facts[name]] as const)
    .filter(([, value]) => typeof value === "string" && value !== "")
    .map(([name, value]) => (name === "bot_username" ? `@${value}` : String(value)));
  if (known.length > 0) return [...new Set(known)];
  return account ? [account] : [];
}
