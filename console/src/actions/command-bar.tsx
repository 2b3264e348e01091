import { Command } from "cmdk";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Conversation } from "~/api/types";
import { CustomerAvatar } from "~/customer/customer-avatar";
import { useCustomerName } from "~/customer/names";
import { useInboxPlace } from "~/inbox/place";
import { Dialog } from "~/ui/dialog";
import { Search } from "~/ui/icons";
import { Kbd } from "~/ui/kbd";
import { ControllerBadge } from "~/ui/marks";
import type { Action, ActionGroup } from "./actions";
import { hintFor } from "./bindings";
import { matchScore } from "./match";
import "./actions.css";

const GROUPS: ActionGroup[] = ["conversation", "go", "app"];
const MOST_CONVERSATIONS = 30;

/** Every action by its name, and every loaded conversation by its customer. */
export function CommandBar({ actions, onClose }: { actions: Action[]; onClose: () => void }) {
  const { t } = useTranslation();
  const { list, open } = useInboxPlace();
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
          <Command.Input data-autofocus placeholder={t("command.placeholder")} />
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
          {list.items.length > 0 && (
            <Command.Group heading={t("command.groups.conversations")}>
              {list.items.slice(0, MOST_CONVERSATIONS).map((conversation) => (
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
