import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { SettingsPage } from "~/settings/page";
import { channelIcon } from "~/ui/marks";
import { KINDS, typeOf } from "./kinds";
import "./channels.css";

/** What can be connected, and what is needed for it. */
export function NewChannelPage() {
  const { t } = useTranslation();
  return (
    <SettingsPage title={t("connecting.new")} lead={t("connecting.newLead")} permission="connections.manage">
      <ul className="kinds">
        {KINDS.map((kind) => {
          const Icon = channelIcon(typeOf(kind));
          return (
            <li key={kind}>
              <Link to="/settings/channels/new/$kind" params={{ kind }} className="kind">
                <Icon size={20} aria-hidden className="channel-icon" />
                <div>
                  <p className="kind__name">{t(`connecting.kinds.${kind}`)}</p>
                  <p className="kind__text">{t(`connecting.needs.${kind}`)}</p>
                </div>
              </Link>
            </li>
          );
        })}
      </ul>
    </SettingsPage>
  );
}
