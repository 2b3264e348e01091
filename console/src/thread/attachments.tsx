import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "~/api/endpoints";
import { useErrorText } from "~/api/error-text";
import type { Attachment, Message } from "~/api/types";
import { useFileSize } from "~/files/size";
import { ownPath } from "~/files/upload";
import { Button } from "~/ui/button";
import { Skeleton } from "~/ui/feedback";
import { CircleAlert, Clock, FileText } from "~/ui/icons";
import { openLater } from "./open-later";

/** The server's links open for five minutes. */
const LINK_LASTS_MS = 4 * 60_000;

/** The files of a message: pictures to look at, sounds and films to play, the rest to open. */
export function Attachments({ message }: { message: Message }) {
  const { t } = useTranslation();
  const files = message.attachments ?? [];
  if (files.length === 0) return null;
  return (
    <ul className="attachments" aria-label={t("thread.files.label", { count: files.length })}>
      {files.map((file) => (
        <li key={file.id}>
          <AttachedFile conversationId={message.conversation_id} file={file} />
        </li>
      ))}
    </ul>
  );
}

interface FileProps {
  conversationId: string;
  file: Attachment;
}

function AttachedFile(props: FileProps) {
  const { t } = useTranslation();
  const { file } = props;
  if (file.state === "waiting" || file.state === "failed") {
    const Icon = file.state === "waiting" ? Clock : CircleAlert;
    return (
      <p className="attachments__absent">
        <Icon size={14} aria-hidden />
        <bdi>{file.name}</bdi>
        <span>{t(file.state === "waiting" ? "thread.files.waiting" : "thread.files.failed")}</span>
      </p>
    );
  }
  const kind = shownAs(file);
  return kind === "file" ? <OpenedFile {...props} /> : <ShownFile {...props} kind={kind} />;
}

/** Providers call a picture a file when it was sent as it is. */
function shownAs({ kind, mime }: Attachment): Attachment["kind"] {
  const [family] = mime.split("/");
  return kind === "file" && (family === "image" || family === "audio" || family === "video") ? family : kind;
}

function ShownFile({ conversationId, file, kind }: FileProps & { kind: Attachment["kind"] }) {
  const { t } = useTranslation();
  const [isUnplayable, setUnplayable] = useState(false);
  const link = useQuery({
    queryKey: ["attachment", conversationId, file.id],
    queryFn: ({ signal }) => api.attachment(conversationId, file.id, signal),
    staleTime: LINK_LASTS_MS,
    gcTime: LINK_LASTS_MS,
  });
  if (link.isError || isUnplayable) return <OpenedFile conversationId={conversationId} file={file} />;
  if (!link.data) return <Skeleton width="12rem" height="6rem" />;
  const src = ownPath(link.data.url);
  const given = { src, onError: () => setUnplayable(true) };
  if (kind === "image")
    return (
      <a className="attachments__picture" href={src} target="_blank" rel="noreferrer noopener">
        <img
          {...given}
          alt={file.name}
          loading="lazy"
          width={link.data.width ?? undefined}
          height={link.data.height ?? undefined}
        />
        <span className="visually-hidden">{t("common.newTab")}</span>
      </a>
    );
  if (kind === "audio") return <audio {...given} controls preload="none" aria-label={file.name} />;
  return <video {...given} controls preload="metadata" aria-label={file.name} />;
}

function OpenedFile({ conversationId, file }: FileProps) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const size = useFileSize();
  const [busy, setBusy] = useState(false);
  const open = async () => {
    setBusy(true);
    await openLater(async () => ownPath((await api.attachment(conversationId, file.id)).url), errorText);
    setBusy(false);
  };
  return (
    <Button size="sm" variant="quiet" icon={FileText} busy={busy} onClick={() => void open()}>
      <bdi>{file.name}</bdi> {size(file.size)}
      <span className="visually-hidden">{t("common.newTab")}</span>
    </Button>
  );
}
