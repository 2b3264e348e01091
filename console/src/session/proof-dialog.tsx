import { useMutation } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "~/api/endpoints";
import { useRefusals } from "~/api/refusals";
import type { Me } from "~/api/types";
import { useStore } from "~/lib/store";
import { Button } from "~/ui/button";
import { Dialog } from "~/ui/dialog";
import { Banner } from "~/ui/feedback";
import { TextField } from "~/ui/field";
import { Form } from "~/ui/form";
import { PasswordField } from "~/ui/password-field";
import { listenForProof, proofAsked } from "./proof";

/** Asks for the password again when an action needs it; the action then goes on by itself. */
export function Proof({ me }: { me: Me }) {
  const answer = useStore(proofAsked);
  useEffect(listenForProof, []);
  return answer && <ProofDialog me={me} onAnswer={answer} />;
}

export function ProofDialog({ me, onAnswer }: { me: Me; onAnswer: (given: boolean) => void }) {
  const { t } = useTranslation();
  const [byCode, setByCode] = useState(false);
  const [typed, setTyped] = useState("");
  const [missing, setMissing] = useState<object | null>(null);
  const prove = useMutation({
    mutationFn: () => api.reauthenticate(byCode ? { code: typed.trim() } : { password: typed }),
    onSuccess: () => onAnswer(true),
  });
  const refusals = useRefusals(prove.error, ["password", "code"]);
  const error = refusals.at(byCode ? "code" : "password");
  const submit = () => {
    setMissing(typed.trim() ? null : {});
    if (typed.trim() && !prove.isPending) prove.mutate();
  };
  const field = {
    "data-autofocus": true,
    value: typed,
    onChange: (event: { target: { value: string } }) => setTyped(event.target.value),
  };
  return (
    <Dialog title={t("proof.title")} hint={t("proof.hint")} onClose={() => onAnswer(false)}>
      <Form className="dialog__body" onSubmit={submit} refused={missing ?? prove.error}>
        {refusals.rest && (
          <Banner tone="danger" alert>
            {refusals.rest}
          </Banner>
        )}
        <input type="hidden" name="username" autoComplete="username" value={me.user.email} />
        {byCode ? (
          <TextField
            key="code"
            label={t("secondFactor.code")}
            name="one-time-code"
            autoComplete="one-time-code"
            inputMode="numeric"
            maxLength={40}
            error={missing ? t("secondFactor.missing") : error}
            {...field}
          />
        ) : (
          <PasswordField
            key="password"
            label={t("signIn.password")}
            name="password"
            autoComplete="current-password"
            error={missing ? t("signIn.passwordMissing") : error}
            {...field}
          />
        )}
        <Button variant="primary" type="submit" busy={prove.isPending}>
          {t("proof.submit")}
        </Button>
        {me.two_factor && (
          <Button
            variant="quiet"
            onClick={() => {
              setByCode(!byCode);
              setTyped("");
              setMissing(null);
              prove.reset();
            }}
          >
            {t(byCode ? "proof.usePassword" : "proof.useCode")}
          </Button>
        )}
      </Form>
    </Dialog>
  );
}
