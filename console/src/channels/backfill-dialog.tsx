import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Channel, channels } from "~/api/channels";
import { FormDialog } from "~/settings/form-dialog";
import { useSave } from "~/settings/use-save";
import { TextField } from "~/ui/field";
import { showToast } from "~/ui/toast";
import { channelKeys } from "./keys";

const DAY_MS = 86_400_000;

/** As a `datetime-local` field has it: the reader's own clock, without a zone. */
export function localMoment(at: number): string {
  const local = new Date(at - new Date(at).getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}

/** From when on everything is asked for anew; what is here already comes once. */
export function BackfillDialog({ channel, onClose }: { channel: Channel; onClose: () => void }) {
  const { t } = useTranslation();
  const [now] = useState(() => Date.now());
  const [since, setSince] = useState(() => localMoment(now - DAY_MS));
  const moment = Date.parse(since);
  const isPast = moment <= now;
  const { save, busy, refusal } = useSave({
    run: () => channels.backfill(channel.id, new Date(moment).toISOString()),
    fields: ["since"],
    stale: [channelKeys.all],
    onDone: () => {
      onClose();
      showToast({ tone: "info", text: t("connecting.backfill.begun") });
    },
  });
  return (
    <FormDialog
      title={t("connecting.backfill.title")}
      hint={t("connecting.backfill.hint")}
      submit={t("connecting.health.backfill")}
      busy={busy}
      refusal={refusal}
      ready={isPast}
      onSubmit={save}
      onClose={onClose}
    >
      <TextField
        label={t("connecting.backfill.since")}
        type="datetime-local"
        value={since}
        max={localMoment(now)}
        error={isPast && !refusal.fields.since ? null : t("connecting.backfill.fault")}
        onChange={(event) => setSince(event.target.value)}
        data-autofocus
      />
    </FormDialog>
  );
}
