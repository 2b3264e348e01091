import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "~/api/endpoints";
import { useErrorText } from "~/api/error-text";
import type { Message } from "~/api/types";
import { Button } from "~/ui/button";
import { Mail } from "~/ui/icons";
import { openLater } from "./open-later";

/** What a mail is beside its words: its subject, a sender nobody vouches for, and the way to the whole of it. */
export function MailFacts({ message }: { message: Message }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [busy, setBusy] = useState(false);
  const { subject, dmarc, automatic, original } = message.content ?? {};
  if (!subject && !original) return null;
  const open = async () => {
    setBusy(true);
    await openLater(
      async () => (await api.original(message.conversation_id, message.id)).page_url,
      errorText,
    );
    setBusy(false);
  };
  return (
    <div className="mail-facts">
      {subject && <p dir="auto">{t("thread.mailSubject", { subject })}</p>}
      {dmarc === "fail" && <p className="mail-facts__warning">{t("thread.mailForged")}</p>}
      {automatic && dmarc !== "fail" && <p>{t("thread.mailAutomatic")}</p>}
      {original && (
        <Button size="sm" variant="quiet" icon={Mail} busy={busy} onClick={open}>
          {t("thread.mailShow")}
          <span className="visually-hidden">{t("common.newTab")}</span>
        </Button>
      )}
    </div>
  );
}
