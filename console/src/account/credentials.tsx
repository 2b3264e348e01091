import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "~/api/endpoints";
import { useRefusals } from "~/api/refusals";
import type { Me } from "~/api/types";
import { keys } from "~/inbox/cache";
import { addressProblem } from "~/session/address";
import { Button } from "~/ui/button";
import { Banner } from "~/ui/feedback";
import { TextField } from "~/ui/field";
import { Form } from "~/ui/form";
import { Card } from "~/ui/page";
import { PasswordField } from "~/ui/password-field";
import { showToast } from "~/ui/toast";

export function ChangePassword() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [old, setOld] = useState("");
  const [password, setPassword] = useState("");
  const [missing, setMissing] = useState<object | null>(null);
  const change = useMutation({
    mutationFn: () => api.changePassword(old, password),
    onSuccess: () => {
      setOld("");
      setPassword("");
      void queries.invalidateQueries({ queryKey: ["own-sessions"] });
      showToast({ tone: "success", text: t("password.changed") });
    },
  });
  const refusals = useRefusals(change.error, ["old", "new"]);
  const submit = () => {
    const complete = old && password;
    setMissing(complete ? null : {});
    if (complete && !change.isPending) change.mutate();
  };
  return (
    <Card title={t("password.title")} hint={t("password.hint")}>
      <Form onSubmit={submit} refused={missing ?? change.error}>
        {refusals.rest && (
          <Banner tone="danger" alert>
            {refusals.rest}
          </Banner>
        )}
        <PasswordField
          label={t("password.old")}
          name="current-password"
          autoComplete="current-password"
          value={old}
          error={missing && !old ? t("signIn.passwordMissing") : refusals.at("old")}
          onChange={(event) => setOld(event.target.value)}
        />
        <PasswordField
          label={t("reset.password")}
          hint={t("signUp.passwordHint")}
          name="new-password"
          autoComplete="new-password"
          value={password}
          error={missing && !password ? t("signUp.passwordMissing") : refusals.at("new")}
          onChange={(event) => setPassword(event.target.value)}
        />
        <div className="page__actions">
          <Button type="submit" busy={change.isPending}>
            {t("password.submit")}
          </Button>
        </div>
      </Form>
    </Card>
  );
}

export function ChangeAddress({ me }: { me: Me }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [missing, setMissing] = useState<object | null>(null);
  const change = useMutation({
    mutationFn: () => api.changeEmail(password, email.trim()),
    onSuccess: () => setPassword(""),
  });
  const resend = useMutation({
    mutationFn: api.resendVerification,
    onError: () => void queries.invalidateQueries({ queryKey: keys.me }), // verified meanwhile, for one
  });
  const refusals = useRefusals(change.error, ["email", "password"]);
  const resendRefusal = useRefusals(resend.error, []).rest;
  const problem = addressProblem(t, email);
  const submit = () => {
    const complete = !problem && password;
    setMissing(complete ? null : {});
    if (complete && !change.isPending) change.mutate();
  };
  return (
    <Card title={t("address.title")} hint={me.user.email}>
      {!me.verified && (
        <Banner
          tone={resendRefusal ? "danger" : "warning"}
          action={
            !resend.isSuccess && (
              <Button size="sm" busy={resend.isPending} onClick={() => resend.mutate()}>
                {t("address.resend")}
              </Button>
            )
          }
        >
          {resendRefusal ?? t(resend.isSuccess ? "address.resent" : "address.unverified")}
        </Banner>
      )}
      {change.isSuccess && <Banner tone="info">{t("address.sent", { email: change.data.email })}</Banner>}
      <Form onSubmit={submit} refused={missing ?? change.error}>
        {refusals.rest && (
          <Banner tone="danger" alert>
            {refusals.rest}
          </Banner>
        )}
        <TextField
          label={t("address.new")}
          hint={t("address.hint")}
          type="email"
          name="new-email"
          autoComplete="email"
          inputMode="email"
          value={email}
          error={(missing && problem) || refusals.at("email")}
          onChange={(event) => setEmail(event.target.value)}
        />
        <PasswordField
          label={t("signIn.password")}
          name="current-password"
          autoComplete="current-password"
          value={password}
          error={missing && !password ? t("signIn.passwordMissing") : refusals.at("password")}
          onChange={(event) => setPassword(event.target.value)}
        />
        <div className="page__actions">
          <Button type="submit" busy={change.isPending}>
            {t("address.submit")}
          </Button>
        </div>
      </Form>
    </Card>
  );
}
