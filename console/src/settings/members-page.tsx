import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import { availability, type State } from "~/api/availability";
import { team } from "~/api/team";
import type { TeamMember } from "~/api/types";
import { keys } from "~/inbox/cache";
import { useCan, useSession } from "~/session/session";
import { Avatar } from "~/ui/avatar";
import { Badge } from "~/ui/badge";
import { Button, IconButton } from "~/ui/button";
import { Empty } from "~/ui/feedback";
import { TextField } from "~/ui/field";
import { Clock, Ellipsis, Pencil, Search, Trash2, Upload, UserCheck, UserPlus, UserX } from "~/ui/icons";
import { Menu, MenuItem, MenuSeparator } from "~/ui/menu";
import { SelectField } from "~/ui/select";
import { AvailabilityBadge } from "./availability-badge";
import { AvailabilityDialog } from "./availability-dialog";
import { ConfirmDelete } from "./confirm-delete";
import { InvitationList } from "./invitation-list";
import { InviteDialog } from "./invite-dialog";
import { settingKeys } from "./keys";
import { type Choices, MemberDialog } from "./member-dialog";
import { ExportMembers } from "./member-export";
import { MemberImport } from "./member-import";
import { Loaded, SettingsPage, useSettings } from "./page";
import { useRoles } from "./use-roles";

type Act = "edit" | "availability" | "disable" | "enable" | "remove";
type Open = { act: Act; member: TeamMember };
const STALE = [settingKeys.members, settingKeys.roles, keys.members];

interface MemberChoices extends Choices {
  states: readonly State[];
}

export function MembersPage() {
  const { t } = useTranslation();
  const allowed = useCan()("team.read");
  const [typed, setTyped] = useState("");
  const [role, setRole] = useState("");
  const q = useDeferredValue(typed.trim());
  const choices = useChoices(allowed);
  const [open, setOpen] = useState<Open | null>(null);
  const canManage = useCan()("team.manage");
  const [adding, setAdding] = useState<"invite" | "import" | null>(null);
  const invite = (
    <Button variant="primary" icon={UserPlus} onClick={() => setAdding("invite")}>
      {t("settings.invitations.submit")}
    </Button>
  );
  const found = useInfiniteQuery({
    queryKey: [...settingKeys.members, q, role],
    queryFn: ({ pageParam, signal }) => team.members({ q, role }, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
    enabled: allowed,
  });
  const items = found.data?.pages.flatMap((page) => page.items);
  return (
    <SettingsPage
      title={t("settings.sections.members")}
      lead={t("settings.members.lead")}
      permission="team.read"
      actions={
        canManage && (
          <div className="toolbar">
            <ExportMembers />
            <Button icon={Upload} onClick={() => setAdding("import")}>
              {t("import.open")}
            </Button>
            {invite}
          </div>
        )
      }
    >
      <search className="filter-row">
        <TextField
          label={t("settings.members.search")}
          type="search"
          value={typed}
          maxLength={100}
          onChange={(event) => setTyped(event.target.value)}
        />
        <SelectField
          label={t("settings.members.role")}
          options={[
            { value: "", label: t("settings.members.anyRole") },
            ...choices.roles.map(({ key, name }) => ({ value: key, label: name })),
          ]}
          value={role}
          onChange={setRole}
        />
      </search>
      <Loaded query={{ ...found, data: items }}>
        {(all) =>
          all.length === 0 ? (
            <Empty icon={Search} title={t("settings.members.empty.title")}>
              {t("settings.members.empty.text")}
            </Empty>
          ) : (
            <>
              <ul className="records">
                {all.map((member) => (
                  <MemberRow key={member.id} member={member} choices={choices} onOpen={setOpen} />
                ))}
              </ul>
              {all.length === 1 && !q && !role && canManage && (
                <Empty icon={UserPlus} title={t("settings.members.alone.title")} actions={invite}>
                  {t("settings.members.alone.text")}
                </Empty>
              )}
            </>
          )
        }
      </Loaded>
      {found.hasNextPage && (
        <div>
          <Button busy={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
            {t("settings.more")}
          </Button>
        </div>
      )}
      {canManage && <InvitationList roles={choices.roles} />}
      {adding === "invite" && <InviteDialog {...choices} onClose={() => setAdding(null)} />}
      {adding === "import" && <MemberImport onClose={() => setAdding(null)} />}
      {open && <MemberAct {...open} choices={choices} onClose={() => setOpen(null)} />}
    </SettingsPage>
  );
}

function useChoices(allowed: boolean): MemberChoices {
  const roles = useRoles(allowed);
  const departments = useSettings(settingKeys.departments, team.departments, allowed);
  const skills = useSettings(settingKeys.skills, team.skills, allowed);
  const states = useSettings(settingKeys.availabilityStates, availability.states, allowed);
  return {
    roles: roles.data ?? [],
    departments: departments.data ?? [],
    skills: skills.data ?? [],
    states: states.data ?? [],
  };
}

interface RowProps {
  member: TeamMember;
  choices: MemberChoices;
  onOpen: (open: Open) => void;
}

function MemberRow({ member, choices, onOpen }: RowProps) {
  const { t } = useTranslation();
  const { me } = useSession();
  const can = useCan();
  const canManage = can("team.manage");
  const canSay = can("team.availability") && member.id !== me.user.id && !member.disabled;
  const isMe = member.id === me.user.id;
  const role = choices.roles.find(({ key }) => key === member.role)?.name ?? member.role;
  const departments = choices.departments.filter(({ id }) => member.departments.includes(id));
  const skills = choices.skills.filter(({ id }) => member.skills.some((held) => held.skill_id === id));
  const parts = [...departments, ...skills].map(({ name }) => name);
  const act = (kind: Act) => () => onOpen({ act: kind, member });
  return (
    <li className="record">
      <div className="record__main">
        <Avatar name={member.name} online={member.online} />
        <div className="record__text">
          <span className="record__name">
            <bdi>{member.name}</bdi>
            {isMe && <span className="record__more"> {t("assign.you")}</span>}
          </span>
          <span className="record__more">{[member.email, ...parts].join(" · ")}</span>
        </div>
      </div>
      {member.disabled && (
        <Badge tone="danger" icon={UserX}>
          {t("settings.members.disabled")}
        </Badge>
      )}
      {!member.disabled && <AvailabilityBadge {...member.availability} states={choices.states} />}
      <Badge>{role}</Badge>
      {(canManage || canSay) && (
        <div className="record__actions">
          <Menu
            label={t("settings.members.actions", { name: member.name })}
            trigger={
              <IconButton icon={Ellipsis} label={t("settings.members.actions", { name: member.name })} />
            }
          >
            {canManage && (
              <MenuItem icon={Pencil} onSelect={act("edit")}>
                {t("settings.edit")}
              </MenuItem>
            )}
            {canSay && (
              <MenuItem icon={Clock} onSelect={act("availability")}>
                {t("availability.set")}
              </MenuItem>
            )}
            {canManage && !isMe && <MenuSeparator />}
            {canManage && !isMe && (
              <MenuItem
                icon={member.disabled ? UserCheck : UserX}
                onSelect={act(member.disabled ? "enable" : "disable")}
              >
                {member.disabled ? t("settings.members.enable") : t("settings.members.disable")}
              </MenuItem>
            )}
            {canManage && !isMe && (
              <MenuItem icon={Trash2} onSelect={act("remove")}>
                {t("settings.members.remove")}
              </MenuItem>
            )}
          </Menu>
        </div>
      )}
    </li>
  );
}

const RUN: Record<Exclude<Act, "edit" | "availability">, (id: string) => Promise<unknown>> = {
  disable: team.disableMember,
  enable: team.enableMember,
  remove: team.removeMember,
};

function MemberAct({
  act,
  member,
  choices,
  onClose,
}: Open & { choices: MemberChoices; onClose: () => void }) {
  const { t } = useTranslation();
  if (act === "edit") return <MemberDialog member={member} {...choices} onClose={onClose} />;
  if (act === "availability")
    return <AvailabilityDialog member={member} states={choices.states} onClose={onClose} />;
  return (
    <ConfirmDelete
      title={t(`settings.members.ask.${act}`, { name: member.name })}
      text={t(`settings.members.means.${act}`)}
      submit={t(`settings.members.${act}`)}
      stale={STALE}
      run={() => RUN[act](member.id)}
      onClose={onClose}
    />
  );
}
