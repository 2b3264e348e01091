import { Command } from "cmdk";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Conversation } from "~/api/types";
import { CustomerAvatar } from "~/customer/customer-avatar";
import { useCustomerName } from "~/customer/names";
import { useInboxPlace } from "~/inbox/place";
import { useSession } from "~/session/session";
import { Dialog } from "~/ui/dialog";
import { Search } from "~/ui/icons";
import { Kbd } from "~/ui/kbd";
import { ControllerBadge } from "~/ui/marks";
import type { Action, ActionGroup } from "./actions";
import { hintFor } from "./bindings";
import { contains, matchScore } from "./match";
import "./actions.css";

const GROUPS: ActionGroup[] = ["conversation", "go", "app"];
const MOST_CONVERSATIONS = 30;

/** Every action by its name, and every loaded conversation by its customer or its last words. */
export function CommandBar({ actions, onClose }: { actions: Action[]; onClose: () => void }) {
  const { t } = useTranslation();
  const { open } = useInboxPlace();
  const [typed, setTyped] = useState("");
  const found = useFoundConversations(typed);
  const run = (action: () => void) => {
    onClose();
    action();
  };
  const byGroup = useMemo(
    () =>
      GROUPS.map(
        (group) => [group, actions.filter((one) => one.group === group && one.id !== "command")] as const,
      ),
    [actions],
  );
  return (
    <Dialog title={t("command.title")} onClose={onClose} bare wide>
      <Command label={t("command.title")} filter={matchScore} loop className="command">
        <div className="command__field">
          <Search size={17} aria-hidden />
          <Command.Input
            data-autofocus
            placeholder={t("command.placeholder")}
            value={typed}
            onValueChange={setTyped}
          />
          <Kbd>Esc</Kbd>
        </div>
        <Command.List className="command__list" label={t("command.results")}>
          {byGroup.map(
            ([group, members]) =>
              members.length > 0 && (
                <Command.Group key={group} heading={t(`command.groups.${group}`)}>
                  {members.map((action) => (
                    <ActionItem key={action.id} action={action} onRun={() => run(action.run)} />
                  ))}
                </Command.Group>
              ),
          )}
          {found.length > 0 && (
            <Command.Group heading={t("command.groups.conversations")}>
              {found.map((conversation) => (
                <ConversationItem
                  key={conversation.id}
                  conversation={conversation}
                  onRun={() => run(() => open(conversation.id))}
                />
              ))}
            </Command.Group>
          )}
        </Command.List>
        <Command.Empty className="command__empty">{t("command.empty")}</Command.Empty>
      </Command>
    </Dialog>
  );
}

/** Among all lists that are loaded: the server has no search yet. */
function useFoundConversations(typed: string): Conversation[] {
  const { cache } = useSession();
  const name = useCustomerName();
  const loaded = useMemo(() => cache.loaded(), [cache]);
  const isFound = ({ customer, last_message }: Conversation) =>
    contains(typed, [name(customer), last_message?.text ?? ""]);
  return loaded.filter(isFound).slice(0, MOST_CONVERSATIONS);
}

function ActionItem({ action, onRun }: { action: Action; onRun: () => void }) {
  const hint = hintFor(action.id);
  const Icon = action.icon;
  return (
    <Command.Item
      value={action.id}
      keywords={[action.label, ...(action.keywords ?? [])]}
      onSelect={onRun}
      className="command__item"
    >
      <Icon size={16} aria-hidden />
      <span className="command__text">{action.label}</span>
      {hint && <Kbd>{hint}</Kbd>}
    </Command.Item>
  );
}

function ConversationItem({ conversation, onRun }: { conversation: Conversation; onRun: () => void }) {
  const name = useCustomerName()(conversation.customer);
  return (
    <Command.Item
      value={`conversation-${conversation.id}`}
      keywords={[name, conversation.last_message?.text ?? ""]}
      onSelect={onRun}
      className="command__item"
    >
      <CustomerAvatar customer={conversation.customer} size="sm" />
      <span className="command__text">
        <bdi>{name}</bdi>
        <span className="command__aside">{conversation.last_message?.text}</span>
      </span>
      <ControllerBadge conversation={conversation} plain />
    </Command.Item>
  );
}
