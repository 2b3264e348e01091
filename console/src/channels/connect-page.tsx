import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type ConnectedChannel, channels } from "~/api/channels";
import { NotFound } from "~/frame/not-found";
import { SettingsPage } from "~/settings/page";
import { useSave } from "~/settings/use-save";
import { Button } from "~/ui/button";
import { Banner } from "~/ui/feedback";
import { TextField } from "~/ui/field";
import { Form } from "~/ui/form";
import { useCredentials } from "./credentials";
import { CredentialsForm } from "./credentials-form";
import { FirstLook } from "./first-look";
import { channelKeys } from "./keys";
import { isKind, type Kind, typeOf } from "./kinds";
import { SetupValues } from "./setup-values";
import "./channels.css";

/** Connects one channel: where its credentials are found, the form, and the first look at it. */
export function ConnectPage() {
  const { kind = "" } = useParams({ strict: false }) as { kind?: string };
  return isKind(kind) ? <Connect key={kind} kind={kind} /> : <NotFound />;
}

function Connect({ kind }: { kind: Kind }) {
  const { t } = useTranslation();
  const [made, setMade] = useState<ConnectedChannel | null>(null);
  return (
    <SettingsPage
      title={t("connecting.connectKind", { kind: t(`connecting.kinds.${kind}`) })}
      lead={t(made ? "connecting.stepLook" : "connecting.stepForm")}
      permission="connections.manage"
    >
      {made ? (
        <>
          <SetupValues kind={kind} setup={made.setup} />
          <FirstLook channelId={made.channel.id} />
        </>
      ) : (
        <ConnectForm kind={kind} onMade={setMade} />
      )}
    </SettingsPage>
  );
}

function ConnectForm({ kind, onMade }: { kind: Kind; onMade: (made: ConnectedChannel) => void }) {
  const { t } = useTranslation();
  const credentials = useCredentials(kind);
  const [name, setName] = useState("");
  const [tried, setTried] = useState<object | null>(null);
  const { save, busy, refusal } = useSave({
    run: () => channels.connect(typeOf(kind), name.trim(), credentials.account()),
    fields: ["name", ...credentials.fields],
    stale: [channelKeys.all],
    onDone: onMade,
  });
  const isNameless = name.trim() === "";
  const faults = tried ? [...credentials.faults(), ...Object.keys(refusal.fields)] : [];
  const submit = () => {
    setTried({});
    if (!busy && !isNameless && credentials.faults().length === 0) save();
  };
  return (
    <Form className="form form-page" refused={refusal.rest ?? tried} onSubmit={submit}>
      {refusal.rest && (
        <Banner tone="danger" alert>
          {refusal.rest}
        </Banner>
      )}
      <TextField
        label={t("settings.fields.name")}
        hint={t("connecting.nameHint")}
        value={name}
        maxLength={120}
        error={tried && isNameless ? t("settings.invalid.name") : null}
        onChange={(event) => setName(event.target.value)}
      />
      <CredentialsForm kind={kind} credentials={credentials} faults={faults} />
      <div>
        <Button type="submit" variant="primary" busy={busy}>
          {t("connecting.submit")}
        </Button>
      </div>
    </Form>
  );
}
