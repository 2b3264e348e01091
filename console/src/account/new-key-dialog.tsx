import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type KeyOwner } from "~/api/endpoints";
import { useRefusals } from "~/api/refusals";
import type { Me } from "~/api/types";
import { Button } from "~/ui/button";
import { CheckList } from "~/ui/check-list";
import { Dialog } from "~/ui/dialog";
import { Banner } from "~/ui/feedback";
import { Segmented, TextField } from "~/ui/field";
import { Form } from "~/ui/form";
import { ToldOnce } from "~/ui/told-once";
import { expiryOf, LIVES, type Life, useScopeName } from "./scopes";

interface NewKeyDialogProps {
  whose: KeyOwner;
  me: Me;
  onMade: () => void;
  onClose: () => void;
}

export function NewKeyDialog({ whose, me, onMade, onClose }: NewKeyDialogProps) {
  const { t } = useTranslation();
  const [token, setToken] = useState<string | null>(null);
  const made = (told: string) => {
    setToken(told);
    onMade();
  };
  return (
    <Dialog title={t("keys.create")} onClose={onClose} wide>
      <div className="dialog__body">
        {token ? (
          <>
            <Banner tone="warning" alert>
              {t("keys.keep")}
            </Banner>
            <ToldOnce label={t("keys.token")} lines={[token]} />
            <Button variant="primary" onClick={onClose}>
              {t("keys.kept")}
            </Button>
          </>
        ) : (
          <KeyForm whose={whose} permissions={me.permissions} onMade={made} />
        )}
      </div>
    </Dialog>
  );
}

interface KeyFormProps {
  whose: KeyOwner;
  permissions: string[];
  onMade: (token: string) => void;
}

function KeyForm({ whose, permissions, onMade }: KeyFormProps) {
  const { t } = useTranslation();
  const scopeName = useScopeName();
  const [name, setName] = useState("");
  const [life, setLife] = useState<Life>("90");
  const [scopes, setScopes] = useState<ReadonlySet<string>>(new Set());
  const [missing, setMissing] = useState<object | null>(null);
  const make = useMutation({
    mutationFn: () =>
      api.createKey(whose, {
        name: name.trim(),
        scopes: [...scopes],
        expires_at: expiryOf(life, new Date()),
      }),
    onSuccess: ({ token }) => onMade(token),
  });
  const refusals = useRefusals(make.error, ["name", "scopes", "expires_at"]);
  const submit = () => {
    const complete = name.trim() && scopes.size > 0;
    setMissing(complete ? null : {});
    if (complete && !make.isPending) make.mutate();
  };
  const rest = refusals.rest ?? refusals.at("expires_at");
  return (
    <Form onSubmit={submit} refused={missing ?? make.error}>
      {rest && (
        <Banner tone="danger" alert>
          {rest}
        </Banner>
      )}
      <TextField
        label={t("keys.name")}
        hint={t("keys.nameHint")}
        maxLength={200}
        autoComplete="off"
        data-autofocus
        value={name}
        error={missing && !name.trim() ? t("keys.nameMissing") : refusals.at("name")}
        onChange={(event) => setName(event.target.value)}
      />
      <Segmented
        label={t("keys.life")}
        showLabel
        chips
        value={life}
        options={LIVES.map((value) => ({ value, label: t(`keys.lives.${value}`) }))}
        onChange={setLife}
      />
      <CheckList
        label={t("keys.may")}
        hint={t("keys.mayHint")}
        options={permissions.map((value) => ({ value, label: scopeName(value) }))}
        value={scopes}
        error={missing && scopes.size === 0 ? t("keys.mayMissing") : refusals.at("scopes")}
        onChange={setScopes}
      />
      <Button variant="primary" type="submit" busy={make.isPending}>
        {t("keys.create")}
      </Button>
    </Form>
  );
}
