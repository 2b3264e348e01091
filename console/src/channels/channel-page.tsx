import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { type Channel, channels } from "~/api/channels";
import { useCan } from "~/session/session";
import { Loaded, SettingsPage, useSettings } from "~/settings/page";
import { useChannelName } from "~/ui/marks";
import { ChannelForm } from "./channel-form";
import { factsOf } from "./channels-page";
import { Disconnect } from "./disconnect";
import { HealthPart } from "./health-part";
import { channelKeys } from "./keys";
import { StateBadge } from "./problems";
import { StatisticsPart } from "./statistics-part";
import { TestMessagePart } from "./test-message";
import "./channels.css";

/** One channel: how its connection is and what mends it, and how it speaks. */
export function ChannelPage() {
  const { t } = useTranslation();
  const typeName = useChannelName();
  const { channelId = "" } = useParams({ strict: false }) as { channelId?: string };
  const found = useSettings(channelKeys.one(channelId), (signal) => channels.one(channelId, signal));
  const channel = found.data;
  return (
    <SettingsPage
      title={channel?.name ?? t("settings.sections.channels")}
      lead={channel && [typeName(channel.type), ...factsOf(channel)].join(" · ")}
      actions={channel && <StateBadge state={channel.health.state} />}
      permission="settings.read"
    >
      <Loaded query={found}>{(one) => <ChannelParts channel={one} />}</Loaded>
    </SettingsPage>
  );
}

function ChannelParts({ channel }: { channel: Channel }) {
  const canManage = useCan()("connections.manage");
  return (
    <>
      <HealthPart channel={channel} />
      {canManage && channel.type !== "widget" && <TestMessagePart channel={channel} />}
      <StatisticsPart channelId={channel.id} />
      {canManage && <ChannelForm channel={channel} />}
      {canManage && <Disconnect channel={channel} />}
    </>
  );
}
