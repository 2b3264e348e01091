import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api } from "~/api/endpoints";
import { useErrorText } from "~/api/error-text";
import type { SessionOut } from "~/api/types";
import { useFormat } from "~/i18n/use-format";
import { Badge } from "~/ui/badge";
import { Button } from "~/ui/button";
import { Check, KeyRound, Laptop, UserCheck } from "~/ui/icons";
import { Loaded } from "~/ui/loaded";
import { Card } from "~/ui/page";
import { showToast } from "~/ui/toast";

const OWN_SESSIONS = ["own-sessions"];

export function OwnSessions() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const errorText = useErrorText();
  const sessions = useQuery({ queryKey: OWN_SESSIONS, queryFn: ({ signal }) => api.sessions(signal) });
  const read = () => queries.invalidateQueries({ queryKey: OWN_SESSIONS });
  const failed = (error: unknown) => showToast({ tone: "error", text: errorText(error) });
  const end = useMutation({ mutationFn: api.endSession, onError: failed, onSettled: read });
  const endOthers = useMutation({
    mutationFn: api.endOtherSessions,
    onSuccess: ({ ended }) => showToast({ tone: "success", text: t("sessions.ended", { count: ended }) }),
    onError: failed,
    onSettled: read,
  });
  const others = sessions.data?.some((session) => !session.current);
  return (
    <Card
      title={t("sessions.title")}
      hint={t("sessions.hint")}
      actions={
        others && (
          <Button busy={endOthers.isPending} onClick={() => endOthers.mutate()}>
            {t("sessions.endOthers")}
          </Button>
        )
      }
    >
      <Loaded query={sessions}>
        {(items) => (
          <ul className="lines">
            {items.map((session) => (
              <SessionLine
                key={session.id}
                session={session}
                busy={end.isPending && end.variables === session.id}
                onEnd={() => end.mutate(session.id)}
              />
            ))}
          </ul>
        )}
      </Loaded>
    </Card>
  );
}

interface SessionLineProps {
  session: SessionOut;
  busy: boolean;
  onEnd: () => void;
}

function SessionLine({ session, busy, onEnd }: SessionLineProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const Icon = session.kind === "cookie" ? Laptop : KeyRound;
  const name = session.device || t(session.kind === "cookie" ? "sessions.browser" : "sessions.client");
  const facts = [
    session.address,
    t("sessions.seen", { when: format.dateTime(session.last_seen_at) }),
    t("sessions.began", { when: format.dateTime(session.created_at) }),
  ];
  return (
    <li className="line">
      <Icon size={18} aria-hidden />
      <div className="line__text">
        <div className="line__name">
          <span>{name}</span>
          {session.current && (
            <Badge tone="accent" icon={Check}>
              {t("sessions.current")}
            </Badge>
          )}
          {session.impersonated && (
            <Badge tone="warning" icon={UserCheck}>
              {t("sessions.impersonated")}
            </Badge>
          )}
        </div>
        <p className="line__facts">{facts.filter(Boolean).join(" · ")}</p>
      </div>
      {!session.current && (
        <Button size="sm" busy={busy} aria-label={t("sessions.endOne", { name })} onClick={onEnd}>
          {t("sessions.end")}
        </Button>
      )}
    </li>
  );
}
