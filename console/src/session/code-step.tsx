import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "~/api/client";
import { api } from "~/api/endpoints";
import { useRefusals } from "~/api/refusals";
import { Button } from "~/ui/button";
import { Banner } from "~/ui/feedback";
import { TextField } from "~/ui/field";
import { Form } from "~/ui/form";
import { EntryCard } from "./entry-card";

interface CodeStepProps {
  token: string;
  onPassed: () => Promise<void>;
  /** The token is good no more: the password is to be entered again. */
  onLate: () => void;
  onBack: () => void;
}

/** The code of the app, or one of the recovery codes. */
export function CodeStep({ token, onPassed, onLate, onBack }: CodeStepProps) {
  const { t } = useTranslation();
  const [recovery, setRecovery] = useState(false);
  const [code, setCode] = useState("");
  const [missing, setMissing] = useState<object | null>(null);
  const pass = useMutation({
    mutationFn: async () => {
      const typed = code.trim();
      await api.passSecondFactor(recovery ? { token, recovery_code: typed } : { token, code: typed });
      await onPassed();
    },
    onError: (error) => {
      if (error instanceof ApiError && error.code === "account_token_invalid") onLate();
    },
  });
  const refusals = useRefusals(pass.error, ["code"]);
  const submit = () => {
    setMissing(code.trim() ? null : {});
    if (code.trim() && !pass.isPending) pass.mutate();
  };
  const other = () => {
    setRecovery(!recovery);
    setCode("");
    setMissing(null);
    pass.reset();
  };
  return (
    <EntryCard
      title={t("secondFactor.title")}
      hint={t(recovery ? "secondFactor.recoveryHint" : "secondFactor.codeHint")}
      aside={
        <Button variant="quiet" onClick={onBack}>
          {t("secondFactor.back")}
        </Button>
      }
    >
      {refusals.rest && (
        <Banner tone="danger" alert>
          {refusals.rest}
        </Banner>
      )}
      <Form onSubmit={submit} refused={missing ?? pass.error}>
        <TextField
          key={recovery ? "recovery" : "code"}
          label={t(recovery ? "secondFactor.recovery" : "secondFactor.code")}
          name={recovery ? "recovery-code" : "one-time-code"}
          autoComplete={recovery ? "off" : "one-time-code"}
          inputMode={recovery ? "text" : "numeric"}
          autoCapitalize="none"
          spellCheck={false}
          maxLength={40}
          autoFocus
          value={code}
          error={missing ? t("secondFactor.missing") : refusals.at("code")}
          onChange={(event) => setCode(event.target.value)}
        />
        <Button variant="primary" size="lg" type="submit" busy={pass.isPending}>
          {t("signIn.submit")}
        </Button>
        <Button variant="quiet" onClick={other}>
          {t(recovery ? "secondFactor.useApp" : "secondFactor.useRecovery")}
        </Button>
      </Form>
    </EntryCard>
  );
}
