import { useMutation } from "@tanstack/react-query";
import { useId, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useErrorText } from "~/api/error-text";
import { type Uploaded, uploadFile } from "~/files/upload";
import { Button } from "~/ui/button";
import { Frame } from "~/ui/field";
import { Trash2, Upload } from "~/ui/icons";
import { showToast } from "~/ui/toast";

const LOGO_KINDS = "image/png,image/jpeg,image/webp,image/gif";

interface LogoFieldProps {
  id: string | null;
  /** Where the picture is, while that is known. */
  link: string | null;
  onChange: (file: Uploaded | null) => void;
}

/** The picture in the widget's head: it is kept at once, and shown to visitors after saving. */
export function LogoField({ id, link, onChange }: LogoFieldProps) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const fieldId = useId();
  const chooser = useRef<HTMLInputElement>(null);
  const upload = useMutation({
    mutationFn: uploadFile,
    onSuccess: onChange,
    onError: (error) => showToast({ tone: "error", text: errorText(error), about: "logo" }),
  });
  return (
    <Frame id={fieldId} label={t("widget.logo")} hint={t("widget.logoHint")}>
      <div className="widget-logo">
        {link && <img src={link} alt={t("widget.logo")} />}
        {!link && <span className="form-part__none">{t(id ? "widget.logoSet" : "widget.logoNone")}</span>}
        <input
          ref={chooser}
          id={fieldId}
          className="visually-hidden"
          tabIndex={-1}
          type="file"
          accept={LOGO_KINDS}
          aria-describedby={`${fieldId}-hint`}
          onChange={({ currentTarget }) => {
            const [file] = currentTarget.files ?? [];
            if (file) upload.mutate(file);
            currentTarget.value = "";
          }}
        />
        <Button size="sm" icon={Upload} busy={upload.isPending} onClick={() => chooser.current?.click()}>
          {t("widget.logoChoose")}
        </Button>
        {id && (
          <Button size="sm" variant="quiet" icon={Trash2} onClick={() => onChange(null)}>
            {t("widget.logoRemove")}
          </Button>
        )}
      </div>
    </Frame>
  );
}
