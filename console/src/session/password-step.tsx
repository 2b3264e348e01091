import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "~/api/endpoints";
import { useErrorText } from "~/api/error-text";
import type { TwoFactorNeeded } from "~/api/types";
import { Button } from "~/ui/button";
import { Banner } from "~/ui/feedback";
import { TextField } from "~/ui/field";
import { Form } from "~/ui/form";
import { PasswordField } from "~/ui/password-field";
import { addressProblem } from "./address";
import { EntryCard } from "./entry-card";

interface PasswordStepProps {
  expired: boolean;
  /** The code took longer than its token lives. */
  late: boolean;
  onPassed: (needed: TwoFactorNeeded | null) => Promise<void>;
}

export function PasswordStep({ expired, late, onPassed }: PasswordStepProps) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [missing, setMissing] = useState<object | null>(null);
  const signIn = useMutation({
    mutationFn: async () => onPassed(await api.login(email.trim(), password)),
  });
  const problem = addressProblem(t, email);
  const submit = () => {
    const incomplete = problem !== null || !password;
    setMissing(incomplete ? {} : null);
    if (!incomplete && !signIn.isPending) signIn.mutate();
  };
  return (
    <EntryCard
      title={t("signIn.title")}
      aside={
        <>
          <Link to="/forgot-password" className="button button--quiet">
            {t("signIn.forgot")}
          </Link>
          <Link to="/sign-up" className="button button--quiet">
            {t("signIn.signUp")}
          </Link>
        </>
      }
    >
      {expired && <Banner tone="info">{t("signIn.expired")}</Banner>}
      {late && !signIn.isError && <Banner tone="warning">{t("signIn.late")}</Banner>}
      {signIn.isError && (
        <Banner tone="danger" alert>
          {errorText(signIn.error)}
        </Banner>
      )}
      <Form onSubmit={submit} refused={missing}>
        <TextField
          label={t("signIn.email")}
          type="email"
          name="email"
          autoComplete="username"
          inputMode="email"
          autoFocus
          value={email}
          error={missing ? problem : null}
          onChange={(event) => setEmail(event.target.value)}
        />
        <PasswordField
          label={t("signIn.password")}
          name="password"
          autoComplete="current-password"
          value={password}
          error={missing && !password ? t("signIn.passwordMissing") : null}
          onChange={(event) => setPassword(event.target.value)}
        />
        <Button variant="primary" size="lg" type="submit" busy={signIn.isPending}>
          {t("signIn.submit")}
        </Button>
      </Form>
    </EntryCard>
  );
}
