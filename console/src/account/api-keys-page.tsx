import { useTranslation } from "react-i18next";
import { useCan, useSession } from "~/session/session";
import { Empty } from "~/ui/feedback";
import { KeyRound } from "~/ui/icons";
import { Page } from "~/ui/page";
import { ApiKeys } from "./api-keys";

/** Every API key of the workspace. */
export function ApiKeysPage() {
  const { t } = useTranslation();
  const { me } = useSession();
  const can = useCan();
  return (
    <Page title={t("keys.page")} hint={me.tenant.name}>
      {can("api_keys.manage") ? (
        <ApiKeys whose="tenant" me={me} />
      ) : (
        <Empty icon={KeyRound} title={t("keys.notAllowed")}>
          {t("errors.forbidden")}
        </Empty>
      )}
    </Page>
  );
}
