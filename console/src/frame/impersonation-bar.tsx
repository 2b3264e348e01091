import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useErrorText } from "~/api/error-text";
import { platform } from "~/api/platform";
import { keys } from "~/inbox/cache";
import { useNow } from "~/lib/hooks";
import { useSession } from "~/session/session";
import { Button } from "~/ui/button";
import { Banner } from "~/ui/feedback";
import { LogOut, UserCheck } from "~/ui/icons";
import { showToast } from "~/ui/toast";
import { timeLeft } from "./time-left";

/** Says, as long as it lasts, that somebody acts in another's name, and ends it. */
export function ImpersonationBar() {
  const { t } = useTranslation();
  const { me } = useSession();
  if (!me.impersonator) return null;
  const { name, until } = me.impersonator;
  return (
    <Banner tone="warning" icon={UserCheck} bar action={<EndButton />}>
      {t("frame.impersonated", { who: name, name: me.user.name })}
      {until && <TimeLeft until={until} />}
    </Banner>
  );
}

function EndButton() {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [busy, setBusy] = useState(false);
  const end = async () => {
    setBusy(true);
    try {
      await platform.endImpersonation();
      location.assign("/platform");
    } catch (error) {
      setBusy(false);
      showToast({ tone: "error", text: errorText(error), about: "impersonation" });
    }
  };
  return (
    <Button size="sm" icon={LogOut} busy={busy} onClick={() => void end()}>
      {t("frame.endImpersonation")}
    </Button>
  );
}

function TimeLeft({ until }: { until: string }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const left = Date.parse(until) - useNow(1_000);
  const isOver = left <= 0;
  useEffect(() => {
    if (isOver) void queries.invalidateQueries({ queryKey: keys.me });
  }, [isOver, queries]);
  return (
    // Seen, not read out: a screen reader would say it each second.
    <span className="banner__time" role="timer" aria-live="off">
      {" "}
      {t("frame.impersonatedFor", { time: timeLeft(left) })}
    </span>
  );
}
