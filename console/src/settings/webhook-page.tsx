import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { settings } from "~/api/settings";
import type { Webhook } from "~/api/types";
import { Button } from "~/ui/button";
import { Banner } from "~/ui/feedback";
import { KeyRound, Pencil, Send, Trash2 } from "~/ui/icons";
import { showToast } from "~/ui/toast";
import { ConfirmDelete } from "./confirm-delete";
import { Deliveries } from "./deliveries";
import { settingKeys } from "./keys";
import { Loaded, SettingsPage, useSettings } from "./page";
import { SecretOnce } from "./secret-once";
import { useSave } from "./use-save";
import { WebhookDialog } from "./webhook-dialog";
import { WebhookState } from "./webhooks-page";

type Open = "edit" | "renew" | "delete" | { secret: string } | null;

export function WebhookPage() {
  const { t } = useTranslation();
  const { webhookId = "" } = useParams({ strict: false }) as { webhookId?: string };
  const webhook = useSettings(settingKeys.webhook(webhookId), (signal) =>
    settings.webhook(webhookId, signal),
  );
  const found = webhook.data;
  return (
    <SettingsPage
      title={found?.name ?? t("settings.sections.webhooks")}
      lead={found?.url}
      actions={found && <WebhookState webhook={found} />}
      permission="webhooks.manage"
    >
      <Loaded query={webhook}>
        {(one) => (
          <>
            <WebhookActions webhook={one} />
            <Deliveries webhookId={one.id} />
          </>
        )}
      </Loaded>
    </SettingsPage>
  );
}

function WebhookActions({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  const stale = [settingKeys.webhooks];
  const toggle = useSave({
    run: () => settings.changeWebhook(webhook.id, { active: !webhook.active }),
    stale,
  });
  const test = useSave({
    run: () => settings.testWebhook(webhook.id),
    stale,
    onDone: () => showToast({ tone: "info", text: t("settings.webhooks.tested") }),
  });
  const refused = toggle.refusal.rest ?? test.refusal.rest;
  return (
    <>
      {refused && (
        <Banner tone="danger" alert>
          {refused}
        </Banner>
      )}
      {webhook.disabled_reason === "gone" && (
        <Banner tone="warning">{t("settings.webhooks.goneText")}</Banner>
      )}
      <div className="toolbar">
        <Button icon={Send} busy={test.busy} disabled={!webhook.active} onClick={() => test.save()}>
          {t("settings.webhooks.test")}
        </Button>
        <Button icon={Pencil} onClick={() => setOpen("edit")}>
          {t("settings.edit")}
        </Button>
        <Button busy={toggle.busy} onClick={() => toggle.save()}>
          {webhook.active ? t("settings.webhooks.turnOff") : t("settings.webhooks.turnOn")}
        </Button>
        <Button icon={KeyRound} onClick={() => setOpen("renew")}>
          {t("settings.webhooks.renew")}
        </Button>
        <Button icon={Trash2} variant="quiet" onClick={() => setOpen("delete")}>
          {t("common.delete")}
        </Button>
      </div>
      {open === "edit" && (
        <WebhookDialog webhook={webhook} onClose={close} onSecret={(secret) => setOpen({ secret })} />
      )}
      {open === "renew" && (
        <ConfirmDelete
          title={t("settings.webhooks.renewTitle")}
          text={t("settings.webhooks.renewText")}
          submit={t("settings.webhooks.renew")}
          stale={[]}
          run={() => settings.renewSecret(webhook.id).then(({ secret }) => setOpen({ secret }))}
          onClose={() => setOpen((now) => (now === "renew" ? null : now))}
        />
      )}
      {open === "delete" && (
        <ConfirmDelete
          title={t("settings.webhooks.delete.title", { name: webhook.name })}
          text={t("settings.webhooks.delete.text")}
          submit={t("common.delete")}
          stale={[]}
          run={() => settings.deleteWebhook(webhook.id)}
          onClose={close}
          onDone={() => void navigate({ to: "/settings/webhooks" })}
        />
      )}
      {typeof open === "object" && open && (
        <SecretOnce
          title={t("settings.webhooks.renewed")}
          label={t("settings.webhooks.secret")}
          secret={open.secret}
          onClose={close}
        />
      )}
    </>
  );
}
