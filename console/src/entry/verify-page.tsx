import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api } from "~/api/endpoints";
import { useErrorText } from "~/api/error-text";
import { keys } from "~/inbox/cache";
import { EntryCard } from "~/session/entry-card";
import { Button } from "~/ui/button";
import { Banner } from "~/ui/feedback";
import { ToSignIn } from "./entry-links";
import { useLinkToken } from "./token";

/** Believe an address by the link of the mail. A press, not the visit, uses it: scanners of mail visit links, too. */
export function VerifyPage() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const errorText = useErrorText();
  const token = useLinkToken();
  const verify = useMutation({
    mutationFn: () => api.verifyEmail(token ?? ""),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.me }),
  });
  return (
    <EntryCard title={t("verify.title")} aside={<ToSignIn />}>
      {verify.isSuccess ? (
        <Banner tone="success">{t("verify.done", { email: verify.data.email })}</Banner>
      ) : token && !verify.isError ? (
        <>
          <p>{t("verify.hint")}</p>
          <Button
            variant="primary"
            size="lg"
            autoFocus
            busy={verify.isPending}
            onClick={() => verify.mutate()}
          >
            {t("verify.submit")}
          </Button>
        </>
      ) : (
        <Banner tone="danger" alert>
          {verify.isError ? errorText(verify.error) : t("errors.account_token_invalid")}
        </Banner>
      )}
    </EntryCard>
  );
}
