import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Channel, channels, type TestMessage } from "~/api/channels";
import { useSave } from "~/settings/use-save";
import { Button } from "~/ui/button";
import { Banner } from "~/ui/feedback";
import { TextField } from "~/ui/field";
import { Form } from "~/ui/form";
import { Send } from "~/ui/icons";
import { channelKeys } from "./keys";

const LONGEST = 254;
const ADDRESSES = {
  whatsapp: "phone",
  sms: "phone",
  email: "mail",
  telegram: "chat",
  vk: "chat",
  max: "chat",
} as const;

/** What an address is on a channel of this type. */
export function addressKind(type: string) {
  return ADDRESSES[type as keyof typeof ADDRESSES] ?? "other";
}

/** One real message to an address that is typed, and what came of it in words. */
export function TestMessagePart({ channel }: { channel: Channel }) {
  const { t } = useTranslation();
  const id = useId();
  const kind = addressKind(channel.type);
  const [to, setTo] = useState("");
  const [ended, setEnded] = useState<TestMessage | null>(null);
  const { save, busy, refusal } = useSave({
    run: () => {
      setEnded(null);
      return channels.test(channel.id, to.trim());
    },
    fields: ["to"],
    stale: [channelKeys.all],
    onDone: setEnded,
  });
  return (
    <section className="settings-part" aria-labelledby={id}>
      <h2 id={id} className="form-part__title">
        {t("connecting.test.title")}
      </h2>
      <p className="setting__text">{t("connecting.test.lead")}</p>
      <Form
        className="settings-part"
        refused={refusal}
        onSubmit={() => {
          if (!busy && to.trim() !== "") save();
        }}
      >
        <TextField
          label={t("connecting.test.to")}
          hint={t(`connecting.test.hints.${kind}`)}
          inputMode={kind === "phone" ? "tel" : kind === "mail" ? "email" : undefined}
          autoComplete="off"
          maxLength={LONGEST}
          value={to}
          error={refusal.fields.to ? t(`connecting.test.faults.${kind}`) : null}
          onChange={(event) => setTo(event.target.value)}
        />
        <Button type="submit" icon={Send} busy={busy} disabled={to.trim() === ""}>
          {t("connecting.test.send")}
        </Button>
      </Form>
      {refusal.rest && (
        <Banner tone="danger" alert>
          {refusal.rest}
        </Banner>
      )}
      {ended && <Ended message={ended} />}
    </section>
  );
}

const TONES = { sent: "success", failed: "danger", uncertain: "warning" } as const;

function Ended({ message }: { message: TestMessage }) {
  const { t } = useTranslation();
  const { status, address: to } = message;
  return (
    <Banner tone={TONES[status]} alert={status !== "sent"}>
      {status === "sent"
        ? t("connecting.test.sent", { to, id: message.provider_message_id ?? "–" })
        : t(`connecting.test.${status}`, { to, reason: message.reason ?? "" })}
      {message.detail && <p>{t("connecting.detail", { detail: message.detail })}</p>}
    </Banner>
  );
}
