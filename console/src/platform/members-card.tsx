import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { type PlatformMember, platform } from "~/api/platform";
import { useRoleName } from "~/session/roles";
import { useSession } from "~/session/session";
import { Avatar } from "~/ui/avatar";
import { Badge } from "~/ui/badge";
import { Button } from "~/ui/button";
import { UserCheck, UserX } from "~/ui/icons";
import { Loaded } from "~/ui/loaded";
import { Card } from "~/ui/page";
import { platformKeys } from "./role";

interface MembersProps {
  tenantId: string;
  /** Without it nobody acts as anybody. */
  onActAs: ((member: PlatformMember) => void) | null;
}

export function MembersCard({ tenantId, onActAs }: MembersProps) {
  const { t } = useTranslation();
  const found = useInfiniteQuery({
    queryKey: platformKeys.members(tenantId),
    queryFn: ({ pageParam, signal }) => platform.members(tenantId, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
  return (
    <Card title={t("platform.members")} hint={onActAs ? t("platform.membersHint") : undefined}>
      <Loaded query={{ ...found, data: found.data?.pages.flatMap((page) => page.items) }}>
        {(items) => (
          <ul className="lines">
            {items.map((member) => (
              <MemberLine key={member.id} member={member} onActAs={onActAs} />
            ))}
          </ul>
        )}
      </Loaded>
      {found.hasNextPage && (
        <Button busy={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
          {t("common.more")}
        </Button>
      )}
    </Card>
  );
}

function MemberLine({ member, onActAs }: { member: PlatformMember; onActAs: MembersProps["onActAs"] }) {
  const { t } = useTranslation();
  const { me } = useSession();
  const role = useRoleName()(member.role);
  return (
    <li className="line">
      <Avatar name={member.name} />
      <div className="line__text">
        <div className="line__name">
          <bdi>{member.name}</bdi>
          <Badge>{role}</Badge>
          {member.disabled && (
            <Badge tone="danger" icon={UserX}>
              {t("settings.members.disabled")}
            </Badge>
          )}
        </div>
        <p className="line__facts">{member.email}</p>
      </div>
      {onActAs && !member.disabled && member.id !== me.user.id && (
        <Button
          size="sm"
          icon={UserCheck}
          aria-label={t("platform.actAsNamed", { name: member.name })}
          onClick={() => onActAs(member)}
        >
          {t("platform.actAs")}
        </Button>
      )}
    </li>
  );
}
