import { useState } from "react";
import { useTranslation } from "react-i18next";
import { settings } from "~/api/settings";
import type { Webhook } from "~/api/types";
import { CheckList } from "~/ui/check-list";
import { TextField } from "~/ui/field";
import { showToast } from "~/ui/toast";
import { FormDialog } from "./form-dialog";
import { settingKeys } from "./keys";
import { useSave } from "./use-save";

/** What a webhook may be told, in the order of a conversation; each as its key in the languages. */
export const WEBHOOK_EVENTS = {
  "conversation.created": "conversationCreated",
  "conversation.assigned": "conversationAssigned",
  "conversation.resolved": "conversationResolved",
  "conversation.reopened": "conversationReopened",
  "message.created": "messageCreated",
  "note.created": "noteCreated",
} as const;

const STALE = [settingKeys.webhooks];
const FIELDS = ["name", "url", "events"];

interface WebhookDialogProps {
  webhook: Webhook | null;
  onClose: () => void;
  /** A new one has a secret, which is shown once. */
  onSecret: (secret: string) => void;
}

export function WebhookDialog({ webhook, onClose, onSecret }: WebhookDialogProps) {
  const { t } = useTranslation();
  const [name, setName] = useState(webhook?.name ?? "");
  const [url, setUrl] = useState(webhook?.url ?? "");
  const [events, setEvents] = useState<Set<string>>(() => new Set(webhook?.events ?? ["message.created"]));
  const body = { name, url, events: [...events] };
  const { save, busy, refusal } = useSave<void, { webhook: Webhook; secret?: string }>({
    run: () => (webhook ? settings.changeWebhook(webhook.id, body) : settings.createWebhook(body)),
    fields: FIELDS,
    stale: STALE,
    onDone: ({ secret }) => {
      onClose();
      if (secret) onSecret(secret);
      else showToast({ tone: "success", text: t("settings.saved") });
    },
  });
  return (
    <FormDialog
      title={webhook ? t("settings.webhooks.edit") : t("settings.webhooks.add")}
      submit={t("common.save")}
      busy={busy}
      refusal={refusal}
      ready={events.size > 0}
      onSubmit={save}
      onClose={onClose}
    >
      <TextField
        label={t("settings.fields.name")}
        value={name}
        maxLength={120}
        error={refusal.fields.name}
        onChange={(event) => setName(event.target.value)}
        data-autofocus
      />
      <TextField
        label={t("settings.fields.address")}
        hint={t("settings.webhooks.addressHint")}
        type="url"
        inputMode="url"
        placeholder="https://example.com/hooks/omnisupport"
        value={url}
        spellCheck={false}
        error={refusal.fields.url}
        onChange={(event) => setUrl(event.target.value)}
      />
      <CheckList
        label={t("settings.webhooks.events")}
        options={Object.entries(WEBHOOK_EVENTS).map(([value, key]) => ({
          value,
          label: t(`settings.webhooks.kinds.${key}`),
          hint: value,
        }))}
        value={events}
        error={events.size === 0 ? t("settings.webhooks.noEvents") : refusal.fields.events}
        onChange={setEvents}
      />
    </FormDialog>
  );
}
