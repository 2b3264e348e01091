import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "~/api/client";
import type { Offer } from "~/api/invitations";
import { useRefusals } from "~/api/refusals";
import { Button } from "~/ui/button";
import { Banner } from "~/ui/feedback";
import { Segmented, TextField } from "~/ui/field";
import { Form } from "~/ui/form";
import { PasswordField } from "~/ui/password-field";

/** Without a name it is the password of an account that there is. */
export interface Credentials {
  name?: string;
  password: string;
}

type Kind = "new" | "known";
const FIELDS = ["name", "password"] as const;

interface AcceptFormProps {
  offer: Offer;
  join: (credentials: Credentials) => Promise<void>;
}

/** The offer tells nobody whether its address has an account, so the person says it; who is mistaken is told. */
export function AcceptForm({ offer, join }: AcceptFormProps) {
  const { t } = useTranslation();
  const [kind, setKind] = useState<Kind>("new");
  const [mistaken, setMistaken] = useState(false);
  const [name, setName] = useState(offer.name ?? "");
  const [password, setPassword] = useState("");
  const [missing, setMissing] = useState<object | null>(null);
  const choose = (next: Kind, byMistake = false) => {
    setKind(next);
    setMistaken(byMistake);
    setPassword("");
    setMissing(null);
  };
  const accept = useMutation({
    mutationFn: () => join(kind === "new" ? { name: name.trim(), password } : { password }),
    onError: (error) => {
      const other = otherKind(error, kind);
      if (!other) return;
      accept.reset();
      choose(other, true);
    },
  });
  const refusals = useRefusals(accept.error, FIELDS);
  const isNew = kind === "new";
  const noName = isNew && !name.trim();
  const submit = () => {
    const incomplete = noName || !password;
    setMissing(incomplete ? {} : null);
    if (!incomplete && !accept.isPending) accept.mutate();
  };
  return (
    <Form refused={missing ?? accept.error} onSubmit={submit}>
      <Segmented<Kind>
        label={t("invite.kind")}
        value={kind}
        options={[
          { value: "new", label: t("invite.new") },
          { value: "known", label: t("invite.known") },
        ]}
        onChange={(next) => {
          accept.reset();
          choose(next);
        }}
      />
      {mistaken && (
        <Banner tone="warning" alert>
          {t(isNew ? "invite.noAccount" : "invite.hasAccount")}
        </Banner>
      )}
      {refusals.rest && (
        <Banner tone="danger" alert>
          {refusals.rest}
        </Banner>
      )}
      <TextField
        label={t("signIn.email")}
        type="email"
        autoComplete="username"
        value={offer.email}
        readOnly
      />
      {isNew && (
        <TextField
          label={t("signUp.name")}
          name="name"
          autoComplete="name"
          maxLength={80}
          autoFocus
          value={name}
          error={missing && noName ? t("invite.nameMissing") : refusals.at("name")}
          onChange={(event) => setName(event.target.value)}
        />
      )}
      <PasswordField
        key={kind}
        label={t(isNew ? "invite.password" : "signIn.password")}
        {...(isNew && { hint: t("signUp.passwordHint") })}
        name={isNew ? "new-password" : "password"}
        autoComplete={isNew ? "new-password" : "current-password"}
        autoFocus={!isNew}
        value={password}
        error={
          missing && !password
            ? t(isNew ? "signUp.passwordMissing" : "signIn.passwordMissing")
            : refusals.at("password")
        }
        onChange={(event) => setPassword(event.target.value)}
      />
      <Button variant="primary" size="lg" type="submit" busy={accept.isPending}>
        {t("invite.submit")}
      </Button>
      {!isNew && (
        <Link to="/forgot-password" className="button button--quiet">
          {t("signIn.forgot")}
        </Link>
      )}
    </Form>
  );
}

/** Which of the two it is after all, when the refusal shows that the person was mistaken. */
export function otherKind(error: unknown, kind: Kind): Kind | null {
  if (!(error instanceof ApiError)) return null;
  if (kind === "new" && error.code === "sign_in_failed") return "known";
  if (kind === "known" && error.fields.some(({ field }) => field === "name")) return "new";
  return null;
}
