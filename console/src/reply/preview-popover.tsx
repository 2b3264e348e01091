import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useErrorText } from "~/api/error-text";
import type { ChannelRef } from "~/api/types";
import { IconButton } from "~/ui/button";
import { Banner, Skeleton } from "~/ui/feedback";
import { Eye } from "~/ui/icons";
import { useChannelLabel } from "~/ui/marks";
import { Popover } from "~/ui/popover";
import { replyApi } from "./api";
import { ShownMessages } from "./shown";

interface PreviewProps {
  conversationId: string;
  text: string;
  channel: ChannelRef;
}

/** What the customer will see of the text that stands in the composer. */
export function PreviewPopover({ conversationId, text, channel }: PreviewProps) {
  const { t } = useTranslation();
  const label = t("reply.preview.title", { channel: useChannelLabel()(channel) });
  return (
    <Popover
      label={label}
      trigger={
        <IconButton icon={Eye} label={t("reply.preview.show")} size="sm" disabled={text.trim() === ""} />
      }
    >
      <div className="shown-frame">
        <h2 className="shown-frame__title">{label}</h2>
        <Preview conversationId={conversationId} text={text.trim()} />
      </div>
    </Popover>
  );
}

function Preview({ conversationId, text }: { conversationId: string; text: string }) {
  const errorText = useErrorText();
  const query = useQuery({
    queryKey: ["reply-preview", conversationId, text],
    queryFn: ({ signal }) => replyApi.preview(conversationId, { text }, signal),
    retry: false,
    gcTime: 0,
  });
  if (query.data) return <ShownMessages preview={query.data} />;
  if (query.isError) return <Banner tone="danger">{errorText(query.error)}</Banner>;
  return <Skeleton width="12rem" height="3rem" />;
}
