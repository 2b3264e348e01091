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
  /** Ids of uploads. */
  files?: readonly string[];
  channel: ChannelRef;
}

/** What the customer will see of the text that stands in the composer. */
export function PreviewPopover({ conversationId, text, files = [], channel }: PreviewProps) {
  const { t } = useTranslation();
  const label = t("reply.preview.title", { channel: useChannelLabel()(channel) });
  return (
    <Popover
      label={label}
      trigger={
        <IconButton
          icon={Eye}
          label={t("reply.preview.show")}
          size="sm"
          disabled={text.trim() === "" && files.length === 0}
        />
      }
    >
      <div className="shown-frame">
        <h2 className="shown-frame__title">{label}</h2>
        <Preview conversationId={conversationId} text={text.trim()} files={files} />
      </div>
    </Popover>
  );
}

interface ShownProps {
  conversationId: string;
  text: string;
  files: readonly string[];
}

function Preview({ conversationId, text, files }: ShownProps) {
  const errorText = useErrorText();
  const query = useQuery({
    queryKey: ["reply-preview", conversationId, text, files],
    queryFn: ({ signal }) =>
      replyApi.preview(conversationId, files.length > 0 ? { text, attachments: files } : { text }, signal),
    retry: false,
    gcTime: 0,
  });
  if (query.data) return <ShownMessages preview={query.data} />;
  if (query.isError) return <Banner tone="danger">{errorText(query.error)}</Banner>;
  return <Skeleton width="12rem" height="3rem" />;
}
