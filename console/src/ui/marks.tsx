import { useTranslation } from "react-i18next";
import type { ChannelRef, Controller, Conversation, ConversationStatus } from "~/api/types";
import { Badge, type Tone } from "./badge";
import {
  AlarmClock,
  AtSign,
  CircleCheck,
  CircleDashed,
  Clock,
  Globe,
  Headset,
  type LucideIcon,
  Mail,
  MessageCircle,
  MessageSquare,
  MessagesSquare,
  Plug,
  Send,
  Smartphone,
  Sparkles,
  Workflow,
} from "./icons";

const CHANNEL_ICONS: Record<string, LucideIcon> = {
  widget: Globe,
  telegram: Send,
  whatsapp: MessageCircle,
  sms: Smartphone,
  email: Mail,
  vk: AtSign,
  max: MessagesSquare,
  api: Plug,
};

export function channelIcon(type: string): LucideIcon {
  return CHANNEL_ICONS[type] ?? MessageSquare;
}

/** A channel type in words; one we do not know yet by its own name. */
export function useChannelName(): (type: string) => string {
  const { t } = useTranslation();
  return (type) => (type in CHANNEL_ICONS ? t(`channels.${type}` as "channels.widget") : type);
}

/** A channel by its own name; one that was never given one by its type in words. */
export function useChannelLabel(): (channel: ChannelRef) => string {
  const typeName = useChannelName();
  return ({ name, type }) => (name.toLowerCase() === type ? typeName(type) : name);
}

export const CONTROLLER_ICONS: Record<Controller, LucideIcon> = {
  scenario: Workflow,
  assistant: Sparkles,
  operator: Headset,
};

export const STATUS_ICONS: Record<ConversationStatus, LucideIcon> = {
  open: CircleDashed,
  pending: Clock,
  snoozed: AlarmClock,
  resolved: CircleCheck,
};

const STATUS_TONES: Record<ConversationStatus, Tone> = {
  open: "accent",
  pending: "warning",
  snoozed: "neutral",
  resolved: "success",
};

/**
 * Who holds the conversation: the scenario by name, the assistant, an operator by name, or nobody yet. Of a
 * resolved one, who was responsible last.
 */
export function ControllerBadge({
  conversation,
  plain = false,
}: {
  conversation: Conversation;
  plain?: boolean;
}) {
  const { t } = useTranslation();
  const { controller, scenario, assignee } = conversation;
  if (conversation.status === "resolved") {
    return assignee ? (
      <Badge icon={CONTROLLER_ICONS.operator} plain={plain} title={t("facts.assignee")}>
        {assignee.name}
      </Badge>
    ) : null;
  }
  const tone: Tone = controller === "operator" ? (assignee ? "operator" : "warning") : "bot";
  const name =
    controller === "scenario"
      ? (scenario?.name ?? t("controller.scenario"))
      : controller === "assistant"
        ? t("controller.assistant")
        : (assignee?.name ?? t("controller.nobody"));
  return (
    <Badge
      tone={tone}
      icon={CONTROLLER_ICONS[controller]}
      plain={plain}
      title={t(`controller.${controller}`)}
    >
      {name}
    </Badge>
  );
}

export function StatusBadge({ status }: { status: ConversationStatus }) {
  const { t } = useTranslation();
  return (
    <Badge tone={STATUS_TONES[status]} icon={STATUS_ICONS[status]}>
      {t(`status.${status}`)}
    </Badge>
  );
}
