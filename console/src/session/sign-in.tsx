import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "~/api/endpoints";
import { useErrorText } from "~/api/error-text";
import { LanguageChoice } from "~/frame/language-choice";
import { keys } from "~/inbox/cache";
import { Button, IconButton } from "~/ui/button";
import { Banner } from "~/ui/feedback";
import { TextField } from "~/ui/field";
import { Eye, EyeOff } from "~/ui/icons";
import { Logo } from "~/ui/logo";
import "./session.css";

interface SignInProps {
  /** The session ended by itself while someone was working. */
  expired: boolean;
  onSignedIn: () => void;
}

export function SignIn({ expired, onSignedIn }: SignInProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const errorText = useErrorText();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [shown, setShown] = useState(false);
  const [missing, setMissing] = useState(false);
  const signIn = useMutation({
    mutationFn: async () => {
      await api.login(email.trim(), password);
      return api.me();
    },
    onSuccess: (me) => {
      onSignedIn();
      queries.setQueryData(keys.me, me);
    },
  });

  const emailError = !email.trim()
    ? t("signIn.emailMissing")
    : /^\S+@\S+$/.test(email.trim())
      ? null
      : t("signIn.emailInvalid");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const incomplete = emailError !== null || !password;
    setMissing(incomplete);
    if (!incomplete && !signIn.isPending) signIn.mutate();
  };

  return (
    <main className="sign-in">
      <div className="sign-in__card">
        <Logo size={40} />
        <h1 className="sign-in__title">{t("signIn.title")}</h1>
        {expired && <Banner tone="info">{t("signIn.expired")}</Banner>}
        {signIn.isError && (
          <Banner tone="danger" alert>
            {errorText(signIn.error)}
          </Banner>
        )}
        <form className="sign-in__form" onSubmit={submit} noValidate>
          <TextField
            label={t("signIn.email")}
            type="email"
            name="email"
            autoComplete="username"
            inputMode="email"
            autoFocus
            value={email}
            error={missing ? emailError : null}
            onChange={(event) => setEmail(event.target.value)}
          />
          <div className="sign-in__password">
            <TextField
              label={t("signIn.password")}
              type={shown ? "text" : "password"}
              name="password"
              autoComplete="current-password"
              value={password}
              error={missing && !password ? t("signIn.passwordMissing") : null}
              onChange={(event) => setPassword(event.target.value)}
            />
            <IconButton
              className="sign-in__reveal"
              icon={shown ? EyeOff : Eye}
              label={shown ? t("signIn.hidePassword") : t("signIn.showPassword")}
              aria-pressed={shown}
              onClick={() => setShown(!shown)}
            />
          </div>
          <Button variant="primary" size="lg" type="submit" busy={signIn.isPending}>
            {t("signIn.submit")}
          </Button>
        </form>
      </div>
      <LanguageChoice />
    </main>
  );
}
