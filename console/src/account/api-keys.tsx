import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type KeyOwner } from "~/api/endpoints";
import type { Key, Keys, Me } from "~/api/types";
import { useFormat } from "~/i18n/use-format";
import { Badge } from "~/ui/badge";
import { Button } from "~/ui/button";
import { ConfirmDialog } from "~/ui/confirm-dialog";
import { Empty } from "~/ui/feedback";
import { KeyRound, Plus, User } from "~/ui/icons";
import { Loaded } from "~/ui/loaded";
import { Card } from "~/ui/page";
import { NewKeyDialog } from "./new-key-dialog";

interface ApiKeysProps {
  whose: KeyOwner;
  me: Me;
}

/** API keys: one's own in the profile, all of the workspace's on a page of theirs. */
export function ApiKeys({ whose, me }: ApiKeysProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [making, setMaking] = useState(false);
  const [revoked, setRevoked] = useState<Key | null>(null);
  const queryKey = ["api-keys", whose];
  const found = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) => api.keys(whose, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page: Keys) => page.next_cursor,
  });
  const items = found.data?.pages.flatMap((page) => page.items);
  const read = () => queries.invalidateQueries({ queryKey });
  const make = (
    <Button icon={Plus} onClick={() => setMaking(true)}>
      {t("keys.create")}
    </Button>
  );
  return (
    <Card
      title={t(`keys.${whose}.title`)}
      hint={t(`keys.${whose}.hint`)}
      actions={items?.length ? make : null}
    >
      <Loaded query={{ ...found, data: items }}>
        {(lines) =>
          lines.length ? (
            <ul className="lines">
              {lines.map((key) => (
                <KeyLine key={key.id} apiKey={key} whose={whose} onRevoke={() => setRevoked(key)} />
              ))}
            </ul>
          ) : (
            <Empty icon={KeyRound} title={t("keys.empty.title")} actions={make}>
              {t("keys.empty.text")}
            </Empty>
          )
        }
      </Loaded>
      {found.hasNextPage && (
        <Button busy={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
          {t("common.more")}
        </Button>
      )}
      {making && <NewKeyDialog whose={whose} me={me} onMade={read} onClose={() => setMaking(false)} />}
      {revoked && (
        <ConfirmDialog
          title={t("keys.revokeTitle", { name: revoked.name })}
          hint={t("keys.revokeHint")}
          confirm={t("keys.revoke")}
          onConfirm={async () => {
            await api.revokeKey(whose, revoked.id);
            void read();
          }}
          onClose={() => setRevoked(null)}
        />
      )}
    </Card>
  );
}

function KeyLine({ apiKey, whose, onRevoke }: { apiKey: Key; whose: KeyOwner; onRevoke: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { name, hint, expires_at, last_used_at, scopes } = apiKey;
  const isOver = expires_at !== null && Date.parse(expires_at) < Date.now();
  const facts = [
    `…${hint}`,
    t("keys.scopeCount", { count: scopes.length }),
    last_used_at ? t("keys.used", { when: format.dateTime(last_used_at) }) : t("keys.unused"),
    expires_at && !isOver ? t("keys.until", { when: format.dateTime(expires_at) }) : null,
  ];
  return (
    <li className="line">
      <KeyRound size={18} aria-hidden />
      <div className="line__text">
        <div className="line__name">
          <span>{name}</span>
          {isOver && <Badge tone="danger">{t("keys.expired")}</Badge>}
          {whose === "tenant" && apiKey.user_id && <Badge icon={User}>{t("keys.personal")}</Badge>}
        </div>
        <p className="line__facts" title={scopes.join(", ")}>
          {facts.filter(Boolean).join(" · ")}
        </p>
      </div>
      <Button size="sm" aria-label={t("keys.revokeOne", { name })} onClick={onRevoke}>
        {t("keys.revoke")}
      </Button>
    </li>
  );
}
