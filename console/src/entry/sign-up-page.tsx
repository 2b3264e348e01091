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
import { PasswordField } from "~/ui/password-field";
import { CheckMail } from "./check-mail";
import { ToSignIn } from "./entry-links";
import { slugOf } from "./slug";

const FIELDS = ["company", "slug", "name", "email", "password"] as const;

/** A workspace of one's own. */
export function SignUpPage() {
  const { t, i18n } = useTranslation();
  const [typed, setTyped] = useState({ company: "", slug: "", name: "", email: "", password: "" });
  const [ownSlug, setOwnSlug] = useState(false);
  const [missing, setMissing] = useState<object | null>(null);
  const register = useMutation({
    mutationFn: () =>
      api.register({
        company: typed.company.trim(),
        name: typed.name.trim(),
        email: typed.email.trim(),
        password: typed.password,
        locale: i18n.language === "ru" ? "ru" : "en",
        ...(ownSlug ? { slug: typed.slug.trim() } : {}),
      }),
  });
  const refusals = useRefusals(register.error, FIELDS);
  const set = (field: keyof typeof typed) => (event: { target: { value: string } }) =>
    setTyped({ ...typed, [field]: event.target.value });
  const problems = {
    company: typed.company.trim() ? null : t("signUp.companyMissing"),
    slug: ownSlug && !typed.slug.trim() ? t("signUp.slugMissing") : null,
    name: typed.name.trim() ? null : t("profile.nameMissing"),
    email: addressProblem(t, typed.email),
    password: typed.password ? null : t("signUp.passwordMissing"),
  };
  const error = (field: keyof typeof typed) => (missing && problems[field]) || refusals.at(field);
  const submit = () => {
    const incomplete = Object.values(problems).some(Boolean);
    setMissing(incomplete ? {} : null);
    if (!incomplete && !register.isPending) register.mutate();
  };
  if (register.isSuccess) return <CheckMail email={typed.email.trim()} text={t("signUp.sent")} />;
  return (
    <EntryCard title={t("signUp.title")} aside={<ToSignIn />}>
      {refusals.rest && (
        <Banner tone="danger" alert>
          {refusals.rest}
        </Banner>
      )}
      <Form onSubmit={submit} refused={missing ?? register.error}>
        <TextField
          label={t("signUp.company")}
          hint={
            ownSlug || !typed.company.trim()
              ? undefined
              : t("signUp.slugPreview", { slug: slugOf(typed.company) })
          }
          name="organization"
          autoComplete="organization"
          maxLength={200}
          autoFocus
          value={typed.company}
          error={error("company")}
          onChange={set("company")}
        />
        {ownSlug || refusals.at("slug") ? (
          <TextField
            label={t("signUp.slug")}
            hint={t("signUp.slugHint")}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            maxLength={63}
            value={typed.slug}
            error={error("slug")}
            onChange={(event) => {
              setOwnSlug(true);
              set("slug")(event);
            }}
          />
        ) : (
          <Button
            variant="quiet"
            size="sm"
            onClick={() => {
              setTyped({ ...typed, slug: slugOf(typed.company) });
              setOwnSlug(true);
            }}
          >
            {t("signUp.chooseSlug")}
          </Button>
        )}
        <TextField
          label={t("signUp.name")}
          name="name"
          autoComplete="name"
          maxLength={200}
          value={typed.name}
          error={error("name")}
          onChange={set("name")}
        />
        <TextField
          label={t("signIn.email")}
          type="email"
          name="email"
          autoComplete="username"
          inputMode="email"
          value={typed.email}
          error={error("email")}
          onChange={set("email")}
        />
        <PasswordField
          label={t("signIn.password")}
          hint={t("signUp.passwordHint")}
          name="new-password"
          autoComplete="new-password"
          value={typed.password}
          error={error("password")}
          onChange={set("password")}
        />
        <Button variant="primary" size="lg" type="submit" busy={register.isPending}>
          {t("signUp.submit")}
        </Button>
      </Form>
    </EntryCard>
  );
}
