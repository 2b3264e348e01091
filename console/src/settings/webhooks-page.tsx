import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { settings } from "~/api/settings";
import type { Webhook } from "~/api/types";
import { Badge } from "~/ui/badge";
import { Button } from "~/ui/button";
import { Empty } from "~/ui/feedback";
import { CircleCheck, CircleDashed, Plus, Webhook as WebhookIcon } from "~/ui/icons";
import { settingKeys } from "./keys";
import { Loaded, SettingsPage, useSettings } from "./page";
import { SecretOnce } from "./secret-once";
import { WebhookDialog } from "./webhook-dialog";

export function WebhooksPage() {
  const { t } = useTranslation();
  const webhooks = useSettings(settingKeys.webhooks, settings.webhooks);
  const [adding, setAdding] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const add = (
    <Button variant="primary" icon={Plus} onClick={() => setAdding(true)}>
      {t("settings.webhooks.add")}
    </Button>
  );
  return (
    <SettingsPage
      title={t("settings.sections.webhooks")}
      lead={t("settings.webhooks.lead")}
      permission="webhooks.manage"
      actions={webhooks.data && webhooks.data.length > 0 && add}
    >
      <Loaded query={webhooks}>
        {(items) =>
          items.length === 0 ? (
            <Empty icon={WebhookIcon} title={t("settings.webhooks.empty.title")} actions={add}>
              {t("settings.webhooks.empty.text")}
            </Empty>
          ) : (
            <ul className="records">
              {items.map((webhook) => (
                <WebhookRow key={webhook.id} webhook={webhook} />
              ))}
            </ul>
          )
        }
      </Loaded>
      {adding && <WebhookDialog webhook={null} onClose={() => setAdding(false)} onSecret={setSecret} />}
      {secret && (
        <SecretOnce
          title={t("settings.webhooks.made")}
          label={t("settings.webhooks.secret")}
          secret={secret}
          onClose={() => setSecret(null)}
        />
      )}
    </SettingsPage>
  );
}

function WebhookRow({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation();
  return (
    <li className="record">
      <div className="record__main">
        <div className="record__text">
          <Link
            to="/settings/webhooks/$webhookId"
            params={{ webhookId: webhook.id }}
            className="record__name"
          >
            {webhook.name}
          </Link>
          <span className="record__more">
            {webhook.url} · {t("settings.webhooks.eventCount", { count: webhook.events.length })}
          </span>
        </div>
      </div>
      <WebhookState webhook={webhook} />
    </li>
  );
}

export function WebhookState({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation();
  if (webhook.active) {
    return (
      <Badge tone="success" icon={CircleCheck}>
        {t("settings.webhooks.on")}
      </Badge>
    );
  }
  return (
    <Badge tone={webhook.disabled_reason ? "danger" : "neutral"} icon={CircleDashed}>
      {webhook.disabled_reason === "gone" ? t("settings.webhooks.gone") : t("settings.webhooks.off")}
    </Badge>
  );
}
