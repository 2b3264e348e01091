import { useState } from "react";
import { useTranslation } from "react-i18next";
import { customers } from "~/api/customers";
import type { WholeCustomer } from "~/api/types";
import { useFormat } from "~/i18n/use-format";
import { useCan } from "~/session/session";
import { FormDialog } from "~/settings/form-dialog";
import { keyOf } from "~/settings/key-of";
import { Badge } from "~/ui/badge";
import { Button, IconButton } from "~/ui/button";
import { ConfirmDialog } from "~/ui/confirm-dialog";
import { Segmented, TextField } from "~/ui/field";
import { Pencil, Plus, Trash2 } from "~/ui/icons";
import { Card } from "~/ui/page";
import { useCustomerChange, useKeep } from "./use-change";

type Status = "granted" | "denied";
type Open = { kind: "edit"; purpose: string } | { kind: "remove"; purpose: string };

/** What a customer said to what: when, and where from. */
export function Consents({ customer }: { customer: WholeCustomer }) {
  const { t } = useTranslation();
  const format = useFormat();
  const canWrite = useCan()("customers.write");
  const [open, setOpen] = useState<Open | null>(null);
  const keep = useKeep();
  const given = Object.entries(customer.consents).sort(([one], [other]) => one.localeCompare(other));
  return (
    <Card
      title={t("customers.consents")}
      hint={t("consents.hint")}
      actions={
        canWrite && (
          <Button icon={Plus} onClick={() => setOpen({ kind: "edit", purpose: "" })}>
            {t("consents.add")}
          </Button>
        )
      }
    >
      {given.length === 0 && <p className="page__hint">{t("customers.noConsents")}</p>}
      <ul className="lines">
        {given.map(([purpose, consent]) => (
          <li key={purpose} className="line">
            <div className="line__text">
              <div className="line__name">
                {purpose}
                <Badge tone={consent.status === "granted" ? "success" : "danger"}>
                  {t(consent.status === "granted" ? "customers.granted" : "customers.denied")}
                </Badge>
              </div>
              <p className="line__facts">
                {consent.source} · {format.dateTime(consent.at)}
              </p>
            </div>
            {canWrite && (
              <div className="line__actions">
                <IconButton
                  icon={Pencil}
                  label={t("settings.editNamed", { name: purpose })}
                  onClick={() => setOpen({ kind: "edit", purpose })}
                />
                <IconButton
                  icon={Trash2}
                  label={t("settings.deleteNamed", { name: purpose })}
                  onClick={() => setOpen({ kind: "remove", purpose })}
                />
              </div>
            )}
          </li>
        ))}
      </ul>
      {open?.kind === "edit" && (
        <ConsentDialog customer={customer} purpose={open.purpose} onClose={() => setOpen(null)} />
      )}
      {open?.kind === "remove" && (
        <ConfirmDialog
          title={t("consents.removeTitle", { purpose: open.purpose })}
          hint={t("consents.removeHint")}
          confirm={t("common.delete")}
          onConfirm={async () => {
            const consents = { [open.purpose]: null };
            keep(await customers.change(customer.id, customer.revision, { consents }));
          }}
          onClose={() => setOpen(null)}
        />
      )}
    </Card>
  );
}

const FIELDS = ["consents"];
const PURPOSE_MAX = 40;

interface ConsentDialogProps {
  customer: WholeCustomer;
  /** Empty: another purpose. */
  purpose: string;
  onClose: () => void;
}

function ConsentDialog({ customer, purpose, onClose }: ConsentDialogProps) {
  const { t } = useTranslation();
  const before = customer.consents[purpose];
  const [key, setKey] = useState(purpose);
  const [status, setStatus] = useState<Status>(before?.status ?? "granted");
  const [source, setSource] = useState(before?.source ?? "");
  const [incomplete, setIncomplete] = useState(false);
  const named = purposeOf(key);
  const change = useCustomerChange({
    run: () =>
      customers.change(customer.id, customer.revision, {
        consents: { [named]: { status, source: source.trim() } },
      }),
    fields: FIELDS,
    onDone: onClose,
  });
  return (
    <FormDialog
      title={t(purpose ? "consents.edit" : "consents.add")}
      hint={t("consents.moment")}
      submit={t("common.save")}
      busy={change.busy}
      refusal={change.refusal}
      onSubmit={() => {
        const isWhole = Boolean(named && source.trim());
        setIncomplete(!isWhole);
        if (isWhole) change.save();
      }}
      onClose={onClose}
    >
      <TextField
        label={t("consents.purpose")}
        hint={named && named !== key ? t("consents.kept", { key: named }) : t("consents.purposeHint")}
        maxLength={80}
        disabled={Boolean(purpose)}
        value={key}
        error={incomplete && !named ? t("consents.purposeMissing") : (change.refusal.fields.consents ?? null)}
        onChange={(event) => setKey(event.target.value)}
        {...(!purpose && { "data-autofocus": true })}
      />
      <Segmented<Status>
        showLabel
        label={t("consents.status")}
        value={status}
        options={[
          { value: "granted", label: t("customers.granted") },
          { value: "denied", label: t("customers.denied") },
        ]}
        onChange={setStatus}
      />
      <TextField
        label={t("consents.source")}
        hint={t("consents.sourceHint")}
        maxLength={200}
        value={source}
        error={incomplete && !source.trim() ? t("consents.sourceMissing") : null}
        onChange={(event) => setSource(event.target.value)}
        {...(purpose && { "data-autofocus": true })}
      />
    </FormDialog>
  );
}

/** The name of a purpose as the api takes it: it begins with a letter. */
export function purposeOf(typed: string): string {
  return keyOf(typed)
    .replace(/^[0-9_]+/, "")
    .slice(0, PURPOSE_MAX);
}
