import { type FormEvent, type KeyboardEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Conversation } from "~/api/types";
import { Button } from "~/ui/button";
import { Dialog } from "~/ui/dialog";
import { TextArea } from "~/ui/field";
import { useConversationActions } from "./conversation-actions";

const SUMMARY_MAX = 1_000;

/** Back to the bot, with a word on what was agreed, so that it does not ask the customer again. */
export function HandBackDialog({
  conversation,
  onClose,
}: {
  conversation: Conversation;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const actions = useConversationActions();
  const [summary, setSummary] = useState("");
  const [busy, setBusy] = useState(false);

  const submit = async (event?: FormEvent) => {
    event?.preventDefault();
    if (busy) return;
    setBusy(true);
    const done = await actions.handBack(conversation, summary.trim() || null);
    setBusy(false);
    if (done) onClose(); // otherwise the words stay, and the toast says why
  };
  const press = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    void submit();
  };

  return (
    <Dialog
      title={t("handBack.title")}
      hint={t("handBack.hint", { name: conversation.scenario?.name ?? t("controller.assistant") })}
      onClose={onClose}
      footer={
        <>
          <Button variant="quiet" onClick={onClose}>
            {t("common.cancel")}
          </Button>
          <Button variant="primary" busy={busy} onClick={() => void submit()}>
            {t("handBack.submit")}
          </Button>
        </>
      }
    >
      <form className="dialog__body" onSubmit={submit}>
        <TextArea
          label={t("handBack.label")}
          hint={t("handBack.fieldHint")}
          placeholder={t("handBack.placeholder")}
          value={summary}
          maxLength={SUMMARY_MAX}
          rows={3}
          data-autofocus
          dir="auto"
          onChange={(event) => setSummary(event.target.value)}
          onKeyDown={press}
        />
      </form>
    </Dialog>
  );
}
