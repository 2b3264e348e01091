import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { channels } from "~/api/channels";
import { useErrorText } from "~/api/error-text";
import { Banner } from "~/ui/feedback";
import { channelKeys } from "./keys";
import { Problems } from "./problems";

const LOOK_EVERY_MS = 2_000;
/** A first look takes seconds; after this something keeps it from being done. */
const LATE_MS = 45_000;

interface FirstLookProps {
  channelId: string;
  /** Looks of before this moment do not count: ISO 8601. */
  after?: string | null;
  /** One is on the channel's page already. */
  isHere?: boolean;
}

/** Waits until the connection was looked at, and says how it is or what to do. */
export function FirstLook({ channelId, after = null, isHere = false }: FirstLookProps) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const isLate = useLate(LATE_MS);
  const found = useQuery({
    queryKey: channelKeys.one(channelId),
    queryFn: ({ signal }) => channels.one(channelId, signal),
    // Also what is wrong is looked at again: much mends itself within a minute.
    refetchInterval: ({ state }) => (state.data?.health.state === "ok" ? false : LOOK_EVERY_MS),
  });
  const health = found.data?.health;
  const isLookedAt = health?.checked_at && health.checked_at !== after;
  const open = !isHere && (
    <Link
      to="/settings/channels/$channelId"
      params={{ channelId }}
      className="button button--primary button--md"
    >
      {t("connecting.look.open")}
    </Link>
  );
  if (!health || !isLookedAt) {
    return (
      <>
        <Banner tone="info">
          {t("connecting.look.waiting")} <span className="spinner" aria-hidden="true" />
        </Banner>
        {found.error && <Banner tone="danger">{errorText(found.error)}</Banner>}
        {isLate && <Banner tone="warning">{t("connecting.look.late")}</Banner>}
      </>
    );
  }
  if (health.state === "ok") {
    return (
      <>
        <Banner tone="success">{t("connecting.look.ok")}</Banner>
        <div>{open}</div>
      </>
    );
  }
  return (
    <>
      <Banner tone="warning" alert>
        {t("connecting.look.wrong")}
      </Banner>
      <Problems health={health} />
      <div>{open}</div>
    </>
  );
}

function useLate(afterMs: number): boolean {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), afterMs);
    return () => clearTimeout(timer);
  }, [afterMs]);
  return late;
}
