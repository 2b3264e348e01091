import { useTranslation } from "react-i18next";
import { nameIn } from "~/settings/name-fields";
import { Button } from "~/ui/button";
import { Segmented, Switch, TextField } from "~/ui/field";
import { Plus } from "~/ui/icons";
import { SelectField } from "~/ui/select";
import { MOST_CHOICES, MOST_FIELDS } from "./look";
import { RowTools } from "./row-tools";
import { freeName, moved, replaced, without } from "./rows";
import { type AskedField, type AskedForm, FIELD_KINDS, type FieldKind, type PreChat } from "./widget-api";
import { Part, Words } from "./words";

const NEW_FORM: AskedForm = { intro: null, fields: [], consent: null };
const ONCE: readonly FieldKind[] = ["name", "email", "phone"];

interface FormPartProps {
  kind: "pre_chat" | "offline";
  form: AskedForm | PreChat | null;
  onChange: (form: AskedForm | PreChat | null) => void;
}

/** What is asked before a chat, or instead of one. */
export function FormPart({ kind, form, onChange }: FormPartProps) {
  const { t } = useTranslation();
  return (
    <Part title={t(`widget.forms.${kind}`)} hint={t(`widget.forms.${kind}Hint`)}>
      <Switch
        label={t(`widget.forms.${kind}Ask`)}
        checked={form !== null}
        onChange={(on) =>
          onChange(on ? { ...NEW_FORM, ...(kind === "pre_chat" && { shown: "always" as const }) } : null)
        }
      />
      {form && (
        <>
          {"shown" in form && (
            <Segmented
              showLabel
              label={t("widget.forms.shown")}
              value={form.shown}
              onChange={(shown) => onChange({ ...form, shown })}
              options={(["always", "outside_hours"] as const).map((value) => ({
                value,
                label: t(`widget.forms.when.${value}`),
              }))}
            />
          )}
          <Words
            long
            label={t("widget.forms.intro")}
            most={1000}
            value={form.intro}
            onChange={(intro) => onChange({ ...form, intro })}
          />
          <Fields fields={form.fields} onChange={(fields) => onChange({ ...form, fields })} />
          <ConsentFields consent={form.consent} onChange={(consent) => onChange({ ...form, consent })} />
        </>
      )}
    </Part>
  );
}

function Fields({ fields, onChange }: { fields: AskedField[]; onChange: (fields: AskedField[]) => void }) {
  const { t, i18n } = useTranslation();
  const taken = fields.map(({ kind }) => kind);
  const add = () => {
    const kind = ONCE.find((each) => !taken.includes(each)) ?? "text";
    const key = freeName(
      "field_",
      fields.map((each) => each.key),
    );
    onChange([...fields, { key, kind, label: {}, required: false, options: [] }]);
  };
  return (
    <>
      {fields.length === 0 && <p className="form-part__none">{t("widget.forms.none")}</p>}
      {fields.map((field, at) => {
        const name = nameIn(field.label, i18n.language, t("widget.forms.unnamed", { number: at + 1 }));
        return (
          <fieldset key={field.key} className="widget-row">
            <legend className="visually-hidden">{name}</legend>
            <div className="widget-row__head">
              <SelectField
                label={t("widget.forms.kind")}
                value={field.kind}
                options={FIELD_KINDS.map((value) => ({
                  value,
                  label: t(`widget.forms.kinds.${value}`),
                  disabled: ONCE.includes(value) && value !== field.kind && taken.includes(value),
                }))}
                onChange={(value) => {
                  const kind = value as FieldKind;
                  const options = kind === "select" ? [{ value: "choice_1", label: {} }] : [];
                  onChange(replaced(fields, at, { kind, options }));
                }}
              />
              <RowTools
                name={name}
                at={at}
                count={fields.length}
                onMove={(by) => onChange(moved(fields, at, by))}
                onRemove={() => onChange(without(fields, at))}
              />
            </div>
            <Words
              label={t("widget.forms.label")}
              most={120}
              value={field.label}
              onChange={(label) => onChange(replaced(fields, at, { label }))}
            />
            {field.kind === "select" && (
              <Choices
                options={field.options}
                onChange={(options) => onChange(replaced(fields, at, { options }))}
              />
            )}
            <Switch
              label={t("widget.forms.required")}
              checked={field.required}
              onChange={(required) => onChange(replaced(fields, at, { required }))}
            />
          </fieldset>
        );
      })}
      {fields.length < MOST_FIELDS && (
        <Button size="sm" className="widget-add" icon={Plus} onClick={add}>
          {t("widget.forms.add")}
        </Button>
      )}
    </>
  );
}

type Options = AskedField["options"];

function Choices({ options, onChange }: { options: Options; onChange: (options: Options) => void }) {
  const { t, i18n } = useTranslation();
  const add = () => {
    const value = freeName(
      "choice_",
      options.map((each) => each.value),
    );
    onChange([...options, { value, label: {} }]);
  };
  return (
    <div className="widget-choices">
      {options.map((choice, at) => {
        const label = t("widget.forms.choice", { number: at + 1 });
        return (
          <div key={choice.value} className="widget-choices__one">
            <Words
              label={label}
              most={120}
              value={choice.label}
              onChange={(words) => onChange(replaced(options, at, { label: words }))}
            />
            <RowTools
              name={nameIn(choice.label, i18n.language, label)}
              at={at}
              count={options.length}
              onMove={(by) => onChange(moved(options, at, by))}
              onRemove={() => onChange(without(options, at))}
            />
          </div>
        );
      })}
      {options.length < MOST_CHOICES && (
        <Button size="sm" variant="quiet" className="widget-add" icon={Plus} onClick={add}>
          {t("widget.forms.addChoice")}
        </Button>
      )}
    </div>
  );
}

type Consent = AskedForm["consent"];

function ConsentFields({ consent, onChange }: { consent: Consent; onChange: (consent: Consent) => void }) {
  const { t } = useTranslation();
  return (
    <>
      <Switch
        label={t("widget.forms.consent")}
        checked={consent !== null}
        onChange={(on) => onChange(on ? { purpose: "personal_data", text: {}, url: null } : null)}
      />
      {consent && (
        <>
          <Words
            long
            label={t("widget.forms.consentText")}
            most={1000}
            value={consent.text}
            onChange={(text) => onChange({ ...consent, text })}
          />
          <div className="field-pair">
            <TextField
              label={t("widget.forms.consentUrl")}
              type="url"
              maxLength={2000}
              value={consent.url ?? ""}
              onChange={({ currentTarget }) => onChange({ ...consent, url: currentTarget.value || null })}
            />
            <TextField
              label={t("widget.forms.purpose")}
              hint={t("widget.forms.purposeHint")}
              maxLength={40}
              value={consent.purpose}
              onChange={({ currentTarget }) => onChange({ ...consent, purpose: currentTarget.value })}
            />
          </div>
        </>
      )}
    </>
  );
}
