import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Channel, type ChannelSettings, channels } from "~/api/channels";
import { SaveBar } from "~/settings/save-bar";
import { useUnsaved } from "~/settings/unsaved";
import { useSave } from "~/settings/use-save";
import { Switch, TextArea, TextField } from "~/ui/field";
import { Form } from "~/ui/form";
import { showToast } from "~/ui/toast";
import { channelKeys } from "./keys";

const MOST_HOLD_S = 10;
/** The server's own, where nobody has chosen another. */
const USUAL_HOLD_MS = 400;
/** Where the setting means something. */
const SIGNED = ["email"];
const SHOWS_TYPING = ["telegram", "whatsapp", "vk", "max"];

interface Draft {
  name: string;
  /** Seconds, as typed. */
  hold: string;
  signature: string;
  typing: boolean;
}

function draftOf({ name, settings }: Channel): Draft {
  return {
    name,
    hold: String((settings.hold_ms ?? USUAL_HOLD_MS) / 1_000),
    signature: settings.signature ?? "",
    typing: settings.typing ?? true,
  };
}

/** What is not as it was, as the api takes it; null where the api would not. */
export function changeOf(was: Draft, draft: Draft): ({ name?: string } & ChannelSettings) | null {
  const hold = Number(draft.hold.replace(",", "."));
  const isFit = draft.name.trim() !== "" && hold >= 0 && hold <= MOST_HOLD_S;
  if (!isFit) return null;
  return {
    ...(draft.name.trim() !== was.name && { name: draft.name.trim() }),
    ...(draft.hold !== was.hold && { hold_ms: Math.round(hold * 1_000) }),
    ...(draft.signature !== was.signature && { signature: draft.signature }),
    ...(draft.typing !== was.typing && { typing: draft.typing }),
  };
}

/** How a channel is called and how it speaks. */
export function ChannelForm({ channel }: { channel: Channel }) {
  const { t } = useTranslation();
  const was = draftOf(channel);
  const [draft, setDraft] = useState(was);
  const edit = (part: Partial<Draft>) => setDraft({ ...draft, ...part });
  const change = changeOf(was, draft);
  const changed = change === null || Object.keys(change).length > 0;
  const { save, busy, refusal, forget } = useSave({
    run: () => channels.change(channel, change ?? {}),
    fields: ["name", "hold_ms", "signature"],
    stale: [channelKeys.all],
    onDone: (saved) => {
      setDraft(draftOf(saved));
      showToast({ tone: "success", text: t("settings.saved") });
    },
  });
  useUnsaved(changed && !busy);
  const isHeldTooLong = change === null && draft.name.trim() !== "";
  return (
    <Form className="form-page" refused={refusal} onSubmit={() => change && save()}>
      <h2 className="form-part__title">{t("connecting.settings.title")}</h2>
      <TextField
        label={t("settings.fields.name")}
        hint={t("connecting.nameHint")}
        value={draft.name}
        maxLength={120}
        error={draft.name.trim() === "" ? t("settings.invalid.name") : refusal.fields.name}
        onChange={(event) => edit({ name: event.target.value })}
      />
      <TextField
        label={t("connecting.settings.hold")}
        hint={t("connecting.settings.holdHint")}
        inputMode="decimal"
        value={draft.hold}
        error={isHeldTooLong || refusal.fields.hold_ms ? t("connecting.settings.holdFault") : null}
        onChange={(event) => edit({ hold: event.target.value })}
      />
      {SIGNED.includes(channel.type) && (
        <TextArea
          label={t("connecting.settings.signature")}
          hint={t("connecting.settings.signatureHint")}
          rows={3}
          maxLength={2_000}
          value={draft.signature}
          error={refusal.fields.signature ? t("settings.invalid.other") : null}
          onChange={(event) => edit({ signature: event.target.value })}
        />
      )}
      {SHOWS_TYPING.includes(channel.type) && (
        <div>
          <Switch
            label={t("connecting.settings.typing")}
            checked={draft.typing}
            onChange={(typing) => edit({ typing })}
          />
        </div>
      )}
      <SaveBar
        changed={changed}
        busy={busy}
        fault={change === null ? t("settings.unsaved.fault") : null}
        refused={refusal.rest}
        onDiscard={() => {
          setDraft(was);
          forget();
        }}
      />
    </Form>
  );
}
