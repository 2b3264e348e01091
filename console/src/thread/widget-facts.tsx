import { useTranslation } from "react-i18next";
import type { FilledForm, Message } from "~/api/types";

/** What the widget has asked or said before a message: the opening that it answers, and the form that it came with. */
export function WidgetFacts({ message }: { message: Message }) {
  const { t } = useTranslation();
  const { form, opening } = message.content ?? {};
  // A customer's words in the shapes of a provider's form may be called the same.
  const filled = form && isOfWidget(form) ? form : null;
  if (!filled && !opening) return null;
  return (
    <div className="widget-facts">
      {opening && (
        <p>
          {t("thread.opening")} <q dir="auto">{opening.text}</q>
        </p>
      )}
      {filled && <Filled form={filled} />}
    </div>
  );
}

function isOfWidget(form: FilledForm): boolean {
  return (form.kind === "pre_chat" || form.kind === "offline") && Array.isArray(form.fields);
}

function Filled({ form }: { form: FilledForm }) {
  const { t } = useTranslation();
  return (
    <>
      <p className="widget-facts__title">{t(`thread.forms.${form.kind}`)}</p>
      {form.fields.length > 0 && (
        <dl className="widget-facts__fields">
          {form.fields.map(({ key, label, value }) => (
            <div key={key}>
              <dt dir="auto">{label}</dt>
              <dd dir="auto">{value}</dd>
            </div>
          ))}
        </dl>
      )}
      {form.consent && <p dir="auto">{t("thread.consented", { text: form.consent.text })}</p>}
    </>
  );
}
