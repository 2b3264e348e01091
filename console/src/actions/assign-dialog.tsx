import { useQuery } from "@tanstack/react-query";
import { Command } from "cmdk";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { type AssignTarget, api } from "~/api/endpoints";
import { useErrorText } from "~/api/error-text";
import type { Conversation, Department, Member, Named } from "~/api/types";
import { useFormat } from "~/i18n/use-format";
import { keys } from "~/inbox/cache";
import { useSession } from "~/session/session";
import { Avatar } from "~/ui/avatar";
import { Badge } from "~/ui/badge";
import { Button } from "~/ui/button";
import { Dialog } from "~/ui/dialog";
import { Banner, Skeleton } from "~/ui/feedback";
import { TextArea } from "~/ui/field";
import { Building2, Check, Search, UserX } from "~/ui/icons";
import { useConversationActions } from "./conversation-actions";
import { matchScore } from "./match";
import "./actions.css";

interface DialogProps {
  conversation: Conversation;
  onClose: () => void;
}

export interface Chosen {
  target: AssignTarget;
  user?: Named;
  department?: Named;
}

/** Assign: who answers for the conversation. Choosing is doing, and the toast can undo it. */
export function AssignDialog({ conversation, onClose }: DialogProps) {
  const { t } = useTranslation();
  const actions = useConversationActions();
  const choose = (chosen: Chosen) => {
    onClose();
    void actions.assign(conversation, chosen.target, chosen);
  };
  return (
    <Dialog title={t("assign.title")} onClose={onClose} bare>
      <TargetPicker conversation={conversation} onChoose={choose} allowNobody />
    </Dialog>
  );
}

/** Transfer: to another operator or department, with a word for who takes it. */
export function TransferDialog({ conversation, onClose }: DialogProps) {
  const { t } = useTranslation();
  const actions = useConversationActions();
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const [note, setNote] = useState("");
  const [busy, setBusy] = useState(false);
  if (!chosen) {
    return (
      <Dialog title={t("transfer.title")} onClose={onClose} bare>
        <TargetPicker conversation={conversation} onChoose={setChosen} />
      </Dialog>
    );
  }
  const name = chosen.user?.name ?? chosen.department?.name ?? "";
  const submit = async () => {
    setBusy(true);
    const done = await actions.transfer(conversation, chosen.target, note.trim() || null, name);
    setBusy(false);
    if (done) onClose();
  };
  return (
    <Dialog
      title={t("transfer.to", { name })}
      onClose={onClose}
      footer={
        <>
          <Button variant="quiet" onClick={() => setChosen(null)}>
            {t("common.back")}
          </Button>
          <Button variant="primary" busy={busy} onClick={() => void submit()}>
            {t("transfer.submit")}
          </Button>
        </>
      }
    >
      <div className="dialog__body">
        <TextArea
          label={t("transfer.note")}
          hint={t("transfer.noteHint")}
          value={note}
          rows={3}
          maxLength={1_000}
          data-autofocus
          dir="auto"
          onChange={(event) => setNote(event.target.value)}
        />
      </div>
    </Dialog>
  );
}

interface PickerProps {
  conversation: Conversation;
  onChoose: (chosen: Chosen) => void;
  allowNobody?: boolean;
}

function TargetPicker({ conversation, onChoose, allowNobody = false }: PickerProps) {
  const members = useQuery({
    queryKey: keys.members,
    queryFn: ({ signal }) => api.members(signal),
    staleTime: 15_000,
  });
  const departments = useQuery({
    queryKey: keys.departments,
    queryFn: ({ signal }) => api.departments(signal),
    staleTime: 60_000,
  });
  return (
    <TargetList
      conversation={conversation}
      members={members.data}
      departments={departments.data}
      error={members.error ?? departments.error}
      onChoose={onChoose}
      allowNobody={allowNobody}
    />
  );
}

interface TargetListProps extends PickerProps {
  members: Member[] | undefined;
  departments: Department[] | undefined;
  error: unknown;
}

export function TargetList({
  conversation,
  members,
  departments,
  error,
  onChoose,
  allowNobody,
}: TargetListProps) {
  const { t } = useTranslation();
  const { me } = useSession();
  const errorText = useErrorText();
  const sorted = members && sortMembers(members, me.user.id);
  return (
    <Command label={t("assign.title")} filter={matchScore} loop className="command">
      <div className="command__field">
        <Search size={17} aria-hidden />
        <Command.Input data-autofocus placeholder={t("assign.placeholder")} />
      </div>
      {Boolean(error) && (
        <div className="command__notice">
          <Banner tone="danger">{errorText(error)}</Banner>
        </div>
      )}
      {!sorted && !error && <PickerSkeleton />}
      <Command.List className="command__list" label={t("assign.title")} hidden={!sorted}>
        {sorted && (
          <Command.Group heading={t("assign.members")}>
            {sorted.map((member) => (
              <MemberItem
                key={member.id}
                member={member}
                isMe={member.id === me.user.id}
                isCurrent={member.id === conversation.assignee?.id}
                onChoose={() =>
                  onChoose({ target: { user_id: member.id }, user: { id: member.id, name: member.name } })
                }
              />
            ))}
          </Command.Group>
        )}
        {departments && departments.length > 0 && (
          <Command.Group heading={t("assign.departments")}>
            {departments.map((department) => (
              <DepartmentItem
                key={department.id}
                department={department}
                isCurrent={department.id === conversation.department?.id}
                onChoose={() =>
                  onChoose({ target: { user_id: null, department_id: department.id }, department })
                }
              />
            ))}
          </Command.Group>
        )}
        {allowNobody && conversation.assignee && (
          <Command.Group>
            <Item
              id="nobody"
              words={t("assign.nobody")}
              onChoose={() => onChoose({ target: { user_id: null } })}
            >
              <span className="command__icon">
                <UserX size={16} aria-hidden />
              </span>
              <span className="command__text">{t("assign.nobody")}</span>
            </Item>
          </Command.Group>
        )}
      </Command.List>
      {sorted && <Command.Empty className="command__empty">{t("assign.empty")}</Command.Empty>}
    </Command>
  );
}

/** Oneself first, then who is here, then by name. */
function sortMembers(members: readonly Member[], myId: string): Member[] {
  const rank = (member: Member) => (member.id === myId ? 0 : member.online ? 1 : 2);
  return [...members].sort((one, other) => rank(one) - rank(other) || one.name.localeCompare(other.name));
}

interface ItemProps {
  id: string;
  words: string;
  onChoose: () => void;
  children: ReactNode;
}

function Item({ id, words, onChoose, children }: ItemProps) {
  return (
    <Command.Item value={id} keywords={[words]} onSelect={onChoose} className="command__item">
      {children}
    </Command.Item>
  );
}

function MemberItem({
  member,
  isMe,
  isCurrent,
  onChoose,
}: {
  member: Member;
  isMe: boolean;
  isCurrent: boolean;
  onChoose: () => void;
}) {
  const { t } = useTranslation();
  return (
    <Item id={member.id} words={`${member.name} ${member.email}`} onChoose={onChoose}>
      <Avatar name={member.name} size="sm" online={member.online} />
      <span className="command__text">
        <bdi>{member.name}</bdi>
        {isMe && <span className="command__aside">{t("assign.you")}</span>}
      </span>
      <span className="command__aside">{t(member.online ? "assign.online" : "assign.offline")}</span>
      {isCurrent && <Current />}
    </Item>
  );
}

function DepartmentItem({
  department,
  isCurrent,
  onChoose,
}: {
  department: Department;
  isCurrent: boolean;
  onChoose: () => void;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Item id={department.id} words={department.name} onChoose={onChoose}>
      <span className="command__icon">
        <Building2 size={16} aria-hidden />
      </span>
      <span className="command__text">{department.name}</span>
      <Badge tone={department.open ? "success" : "neutral"}>
        {department.open
          ? t("assign.open")
          : department.next_open
            ? t("assign.opens", { when: format.soon(department.next_open) })
            : t("assign.closed")}
      </Badge>
      {isCurrent && <Current />}
    </Item>
  );
}

function Current() {
  const { t } = useTranslation();
  return (
    <>
      <Check size={16} aria-hidden />
      <span className="visually-hidden">{t("assign.current")}</span>
    </>
  );
}

function PickerSkeleton() {
  return (
    <div className="command__skeleton" aria-busy="true">
      <Skeleton width="70%" height="1.25rem" />
      <Skeleton width="55%" height="1.25rem" />
      <Skeleton width="62%" height="1.25rem" />
    </div>
  );
}
