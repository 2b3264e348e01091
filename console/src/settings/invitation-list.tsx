import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Invitation, invitations } from "~/api/invitations";
import type { Role } from "~/api/types";
import { useFormat } from "~/i18n/use-format";
import { Badge } from "~/ui/badge";
import { Button, IconButton } from "~/ui/button";
import { Mail, Send, Trash2 } from "~/ui/icons";
import { showToast } from "~/ui/toast";
import { ConfirmDelete } from "./confirm-delete";
import { settingKeys } from "./keys";
import { Loaded } from "./page";
import { useSave } from "./use-save";

const STALE = [settingKeys.invitations];
type Waiting = "open" | "expired";

/** Who was asked to join and has not answered yet; nothing while there is nobody. */
export function InvitationList({ roles }: { roles: readonly Role[] }) {
  const { t } = useTranslation();
  const [revoked, setRevoked] = useState<Invitation | null>(null);
  const open = useInvitations("open");
  const expired = useInvitations("expired");
  const items = open.items && expired.items && [...open.items, ...expired.items];
  if (items?.length === 0) return null;
  return (
    <section className="settings-part" aria-labelledby="invitations">
      <h2 id="invitations" className="form-part__title">
        {t("settings.invitations.list")}
      </h2>
      <Loaded query={{ ...open.query, error: open.query.error ?? expired.query.error, data: items }}>
        {(all) => (
          <ul className="records">
            {all.map((each) => (
              <Row key={each.id} invitation={each} roles={roles} onRevoke={() => setRevoked(each)} />
            ))}
          </ul>
        )}
      </Loaded>
      {[open.query, expired.query].map(
        (query, at) =>
          query.hasNextPage && (
            <Button
              // biome-ignore lint/suspicious/noArrayIndexKey: there are these two
              key={at}
              busy={query.isFetchingNextPage}
              onClick={() => void query.fetchNextPage()}
            >
              {t("settings.more")}
            </Button>
          ),
      )}
      {revoked && (
        <ConfirmDelete
          title={t("settings.invitations.revokeTitle", { email: revoked.email })}
          text={t("settings.invitations.revokeText")}
          submit={t("settings.invitations.revoke")}
          stale={STALE}
          run={() => invitations.revoke(revoked.id)}
          onClose={() => setRevoked(null)}
        />
      )}
    </section>
  );
}

function useInvitations(state: Waiting) {
  const query = useInfiniteQuery({
    queryKey: [...settingKeys.invitations, state],
    queryFn: ({ pageParam, signal }) => invitations.list(state, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
  return { query, items: query.data?.pages.flatMap((page) => page.items) };
}

interface RowProps {
  invitation: Invitation;
  roles: readonly Role[];
  onRevoke: () => void;
}

function Row({ invitation, roles, onRevoke }: RowProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { id, email, name, state } = invitation;
  const resend = useSave({
    run: () => invitations.resend(id),
    stale: STALE,
    onDone: () => showToast({ tone: "success", text: t("settings.invitations.sent", { email }) }),
  });
  const until = t("settings.invitations.until", { when: format.dateTime(invitation.expires_at) });
  return (
    <li className="record">
      <div className="record__main">
        <Mail size={18} aria-hidden />
        <div className="record__text">
          <span className="record__name">
            <bdi>{email}</bdi>
          </span>
          <span className="record__more">{[name, until].filter(Boolean).join(" · ")}</span>
          {resend.refusal.rest && (
            <span className="field__error" role="alert">
              {resend.refusal.rest}
            </span>
          )}
        </div>
      </div>
      {state === "expired" && <Badge tone="warning">{t("settings.invitations.expired")}</Badge>}
      <Badge>{roles.find(({ key }) => key === invitation.role)?.name ?? invitation.role}</Badge>
      <div className="record__actions">
        <Button size="sm" icon={Send} busy={resend.busy} onClick={() => resend.save()}>
          {t("settings.invitations.resend")}
        </Button>
        <IconButton
          icon={Trash2}
          label={t("settings.invitations.revokeNamed", { email })}
          onClick={onRevoke}
        />
      </div>
    </li>
  );
}
