import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Channel, type ChannelSetup, type ConnectedChannel, channels } from "~/api/channels";
import { FormDialog } from "~/settings/form-dialog";
import { useSave } from "~/settings/use-save";
import { Button } from "~/ui/button";
import { Dialog } from "~/ui/dialog";
import { useCredentials } from "./credentials";
import { CredentialsForm } from "./credentials-form";
import { FirstLook } from "./first-look";
import { channelKeys } from "./keys";
import type { Kind } from "./kinds";
import { SetupValues } from "./setup-values";

interface ReauthorizeProps {
  channel: Channel;
  kind: Kind;
  onMade: (made: ConnectedChannel) => void;
  onClose: () => void;
}

/** New credentials of the same account. */
export function ReauthorizeDialog({ channel, kind, onMade, onClose }: ReauthorizeProps) {
  const { t } = useTranslation();
  const [tried, setTried] = useState(false);
  const credentials = useCredentials(kind, mailboxOf(channel));
  const { save, busy, refusal } = useSave({
    run: () => channels.reauthorize(channel, credentials.account()),
    fields: credentials.fields,
    stale: [channelKeys.all],
    onDone: onMade,
  });
  const title = t("connecting.reauthorize.title", { name: channel.name });
  const submit = () => {
    setTried(true);
    if (credentials.faults().length === 0) save();
  };
  return (
    <FormDialog
      wide
      title={title}
      hint={t("connecting.reauthorize.hint")}
      submit={t("common.save")}
      busy={busy}
      refusal={refusal}
      onSubmit={submit}
      onClose={onClose}
    >
      <CredentialsForm
        kind={kind}
        credentials={credentials}
        faults={tried ? [...credentials.faults(), ...Object.keys(refusal.fields)] : []}
        isAgain
      />
    </FormDialog>
  );
}

/** A mailbox keeps its address; its servers are entered anew, as nothing secret is read back. */
function mailboxOf({ facts }: Channel) {
  return typeof facts.address === "string" ? { address: facts.address } : {};
}

interface ReauthorizedProps {
  channel: Channel;
  kind: Kind;
  setup: ChannelSetup;
  onClose: () => void;
}

/** Whether the new credentials do, and what the provider is to be told. */
export function ReauthorizedDialog({ channel, kind, setup, onClose }: ReauthorizedProps) {
  const { t } = useTranslation();
  const [before] = useState(channel.health.checked_at);
  return (
    <Dialog
      wide
      title={t("connecting.reauthorize.title", { name: channel.name })}
      onClose={onClose}
      footer={<Button onClick={onClose}>{t("common.close")}</Button>}
    >
      <div className="dialog__body">
        <SetupValues kind={kind} setup={setup} />
        <FirstLook channelId={channel.id} after={before} isHere />
      </div>
    </Dialog>
  );
}
