import { useState } from "react";
import { useTranslation } from "react-i18next";
import { settings } from "~/api/settings";
import type { Connection } from "~/api/types";
import { useFormat } from "~/i18n/use-format";
import { useCan } from "~/session/session";
import { Badge } from "~/ui/badge";
import { Button } from "~/ui/button";
import { TextField } from "~/ui/field";
import { KeyRound, Plug } from "~/ui/icons";
import { showToast } from "~/ui/toast";
import { FormDialog } from "./form-dialog";
import { KeyField } from "./key-field";
import { settingKeys } from "./keys";
import { useSettings } from "./page";
import { RecordsPage } from "./records-page";
import { type AuthKind, NO_SECRETS, SecretsForm, toSecrets } from "./secrets-form";
import { useSave } from "./use-save";

const STALE = [settingKeys.connections];
const FIELDS = ["key", "name", "base_url", "auth", "token", "username", "password", "headers"];

export function ConnectionsPage() {
  const { t } = useTranslation();
  return (
    <RecordsPage
      title={t("settings.sections.connections")}
      lead={t("settings.connections.lead")}
      permission="settings.read"
      query={useSettings(settingKeys.connections, settings.connections)}
      canManage={useCan()("connections.manage")}
      add={t("settings.connections.add")}
      empty={{
        icon: Plug,
        title: t("settings.connections.empty.title"),
        text: t("settings.connections.empty.text"),
      }}
      keyOf={(connection) => connection.id}
      nameOf={(connection) => connection.name}
      edit={(connection, onClose) => <ConnectionDialog connection={connection} onClose={onClose} />}
      remove={({ id, name }) => ({
        title: t("settings.connections.delete.title", { name }),
        text: t("settings.connections.delete.text"),
        stale: STALE,
        run: () => settings.deleteConnection(id),
      })}
    >
      {(connection) => (
        <>
          <div className="record__main">
            <div className="record__text">
              <span className="record__name">{connection.name}</span>
              <span className="record__more">
                <code className="record__key">{connection.key}</code> · {connection.base_url}
              </span>
            </div>
          </div>
          <SecretsBadge connection={connection} />
        </>
      )}
    </RecordsPage>
  );
}

/** That there are secrets and of which kind; what they are, nobody is told. */
function SecretsBadge({ connection: { auth } }: { connection: Connection }) {
  const { t } = useTranslation();
  const kind = t(`settings.connections.kinds.${auth.kind as AuthKind}`);
  if (auth.kind === "none") return <Badge>{kind}</Badge>;
  return (
    <Badge tone="success" icon={KeyRound} title={auth.headers.join(", ")}>
      {t("settings.connections.isSet", { kind })}
    </Badge>
  );
}

function ConnectionDialog({ connection, onClose }: { connection: Connection | null; onClose: () => void }) {
  const { t } = useTranslation();
  const [key, setKey] = useState(connection?.key ?? "");
  const [name, setName] = useState(connection?.name ?? "");
  const [url, setUrl] = useState(connection?.base_url ?? "");
  const [secrets, setSecrets] = useState(NO_SECRETS);
  const [anew, setAnew] = useState(connection === null);
  const auth = toSecrets(secrets);
  const { save, busy, refusal } = useSave({
    run: () =>
      connection
        ? settings.changeConnection(connection.id, { name, base_url: url, ...(anew && { auth }) })
        : settings.createConnection({ key, name, base_url: url, auth }),
    fields: FIELDS,
    stale: STALE,
    onDone: () => {
      onClose();
      showToast({ tone: "success", text: t("settings.saved") });
    },
  });
  return (
    <FormDialog
      wide
      title={connection ? t("settings.connections.edit") : t("settings.connections.add")}
      submit={t("common.save")}
      busy={busy}
      refusal={refusal}
      onSubmit={save}
      onClose={onClose}
    >
      <TextField
        label={t("settings.fields.name")}
        value={name}
        maxLength={120}
        error={refusal.fields.name}
        onChange={(event) => setName(event.target.value)}
        data-autofocus
      />
      <KeyField
        name={name}
        value={key}
        fixed={connection !== null}
        error={refusal.fields.key}
        onChange={setKey}
      />
      <TextField
        label={t("settings.fields.address")}
        hint={t("settings.connections.addressHint")}
        type="url"
        inputMode="url"
        placeholder="https://api.example.com/v1"
        value={url}
        spellCheck={false}
        error={refusal.fields.base_url}
        onChange={(event) => setUrl(event.target.value)}
      />
      {connection && !anew ? (
        <SecretsKept connection={connection} error={refusal.fields.auth} onRenew={() => setAnew(true)} />
      ) : (
        <SecretsForm draft={secrets} errors={refusal.fields} onChange={setSecrets} />
      )}
    </FormDialog>
  );
}

interface KeptProps {
  connection: Connection;
  error: string | undefined;
  onRenew: () => void;
}

function SecretsKept({ connection, error, onRenew }: KeptProps) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  return (
    <div className="field" lang={i18n.language}>
      <span className="field__label">{t("settings.connections.auth")}</span>
      <div className="preview">
        <SecretsBadge connection={connection} />
        <Button size="sm" onClick={onRenew}>
          {t("settings.connections.renew")}
        </Button>
      </div>
      <p className="field__hint">
        {t("settings.connections.changedAt", { when: format.dateTime(connection.updated_at) })}
      </p>
      {error && <p className="field__error">{error}</p>}
    </div>
  );
}
