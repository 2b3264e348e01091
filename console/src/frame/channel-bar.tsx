import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { channels } from "~/api/channels";
import { channelKeys } from "~/channels/keys";
import { useCan } from "~/session/session";
import { Banner } from "~/ui/feedback";

/** To who can mend it: a connection has been out of order for a while. Owners have a mail of it, too. */
export function ChannelBar() {
  const { t } = useTranslation();
  const canMend = useCan()("connections.manage");
  const { data = [] } = useQuery({
    queryKey: channelKeys.all,
    queryFn: ({ signal }) => channels.list(signal),
    staleTime: Number.POSITIVE_INFINITY, // the socket says when one has changed
    enabled: canMend,
  });
  const broken = data.filter(({ health }) => health.alerted_at);
  const [first] = broken;
  if (!canMend || !first) return null;
  const page =
    broken.length === 1 ? (
      <Link
        to="/settings/channels/$channelId"
        params={{ channelId: first.id }}
        className="button button--secondary button--sm"
      >
        {t("channelAlert.mend")}
      </Link>
    ) : (
      <Link to="/settings/channels" className="button button--secondary button--sm">
        {t("channelAlert.look")}
      </Link>
    );
  return (
    <Banner tone="danger" bar action={page}>
      {t("channelAlert.text", { count: broken.length, name: first.name })}
    </Banner>
  );
}
