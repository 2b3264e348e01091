import { useId, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useErrorText } from "~/api/error-text";
import { useFileSize } from "~/files/size";
import { MOST_FILES } from "~/files/upload";
import { useStore } from "~/lib/store";
import { IconButton } from "~/ui/button";
import { CircleAlert, FileText, Paperclip, X } from "~/ui/icons";
import { showToast } from "~/ui/toast";
import type { Picked, PickedFile } from "./picked";

/** Takes files into a reply, and says what found no room. */
export function useTakeFiles(picked: Picked): (files: FileList | null) => void {
  const { t } = useTranslation();
  return (files) => {
    if (!files || files.length === 0) return;
    const left = picked.add([...files]);
    if (left > 0)
      showToast({ tone: "info", text: t("composer.files.most", { count: MOST_FILES }), about: "files" });
  };
}

export function AttachButton({ picked }: { picked: Picked }) {
  const { t } = useTranslation();
  const chooser = useRef<HTMLInputElement>(null);
  const take = useTakeFiles(picked);
  const id = useId();
  return (
    <>
      <input
        ref={chooser}
        id={id}
        type="file"
        multiple
        hidden
        aria-label={t("composer.files.attach")}
        onChange={({ target }) => {
          take(target.files);
          target.value = "";
        }}
      />
      <IconButton
        icon={Paperclip}
        size="sm"
        label={t("composer.files.attach")}
        onClick={() => chooser.current?.click()}
      />
    </>
  );
}

export function PickedFiles({ picked }: { picked: Picked }) {
  const { t } = useTranslation();
  const files = useStore(picked.files);
  if (files.length === 0) return null;
  return (
    <ul className="picked" aria-label={t("composer.files.picked")}>
      {files.map((file) => (
        <PickedLine key={file.key} file={file} onRemove={() => picked.remove(file.key)} />
      ))}
    </ul>
  );
}

function PickedLine({ file, onRemove }: { file: PickedFile; onRemove: () => void }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const size = useFileSize();
  const { name, error, uploaded } = file;
  return (
    <li className={`picked__file${error ? " picked__file--refused" : ""}`} aria-busy={!uploaded && !error}>
      {error ? <CircleAlert size={14} aria-hidden /> : <FileText size={14} aria-hidden />}
      <bdi className="picked__name">{name}</bdi>
      <span className="picked__state" role="status">
        {error ? errorText(error) : uploaded ? size(file.size) : t("composer.files.uploading")}
      </span>
      <IconButton icon={X} size="sm" label={t("composer.files.remove", { name })} onClick={onRemove} />
    </li>
  );
}
