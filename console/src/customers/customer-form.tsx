import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { customers } from "~/api/customers";
import type { WholeCustomer } from "~/api/types";
import { FormDialog } from "~/settings/form-dialog";
import { TextField } from "~/ui/field";
import { SelectField } from "~/ui/select";
import { showToast } from "~/ui/toast";
import { AttributeField } from "./attribute-field";
import { useAttributeName, useCustomerAttributes } from "./attributes";
import { changeOf, type Draft, draftOf } from "./draft";
import { TagField } from "./tag-field";
import { useCustomerChange } from "./use-change";

const FIELDS = ["name", "email", "phone", "external_id", "locale", "tags"];

interface CustomerFormProps {
  /** Null: a new one. */
  customer: WholeCustomer | null;
  onDone?: (customer: WholeCustomer) => void;
  onClose: () => void;
}

/** Write down who a customer is. */
export function CustomerForm({ customer, onDone, onClose }: CustomerFormProps) {
  const { t, i18n } = useTranslation();
  const definitions = useCustomerAttributes();
  const nameOf = useAttributeName(definitions);
  const [draft, setDraft] = useState(() => draftOf(customer, i18n.language === "ru" ? "ru" : "en"));
  const fields = useMemo(() => [...FIELDS, ...definitions.map(({ key }) => `fields.${key}`)], [definitions]);
  const { save, busy, refusal } = useCustomerChange({
    run: () => {
      const change = changeOf(customer, draft, definitions);
      return customer ? customers.change(customer.id, customer.revision, change) : customers.create(change);
    },
    fields,
    onDone: (saved) => {
      onClose();
      showToast({ tone: "success", text: t("settings.saved") });
      onDone?.(saved);
    },
  });
  const put = (part: Partial<Draft>) => setDraft({ ...draft, ...part });
  const text = (name: "name" | "email" | "phone" | "external_id") => ({
    value: draft[name],
    error: refusal.fields[name] ?? null,
    autoComplete: "off",
    onChange: (event: { target: { value: string } }) => put({ [name]: event.target.value }),
  });
  return (
    <FormDialog
      wide
      title={t(customer ? "customerForm.edit" : "customerForm.new")}
      submit={t("common.save")}
      busy={busy}
      refusal={refusal}
      onSubmit={save}
      onClose={onClose}
    >
      <TextField label={t("customerForm.name")} maxLength={200} {...text("name")} data-autofocus />
      <div className="form-columns">
        <TextField
          label={t("customer.email")}
          type="email"
          inputMode="email"
          maxLength={254}
          {...text("email")}
        />
        <TextField label={t("customer.phone")} type="tel" maxLength={40} {...text("phone")} />
        <TextField
          label={t("customerForm.externalId")}
          hint={t("customerForm.externalIdHint")}
          maxLength={200}
          {...text("external_id")}
        />
        <SelectField
          label={t("customer.language")}
          options={[
            { value: "ru", label: "Русский" },
            { value: "en", label: "English" },
          ]}
          value={draft.locale}
          error={refusal.fields.locale ?? null}
          onChange={(locale) => put({ locale })}
        />
      </div>
      <TagField value={draft.tags} error={refusal.fields.tags ?? null} onChange={(tags) => put({ tags })} />
      {definitions.length > 0 && (
        <div className="form-columns">
          {definitions.map((attribute) => (
            <AttributeField
              key={attribute.key}
              attribute={attribute}
              label={nameOf(attribute.key)}
              value={draft.fields[attribute.key] ?? ""}
              error={refusal.fields[`fields.${attribute.key}`] ?? null}
              onChange={(typed) => put({ fields: { ...draft.fields, [attribute.key]: typed } })}
            />
          ))}
        </div>
      )}
    </FormDialog>
  );
}
