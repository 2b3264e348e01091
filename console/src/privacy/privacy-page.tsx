import { useTranslation } from "react-i18next";
import { privacy } from "~/api/privacy";
import { useCan } from "~/session/session";
import { Loaded, SettingsPage, useSettings } from "~/settings/page";
import { Erasures } from "./erasures";
import { Exports } from "./exports";
import { Holds } from "./holds";
import { privacyKeys } from "./keys";
import { RetentionForm } from "./retention-form";
import "./privacy.css";

/** How long data is kept, whose is kept longer, and what was erased and given out. */
export function PrivacyPage() {
  const { t } = useTranslation();
  const allowed = useCan()("privacy.manage");
  const retention = useSettings(privacyKeys.retention, privacy.retention, allowed);
  return (
    <SettingsPage title={t("settings.sections.privacy")} lead={t("privacy.lead")} permission="privacy.manage">
      <Loaded query={retention}>{(found) => <RetentionForm saved={found.value} etag={found.etag} />}</Loaded>
      {allowed && (
        <>
          <Holds />
          <Exports />
          <Erasures />
        </>
      )}
    </SettingsPage>
  );
}
