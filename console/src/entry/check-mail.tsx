import { useTranslation } from "react-i18next";
import { EntryCard } from "~/session/entry-card";
import { Banner } from "~/ui/feedback";
import { Mail } from "~/ui/icons";
import { ToSignIn } from "./entry-links";

/** What is said after a mail was asked for: the same whether the address has an account or not. */
export function CheckMail({ email, text }: { email: string; text: string }) {
  const { t } = useTranslation();
  return (
    <EntryCard title={t("entry.checkMail")} hint={email} aside={<ToSignIn />}>
      <Banner tone="info" icon={Mail}>
        {text}
      </Banner>
    </EntryCard>
  );
}
