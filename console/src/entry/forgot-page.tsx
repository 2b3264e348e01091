import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "~/api/endpoints";
import { useRefusals } from "~/api/refusals";
import { addressProblem } from "~/session/address";
import { EntryCard } from "~/session/entry-card";
import { Button } from "~/ui/button";
import { Banner } from "~/ui/feedback";
import { TextField } from "~/ui/field";
import { Form } from "~/ui/form";
import { CheckMail } from "./check-mail";
import { ToSignIn } from "./entry-links";

/** Ask for a link to set a new password. */
export function ForgotPage() {
  const { t } = useTranslation();
  const [email, setEmail] = useState("");
  const [missing, setMissing] = useState<object | null>(null);
  const ask = useMutation({ mutationFn: () => api.forgotPassword(email.trim()) });
  const refusals = useRefusals(ask.error, ["email"]);
  const problem = addressProblem(t, email);
  if (ask.isSuccess) return <CheckMail email={email.trim()} text={t("forgot.sent")} />;
  return (
    <EntryCard title={t("forgot.title")} hint={t("forgot.hint")} aside={<ToSignIn />}>
      {refusals.rest && (
        <Banner tone="danger" alert>
          {refusals.rest}
        </Banner>
      )}
      <Form
        refused={missing ?? ask.error}
        onSubmit={() => {
          setMissing(problem ? {} : null);
          if (!problem && !ask.isPending) ask.mutate();
        }}
      >
        <TextField
          label={t("signIn.email")}
          type="email"
          name="email"
          autoComplete="username"
          inputMode="email"
          autoFocus
          value={email}
          error={(missing && problem) || refusals.at("email")}
          onChange={(event) => setEmail(event.target.value)}
        />
        <Button variant="primary" size="lg" type="submit" busy={ask.isPending}>
          {t("forgot.submit")}
        </Button>
      </Form>
    </EntryCard>
  );
}
