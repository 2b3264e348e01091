import { type ReactNode, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Channel, type ChannelProblem, type ChannelSetup, channels } from "~/api/channels";
import { useFormat } from "~/i18n/use-format";
import { useNow } from "~/lib/hooks";
import { useCan } from "~/session/session";
import { useSave } from "~/settings/use-save";
import { Button } from "~/ui/button";
import { Banner } from "~/ui/feedback";
import { KeyRound, RotateCcw, Search } from "~/ui/icons";
import { showToast } from "~/ui/toast";
import { BackfillDialog } from "./backfill-dialog";
import { channelKeys } from "./keys";
import { kindOf } from "./kinds";
import { Problems } from "./problems";
import { ReauthorizeDialog, ReauthorizedDialog } from "./reauthorize-dialog";

type Open = "reauthorize" | "backfill" | { setup: ChannelSetup } | null;

/** How the connection was found last, what is wrong with it, and the buttons that mend it. */
export function HealthPart({ channel }: { channel: Channel }) {
  const { t } = useTranslation();
  const id = useId();
  const format = useFormat(useNow());
  const canManage = useCan()("connections.manage");
  const [open, setOpen] = useState<Open>(null);
  const { health } = channel;
  const kind = kindOf(channel);
  const look = useSave({
    run: () => channels.look(channel.id),
    stale: [channelKeys.all],
    onDone: () => showToast({ tone: "info", text: t("connecting.health.looking"), about: "look" }),
  });
  const mend = ({ mends }: ChannelProblem): ReactNode => {
    if (!canManage || !mends) return null;
    if (mends === "resubscribe") return <LookButton busy={look.busy} onClick={() => look.save()} />;
    return (
      <Button size="sm" onClick={() => setOpen(mends)}>
        {t(`connecting.health.${mends}`)}
      </Button>
    );
  };
  return (
    <section className="settings-part" aria-labelledby={id}>
      <div className="settings-part__head">
        <h2 id={id} className="form-part__title">
          {t("connecting.health.title")}
        </h2>
      </div>
      {look.refusal.rest && (
        <Banner tone="danger" alert>
          {look.refusal.rest}
        </Banner>
      )}
      {health.state === "unknown" && <p className="setting__text">{t("connecting.health.unknown")}</p>}
      {health.state === "ok" && health.problems.length === 0 && (
        <p className="setting__text">{t("connecting.health.fine")}</p>
      )}
      <Problems health={health} mend={mend} />
      <dl className="facts">
        <Fact name={t("connecting.health.checkedAt")}>
          {health.checked_at ? format.dateTime(health.checked_at) : t("connecting.health.never")}
        </Fact>
        {health.expires_at && (
          <Fact name={t("connecting.health.expiresAt")}>{format.dateTime(health.expires_at)}</Fact>
        )}
        {health.backfilled_at && (
          <Fact name={t("connecting.health.backfilledAt")}>{format.dateTime(health.backfilled_at)}</Fact>
        )}
      </dl>
      {canManage && kind && (
        <div className="toolbar">
          <Button icon={Search} busy={look.busy} onClick={() => look.save()}>
            {t("connecting.health.look")}
          </Button>
          <Button icon={KeyRound} onClick={() => setOpen("reauthorize")}>
            {t("connecting.health.reauthorize")}
          </Button>
          <Button icon={RotateCcw} onClick={() => setOpen("backfill")}>
            {t("connecting.health.backfill")}
          </Button>
        </div>
      )}
      {open === "reauthorize" && kind && (
        <ReauthorizeDialog
          channel={channel}
          kind={kind}
          onMade={({ setup }) => setOpen({ setup })}
          onClose={() => setOpen((now) => (now === "reauthorize" ? null : now))}
        />
      )}
      {typeof open === "object" && open && kind && (
        <ReauthorizedDialog channel={channel} kind={kind} setup={open.setup} onClose={() => setOpen(null)} />
      )}
      {open === "backfill" && <BackfillDialog channel={channel} onClose={() => setOpen(null)} />}
    </section>
  );
}

function LookButton({ busy, onClick }: { busy: boolean; onClick: () => void }) {
  const { t } = useTranslation();
  return (
    <Button size="sm" busy={busy} onClick={onClick}>
      {t("connecting.health.resubscribe")}
    </Button>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="facts__one">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
