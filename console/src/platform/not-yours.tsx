import { useTranslation } from "react-i18next";
import { Empty } from "~/ui/feedback";
import { Lock } from "~/ui/icons";
import { Page } from "~/ui/page";

/** What somebody sees here who is nobody in particular on the platform. */
export function NotYours() {
  const { t } = useTranslation();
  return (
    <Page title={t("platform.title")}>
      <Empty icon={Lock} title={t("settings.notAllowed.title")}>
        {t("platform.notYours")}
      </Empty>
    </Page>
  );
}
