import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
import type { Chat } from "../chat";
import { asProblem } from "../problem";
import { safeHref } from "../richtext";
import { moment, reasonText, t } from "../texts";
import type { Form, FormField, FormKind } from "../types";
import { useArrival } from "./loading";
import { v } from "./texts";

const FIELD_MAX = 1000;
const TYPES = { name: "text", email: "email", phone: "tel", text: "text" } as const;
const FILLED_BY = { name: "name", email: "email", phone: "tel", text: "off" } as const;

interface Values {
  fields: Record<string, string>;
  consent: boolean;
  text: string;
}

/** What is wrong, by the name that the server gives a field; what it would refuse is told before it is asked. */
export function mistakes(
  form: Form,
  { fields, consent, text }: Values,
  textMax: number,
): Record<string, string> {
  const found: Record<string, string> = {};
  for (const { key, kind, required } of form.fields) {
    const value = fields[key]?.trim() ?? "";
    if (!value && required) found[`fields.${key}`] = v("form.required");
    else if (value.length > FIELD_MAX) found[`fields.${key}`] = v("form.long");
    else if (value && kind === "email" && !/^\S+@[^\s@]+\.[^\s@]+$/.test(value))
      found[`fields.${key}`] = v("form.email");
    else if (value && kind === "phone" && value.replace(/\D/g, "").length < 5)
      found[`fields.${key}`] = v("form.phone");
  }
  if (form.consent && !consent) found.consent = v("form.consent");
  if (!text.trim()) found.text = v("form.required");
  else if ([...text].length > textMax) found.text = v("form.long");
  return found;
}

interface FieldProps {
  name: string;
  label: string;
  required: boolean;
  mistake: string | undefined;
  draw: (attributes: {
    id: string;
    "aria-invalid": boolean;
    "aria-describedby": string | undefined;
  }) => ComponentChildren;
}

/** A label, its control, and what is wrong with it. */
function Field({ name, label, required, mistake, draw }: FieldProps) {
  const id = `form-${name}`;
  return (
    <div class="ask">
      <label for={id}>
        {label}
        {!required && <small> ({v("form.optional")})</small>}
      </label>
      {draw({ id, "aria-invalid": !!mistake, "aria-describedby": mistake ? `${id}-mistake` : undefined })}
      {mistake && (
        <p id={`${id}-mistake`} class="mistake">
          {mistake}
        </p>
      )}
    </div>
  );
}

type Write = (value: string) => void;

function control(field: FormField, value: string, write: Write, attributes: object) {
  if (field.kind === "select") {
    return (
      <select
        class="input"
        value={value}
        onChange={({ currentTarget }) => write(currentTarget.value)}
        {...attributes}
      >
        <option value="">{v("form.choose")}</option>
        {field.options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    );
  }
  return (
    <input
      class="input"
      {...({ type: TYPES[field.kind] } as object)}
      autocomplete={FILLED_BY[field.kind]}
      value={value}
      required={field.required}
      onInput={({ currentTarget }) => write(currentTarget.value)}
      {...attributes}
    />
  );
}

/** The form that stands in the composer's place until there is a conversation. */
export function FormView({ chat, kind }: { chat: Chat; kind: FormKind }) {
  const form = chat.state.config.value?.forms?.[kind] as Form;
  const [values, setValues] = useState<Values>({ fields: {}, consent: false, text: chat.state.draft.value });
  const [wrong, setWrong] = useState<Record<string, string>>({});
  const [state, setState] = useState<"asking" | "sending">("asking");
  const [failure, setFailure] = useState("");
  const element = useRef<HTMLFormElement>(null);
  // A second try is the same message.
  const id = useRef(chat.makeId());

  const point = (found: Record<string, string>) => {
    setWrong(found);
    const first = Object.keys(found)[0];
    requestAnimationFrame(() => element.current?.querySelector<HTMLElement>(`[id="form-${first}"]`)?.focus());
  };
  const submit = async () => {
    const found = mistakes(form, values, chat.state.textMax.value);
    setFailure("");
    if (Object.keys(found).length) return point(found);
    setWrong({});
    setState("sending");
    try {
      const fields = Object.fromEntries(Object.entries(values.fields).filter(([, value]) => value.trim()));
      await chat.fill(kind, { ...values, fields, client_message_id: id.current });
      chat.write("");
      chat.see("chat");
    } catch (error) {
      const { code, retryable } = asProblem(error);
      setFailure(v("form.failed", { reason: retryable ? v("form.unsent") : reasonText(code) }));
      setState("asking");
    }
  };
  return (
    <form
      ref={element}
      class="form"
      noValidate
      aria-label={t("view.form")}
      onSubmit={(event) => {
        event.preventDefault();
        if (state === "asking") void submit();
      }}
    >
      {form.intro && <p dir="auto">{form.intro}</p>}
      {form.fields.map((field) => (
        <Field
          key={field.key}
          name={`fields.${field.key}`}
          label={field.label}
          required={field.required}
          mistake={wrong[`fields.${field.key}`]}
          draw={(attributes) =>
            control(
              field,
              values.fields[field.key] ?? "",
              (value) => setValues({ ...values, fields: { ...values.fields, [field.key]: value } }),
              attributes,
            )
          }
        />
      ))}
      <Field
        name="text"
        label={v("form.message")}
        required
        mistake={wrong.text}
        draw={(attributes) => (
          <textarea
            class="input"
            rows={3}
            dir="auto"
            value={values.text}
            required
            onInput={({ currentTarget }) => setValues({ ...values, text: currentTarget.value })}
            {...attributes}
          />
        )}
      />
      {form.consent && (
        <div class="ask">
          <label class="consent">
            <input
              id="form-consent"
              type="checkbox"
              checked={values.consent}
              aria-invalid={!!wrong.consent}
              aria-describedby={wrong.consent ? "form-consent-mistake" : undefined}
              onChange={({ currentTarget }) => setValues({ ...values, consent: currentTarget.checked })}
            />
            <span dir="auto">
              {form.consent.text}{" "}
              {safeHref(form.consent.url) && (
                <a href={safeHref(form.consent.url) as string} target="_blank" rel="noopener noreferrer">
                  {v("form.policy")}
                  <span class="sr"> ({t("link.new")})</span>
                </a>
              )}
            </span>
          </label>
          {wrong.consent && (
            <p id="form-consent-mistake" class="mistake">
              {wrong.consent}
            </p>
          )}
        </div>
      )}
      {failure && (
        <p class="mistake" role="alert">
          {failure}
        </p>
      )}
      <button type="submit" class="main" aria-disabled={state === "sending"}>
        {state === "sending" ? v("form.sending") : v("form.send")}
      </button>
    </form>
  );
}

/** `/widget/{slug}/form`: the form that is asked now, or the way to the chat. */
export function FormPage({ chat }: { chat: Chat }) {
  const forms = chat.state.config.value?.forms;
  const kind: FormKind | null = forms?.offline ? "offline" : forms?.pre_chat ? "pre_chat" : null;
  const place = useArrival<HTMLDivElement>();
  return (
    <div class="view" ref={place} tabIndex={-1}>
      {kind && <FormView chat={chat} kind={kind} />}
      {!kind && chat.state.config.value && (
        <>
          <p class="line">{v("form.off")}</p>
          <button type="button" class="main" onClick={() => chat.see("chat")}>
            {v("form.toChat")}
          </button>
        </>
      )}
    </div>
  );
}

/** What was done with a form, below the message that it has become. */
export function FormTaken({ next }: { next: string | null }) {
  return (
    <p class="line" role="status">
      {v("form.taken")} {next && v("form.next", { time: moment(next) })}
    </p>
  );
}
