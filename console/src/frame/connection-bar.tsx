import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "~/lib/store";
import { useSession } from "~/session/session";
import { Button } from "~/ui/button";
import { Banner } from "~/ui/feedback";
import { CloudOff } from "~/ui/icons";

/** Shorter gaps heal unseen. */
const PATIENCE_MS = 2_500;

/** Says that live updates are interrupted, and that nothing is lost by it. */
export function ConnectionBar() {
  const { t } = useTranslation();
  const { connection, socket, outbox } = useSession();
  const state = useStore(connection);
  const [late, setLate] = useState(false);
  const isOpen = state === "open";
  useEffect(() => {
    if (isOpen) return setLate(false);
    const timer = setTimeout(() => setLate(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [isOpen]);
  if (!late) return null;
  const retry = () => {
    socket.wake();
    outbox.retryNow();
  };
  return (
    <Banner
      tone="warning"
      icon={CloudOff}
      bar
      action={
        <Button size="sm" onClick={retry}>
          {t("common.retryNow")}
        </Button>
      }
    >
      {t("frame.offline")}
    </Banner>
  );
}
