import { useTranslation } from "react-i18next";
import { useSession } from "~/session/session";
import { Banner } from "~/ui/feedback";
import { UserCheck } from "~/ui/icons";

/** Says, as long as it lasts, that somebody acts in another's name. */
export function ImpersonationBar() {
  const { t } = useTranslation();
  const { me } = useSession();
  if (!me.impersonator) return null;
  return (
    <Banner tone="warning" icon={UserCheck} bar>
      {t("frame.impersonated", { who: me.impersonator.name, name: me.user.name })}
    </Banner>
  );
}
