import { useTranslation } from "react-i18next";
import { useSession } from "~/session/session";
import { Page } from "~/ui/page";
import { AboutMe } from "./about-me";
import { ApiKeys } from "./api-keys";
import { ChangeAddress, ChangePassword } from "./credentials";
import { OwnSessions } from "./own-sessions";
import { SecondFactor } from "./second-factor";

/** One's own account: who one is, how one signs in, and what acts in one's name. */
export function ProfilePage() {
  const { t } = useTranslation();
  const { me } = useSession();
  return (
    <Page title={t("profile.title")} hint={me.user.email}>
      <AboutMe me={me} />
      <SecondFactor me={me} />
      <ChangePassword />
      <ChangeAddress me={me} />
      <OwnSessions />
      <ApiKeys whose="own" me={me} />
    </Page>
  );
}
