import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "~/api/endpoints";
import { useRefusals } from "~/api/refusals";
import { keys } from "~/inbox/cache";
import { EntryCard } from "~/session/entry-card";
import { Button } from "~/ui/button";
import { Banner } from "~/ui/feedback";
import { Form } from "~/ui/form";
import { PasswordField } from "~/ui/password-field";
import { ToSignIn } from "./entry-links";
import { useLinkToken } from "./token";

/** Set a new password by the link of the mail. */
export function ResetPage() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const token = useLinkToken();
  const [password, setPassword] = useState("");
  const [missing, setMissing] = useState<object | null>(null);
  const reset = useMutation({
    mutationFn: () => api.resetPassword(token ?? "", password),
    onSuccess: () => queries.removeQueries({ queryKey: keys.me }),
  });
  const refusals = useRefusals(reset.error, ["password"]);
  if (reset.isSuccess)
    return (
      <EntryCard title={t("reset.title")} aside={<ToSignIn />}>
        <Banner tone="success">{t("reset.done")}</Banner>
      </EntryCard>
    );
  const again = (
    <Link to="/forgot-password" className="button button--quiet">
      {t("reset.again")}
    </Link>
  );
  if (!token)
    return (
      <EntryCard title={t("reset.title")} aside={again}>
        <Banner tone="danger" alert>
          {t("errors.account_token_invalid")}
        </Banner>
      </EntryCard>
    );
  return (
    <EntryCard title={t("reset.title")} hint={t("reset.hint")} aside={again}>
      {refusals.rest && (
        <Banner tone="danger" alert>
          {refusals.rest}
        </Banner>
      )}
      <Form
        refused={missing ?? reset.error}
        onSubmit={() => {
          setMissing(password ? null : {});
          if (password && !reset.isPending) reset.mutate();
        }}
      >
        <PasswordField
          label={t("reset.password")}
          hint={t("signUp.passwordHint")}
          name="new-password"
          autoComplete="new-password"
          autoFocus
          value={password}
          error={missing ? t("signUp.passwordMissing") : refusals.at("password")}
          onChange={(event) => setPassword(event.target.value)}
        />
        <Button variant="primary" size="lg" type="submit" busy={reset.isPending}>
          {t("reset.submit")}
        </Button>
      </Form>
    </EntryCard>
  );
}
