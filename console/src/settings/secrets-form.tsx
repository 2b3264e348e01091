import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ConnectionSecrets } from "~/api/settings";
import { Button, IconButton } from "~/ui/button";
import { Segmented, TextField } from "~/ui/field";
import { Plus, X } from "~/ui/icons";

export const AUTH_KINDS = ["none", "bearer", "basic", "headers"] as const;
export type AuthKind = (typeof AUTH_KINDS)[number];

/** What was typed of the secrets; it stays in this page and goes nowhere but into the save. */
export interface SecretsDraft {
  kind: AuthKind;
  token: string;
  username: string;
  password: string;
  headers: { row: number; name: string; value: string }[];
}

export const NO_SECRETS: SecretsDraft = {
  kind: "none",
  token: "",
  username: "",
  password: "",
  headers: [{ row: 0, name: "", value: "" }],
};

/** As the api takes it: only what belongs to the chosen kind. */
export function toSecrets(draft: SecretsDraft): ConnectionSecrets {
  switch (draft.kind) {
    case "bearer":
      return { kind: "bearer", token: draft.token };
    case "basic":
      return { kind: "basic", username: draft.username, password: draft.password };
    case "headers":
      return {
        kind: "headers",
        headers: Object.fromEntries(
          draft.headers.filter(({ name }) => name.trim()).map(({ name, value }) => [name.trim(), value]),
        ),
      };
    case "none":
      return { kind: "none" };
  }
}

interface SecretsFormProps {
  draft: SecretsDraft;
  errors: Readonly<Record<string, string>>;
  onChange: (draft: SecretsDraft) => void;
}

/** How the service is signed in to. Nothing here is ever filled in from the server. */
export function SecretsForm({ draft, errors, onChange }: SecretsFormProps) {
  const { t } = useTranslation();
  const edit = (part: Partial<SecretsDraft>) => onChange({ ...draft, ...part });
  return (
    <>
      <Segmented
        chips
        showLabel
        label={t("settings.connections.auth")}
        value={draft.kind}
        onChange={(kind) => edit({ kind })}
        options={AUTH_KINDS.map((value) => ({ value, label: t(`settings.connections.kinds.${value}`) }))}
      />
      {draft.kind === "bearer" && (
        <SecretField
          label={t("settings.connections.token")}
          value={draft.token}
          error={errors.token}
          onChange={(token) => edit({ token })}
        />
      )}
      {draft.kind === "basic" && (
        <div className="field-pair">
          <TextField
            label={t("settings.connections.username")}
            value={draft.username}
            autoComplete="off"
            spellCheck={false}
            error={errors.username}
            onChange={(event) => edit({ username: event.target.value })}
          />
          <SecretField
            label={t("settings.connections.password")}
            value={draft.password}
            error={errors.password}
            onChange={(password) => edit({ password })}
          />
        </div>
      )}
      {draft.kind === "headers" && (
        <HeaderFields draft={draft} error={errors.headers} onChange={(headers) => edit({ headers })} />
      )}
      {errors.auth && <p className="field__error">{errors.auth}</p>}
    </>
  );
}

interface SecretFieldProps {
  label: string;
  value: string;
  error?: string | undefined;
  onChange: (value: string) => void;
}

function SecretField({ label, value, error, onChange }: SecretFieldProps) {
  const { t } = useTranslation();
  const [seen, setSeen] = useState(false);
  return (
    <div className="secret-field">
      <TextField
        label={label}
        type={seen ? "text" : "password"}
        value={value}
        autoComplete="new-password"
        spellCheck={false}
        error={error ?? null}
        onChange={(event) => onChange(event.target.value)}
      />
      <Button size="sm" variant="quiet" aria-pressed={seen} onClick={() => setSeen(!seen)}>
        {t("settings.connections.show")}
      </Button>
    </div>
  );
}

interface HeaderFieldsProps {
  draft: SecretsDraft;
  error?: string | undefined;
  onChange: (headers: SecretsDraft["headers"]) => void;
}

function HeaderFields({ draft: { headers }, error, onChange }: HeaderFieldsProps) {
  const { t } = useTranslation();
  const change = (row: number, part: { name?: string; value?: string }) =>
    onChange(headers.map((old) => (old.row === row ? { ...old, ...part } : old)));
  return (
    <>
      {headers.map((header, at) => (
        <div key={header.row} className="header-fields">
          <TextField
            label={t("settings.connections.headerName", { number: at + 1 })}
            value={header.name}
            placeholder="X-Api-Key"
            autoComplete="off"
            spellCheck={false}
            error={at === 0 ? (error ?? null) : null}
            onChange={(event) => change(header.row, { name: event.target.value })}
          />
          <SecretField
            label={t("settings.connections.headerValue", { number: at + 1 })}
            value={header.value}
            onChange={(value) => change(header.row, { value })}
          />
          {headers.length > 1 && (
            <IconButton
              icon={X}
              label={t("settings.connections.removeHeader", { number: at + 1 })}
              onClick={() => onChange(headers.filter(({ row }) => row !== header.row))}
            />
          )}
        </div>
      ))}
      {headers.length < 10 && (
        <div>
          <Button
            size="sm"
            icon={Plus}
            onClick={() =>
              onChange([
                ...headers,
                { row: Math.max(...headers.map(({ row }) => row)) + 1, name: "", value: "" },
              ])
            }
          >
            {t("settings.connections.addHeader")}
          </Button>
        </div>
      )}
    </>
  );
}
