import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "~/api/endpoints";
import { useRefusals } from "~/api/refusals";
import type { Me } from "~/api/types";
import { LANGUAGES } from "~/frame/language-choice";
import { chooseLocale } from "~/i18n";
import { keys } from "~/inbox/cache";
import type { Locale } from "~/lib/prefs";
import { Button } from "~/ui/button";
import { Banner } from "~/ui/feedback";
import { Segmented, TextField } from "~/ui/field";
import { Form } from "~/ui/form";
import { Card } from "~/ui/page";
import { showToast } from "~/ui/toast";

export function AboutMe({ me }: { me: Me }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [name, setName] = useState(me.user.name);
  const [locale, setLocale] = useState<Locale>(me.user.locale.startsWith("ru") ? "ru" : "en");
  const [missing, setMissing] = useState<object | null>(null);
  const save = useMutation({
    mutationFn: () => api.changeMe({ name: name.trim(), locale }),
    onSuccess: (saved) => {
      queries.setQueryData(keys.me, saved);
      setName(saved.user.name);
      chooseLocale(locale);
      showToast({ tone: "success", text: t("profile.saved"), about: "profile" });
    },
  });
  const refusals = useRefusals(save.error, ["name"]);
  const submit = () => {
    setMissing(name.trim() ? null : {});
    if (name.trim() && !save.isPending) save.mutate();
  };
  return (
    <Card title={t("profile.about")} hint={t("profile.aboutHint")}>
      <Form onSubmit={submit} refused={missing ?? save.error}>
        {refusals.rest && (
          <Banner tone="danger" alert>
            {refusals.rest}
          </Banner>
        )}
        <TextField
          label={t("profile.name")}
          name="name"
          autoComplete="name"
          maxLength={200}
          value={name}
          error={missing ? t("profile.nameMissing") : refusals.at("name")}
          onChange={(event) => setName(event.target.value)}
        />
        <Segmented
          label={t("menu.language")}
          showLabel
          value={locale}
          options={LANGUAGES}
          onChange={setLocale}
        />
        <div className="page__actions">
          <Button variant="primary" type="submit" busy={save.isPending}>
            {t("common.save")}
          </Button>
        </div>
      </Form>
    </Card>
  );
}
