import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "~/api/endpoints";
import { useRefusals } from "~/api/refusals";
import { Button } from "~/ui/button";
import { Dialog } from "~/ui/dialog";
import { Banner } from "~/ui/feedback";
import { TextField } from "~/ui/field";
import { Form } from "~/ui/form";
import { PasswordField } from "~/ui/password-field";
import { showToast } from "~/ui/toast";
import { CodeForm, KeepCodes } from "./enrol";

export function RenewCodesDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const [codes, setCodes] = useState<string[] | null>(null);
  return (
    <Dialog title={t("factor.renew")} hint={codes ? undefined : t("factor.renewHint")} onClose={onClose}>
      <div className="dialog__body">
        {codes ? (
          <KeepCodes codes={codes} onDone={onClose} />
        ) : (
          <CodeForm
            submit={t("factor.renewSubmit")}
            onSubmit={async (code) => setCodes((await api.renewRecoveryCodes(code)).recovery_codes)}
          />
        )}
      </div>
    </Dialog>
  );
}

export function DisableFactorDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [missing, setMissing] = useState<object | null>(null);
  const disable = useMutation({
    mutationFn: () => api.disableTwoFactor(password, code.trim()),
    onSuccess: () => {
      showToast({ tone: "success", text: t("factor.disabled") });
      onClose();
    },
  });
  const refusals = useRefusals(disable.error, ["password", "code"]);
  const submit = () => {
    const complete = password && code.trim();
    setMissing(complete ? null : {});
    if (complete && !disable.isPending) disable.mutate();
  };
  return (
    <Dialog title={t("factor.disable")} hint={t("factor.disableHint")} onClose={onClose}>
      <Form className="dialog__body" onSubmit={submit} refused={missing ?? disable.error}>
        {refusals.rest && (
          <Banner tone="danger" alert>
            {refusals.rest}
          </Banner>
        )}
        <PasswordField
          label={t("signIn.password")}
          name="password"
          autoComplete="current-password"
          data-autofocus
          value={password}
          error={missing && !password ? t("signIn.passwordMissing") : refusals.at("password")}
          onChange={(event) => setPassword(event.target.value)}
        />
        <TextField
          label={t("factor.codeOrRecovery")}
          name="one-time-code"
          autoComplete="one-time-code"
          maxLength={40}
          value={code}
          error={missing && !code.trim() ? t("secondFactor.missing") : refusals.at("code")}
          onChange={(event) => setCode(event.target.value)}
        />
        <Button variant="danger" type="submit" busy={disable.isPending}>
          {t("factor.disable")}
        </Button>
      </Form>
    </Dialog>
  );
}
