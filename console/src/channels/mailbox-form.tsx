import { useTranslation } from "react-i18next";
import { Banner } from "~/ui/feedback";
import { Segmented, Switch, TextField } from "~/ui/field";
import { PasswordField } from "~/ui/password-field";
import { SelectField } from "~/ui/select";
import {
  ENCRYPTIONS,
  type Encryption,
  type MailboxDraft,
  type MailboxField,
  PRESETS,
  type Preset,
  SIGN_INS,
  withPreset,
} from "./mailbox";
import { Steps } from "./steps";

interface MailboxFormProps {
  draft: MailboxDraft;
  faults: readonly string[];
  /** The mailbox is the one that it was: where it lies and how it is called stay. */
  isAgain?: boolean;
  onChange: (draft: MailboxDraft) => void;
}

type TextName =
  | "address"
  | "sender_name"
  | "client_id"
  | "token_url"
  | "scope"
  | "username"
  | "authserv_id"
  | "password"
  | "client_secret"
  | "refresh_token";

const SECRETS: readonly TextName[] = ["password", "client_secret", "refresh_token"];

/** A mailbox: whose it is, how it is signed in to, and where its two servers are. */
export function MailboxForm({ draft, faults, isAgain = false, onChange }: MailboxFormProps) {
  const { t } = useTranslation();
  const edit = (part: Partial<MailboxDraft>) => onChange({ ...draft, ...part });
  const errorOf = (name: MailboxField) =>
    faults.includes(name) ? t(`connecting.mailbox.${name}.error`) : null;
  const text = (name: TextName, more: { error?: string | null; type?: string } = {}) => {
    const Shown = SECRETS.includes(name) ? PasswordField : TextField;
    return (
      <Shown
        label={t(`connecting.mailbox.${name}.label`)}
        hint={t(`connecting.mailbox.${name}.hint`)}
        value={draft[name]}
        autoComplete="off"
        spellCheck={false}
        autoCapitalize="none"
        onChange={(event) => edit({ [name]: event.target.value })}
        {...more}
      />
    );
  };
  return (
    <>
      <Segmented<Preset>
        chips
        showLabel
        label={t("connecting.mailbox.preset")}
        value={draft.preset}
        options={PRESETS.map((value) => ({ value, label: t(`connecting.mailbox.presets.${value}`) }))}
        onChange={(preset) => onChange(withPreset(draft, preset))}
      />
      <Steps of={draft.preset} />
      {text("address", { error: errorOf("address"), type: "email" })}
      {!isAgain && text("sender_name", { error: errorOf("sender_name") })}
      <Segmented
        showLabel
        label={t("connecting.mailbox.signIn")}
        value={draft.signIn}
        options={SIGN_INS.map((value) => ({ value, label: t(`connecting.mailbox.signIns.${value}`) }))}
        onChange={(signIn) => edit({ signIn })}
      />
      {draft.preset === "microsoft" && draft.signIn === "password" && (
        <Banner tone="warning">{t("connecting.mailbox.noPassword")}</Banner>
      )}
      {draft.signIn === "password" ? (
        text("password", { error: errorOf("password") })
      ) : (
        <>
          <p className="setting__text">{t("connecting.mailbox.oauthHow")}</p>
          {text("client_id", { error: errorOf("client_id") })}
          {text("client_secret", { error: errorOf("client_secret") })}
          {text("refresh_token", { error: errorOf("refresh_token") })}
          {text("token_url", { error: errorOf("token_url"), type: "url" })}
          {text("scope")}
        </>
      )}
      <details className="how-to" open={isOpen(draft, faults)}>
        <summary>{t("connecting.mailbox.servers")}</summary>
        <div className="how-to__body">
          <ServerFields side="imap" draft={draft} errorOf={errorOf} onChange={onChange} />
          <ServerFields side="smtp" draft={draft} errorOf={errorOf} onChange={onChange} />
          {text("username")}
          {text("authserv_id", { error: errorOf("authserv_id") })}
          {!isAgain && (
            <Switch
              label={t("connecting.mailbox.plus")}
              checked={draft.plus}
              onChange={(plus) => edit({ plus })}
            />
          )}
        </div>
      </details>
    </>
  );
}

/** Where the servers are not known, or something is wrong with them, they stand open. */
function isOpen({ preset }: MailboxDraft, faults: readonly string[]): boolean {
  return preset === "other" || faults.some((name) => /^(imap|smtp)_|^authserv_id$/.test(name));
}

interface ServerProps {
  side: "imap" | "smtp";
  draft: MailboxDraft;
  errorOf: (name: MailboxField) => string | null;
  onChange: (draft: MailboxDraft) => void;
}

function ServerFields({ side, draft, errorOf, onChange }: ServerProps) {
  const { t } = useTranslation();
  const server = draft[side];
  const edit = (part: Partial<typeof server>) => onChange({ ...draft, [side]: { ...server, ...part } });
  return (
    <div className="field-pair">
      <TextField
        label={t(`connecting.mailbox.${side}_host.label`)}
        value={server.host}
        error={errorOf(`${side}_host`)}
        spellCheck={false}
        autoCapitalize="none"
        onChange={(event) => edit({ host: event.target.value })}
      />
      <TextField
        label={t(`connecting.mailbox.${side}_port.label`)}
        inputMode="numeric"
        value={server.port}
        error={errorOf(`${side}_port`)}
        onChange={(event) => edit({ port: event.target.value })}
      />
      <SelectField
        label={t(`connecting.mailbox.${side}_tls`)}
        value={server.tls}
        options={ENCRYPTIONS.map((value) => ({ value, label: t(`connecting.mailbox.tls.${value}`) }))}
        onChange={(tls) => edit({ tls: tls as Encryption })}
      />
    </div>
  );
}
