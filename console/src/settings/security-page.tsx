import { useTranslation } from "react-i18next";
import { security } from "~/api/security";
import { useCan } from "~/session/session";
import { IdentityKeys } from "./identity-keys";
import { settingKeys } from "./keys";
import { Loaded, SettingsPage, useSettings } from "./page";
import { SecurityForm } from "./security-form";

/** Who needs a second factor, where the widget stands, and by which keys the company says who a visitor is. */
export function SecurityPage() {
  const { t } = useTranslation();
  const found = useSettings(settingKeys.security, security.read, useCan()("security.manage"));
  return (
    <SettingsPage
      title={t("settings.sections.security")}
      lead={t("security.lead")}
      permission="security.manage"
    >
      <Loaded query={found}>
        {(settings) => (
          <>
            <SecurityForm settings={settings} />
            <IdentityKeys keys={settings.identity_keys} />
          </>
        )}
      </Loaded>
    </SettingsPage>
  );
}
