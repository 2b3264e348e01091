import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { type Action, useActions } from "~/actions/actions";
import { type ActionId, hintFor } from "~/actions/bindings";
import { usePendingVerb } from "~/actions/conversation-actions";
import type { Conversation } from "~/api/types";
import { useCustomerName } from "~/customer/names";
import { useInboxPlace } from "~/inbox/place";
import { NARROW, useMedia } from "~/lib/hooks";
import { Button, IconButton } from "~/ui/button";
import { ArrowLeft, Ellipsis } from "~/ui/icons";
import { ControllerBadge, StatusBadge } from "~/ui/marks";
import { Menu, MenuItem } from "~/ui/menu";
import { Tooltip } from "~/ui/tooltip";

/** Beside the name in this order; what does not fit goes into the menu. */
const UP_FRONT: ActionId[] = ["take-over", "hand-back", "assign", "resolve", "reopen"];
const UP_FRONT_NARROW: ActionId[] = ["take-over"];

export function ThreadHeader({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { search } = useInboxPlace();
  const name = useCustomerName()(conversation.customer);
  const isNarrow = useMedia(NARROW);
  const actions = useActions().filter((action) => action.group === "conversation");
  const upFront = isNarrow ? UP_FRONT_NARROW : UP_FRONT;
  const shown = upFront.flatMap((id) => actions.filter((action) => action.id === id));
  const panel = actions.find((action) => action.id === "panel");
  const rest = actions.filter((action) => !shown.includes(action) && action !== panel);
  return (
    <header className="thread-head">
      {isNarrow && (
        <IconButton
          icon={ArrowLeft}
          label={t("thread.backToList")}
          onClick={() => void navigate({ to: "/inbox", search: { ...search, panel: undefined } })}
        />
      )}
      <div className="thread-head__who">
        <h2 className="thread-head__name">
          <bdi>{name}</bdi>
        </h2>
        <div className="thread-head__marks">
          {/* Where there is little room, open goes without saying. */}
          {!(isNarrow && conversation.status === "open") && <StatusBadge status={conversation.status} />}
          <ControllerBadge conversation={conversation} />
          {!isNarrow && conversation.department && (
            <span className="thread-head__meta">{conversation.department.name}</span>
          )}
        </div>
      </div>
      <div className="thread-head__actions">
        {shown.map((action) => (
          <HeaderAction key={action.id} action={action} conversationId={conversation.id} />
        ))}
        <MoreMenu actions={rest} />
        {panel && <PanelToggle action={panel} />}
      </div>
    </header>
  );
}

function HeaderAction({ action, conversationId }: { action: Action; conversationId: string }) {
  const verb = usePendingVerb(conversationId);
  const isMain = action.id === "take-over";
  return (
    <Tooltip label={action.label} hint={hintFor(action.id)}>
      <Button
        size="sm"
        variant={isMain ? "primary" : "secondary"}
        icon={action.icon}
        busy={verb === action.id}
        onClick={action.run}
        className={isMain ? "" : "thread-head__button"}
        aria-label={action.label}
        data-action={action.id}
      >
        <span className="thread-head__label">{action.label}</span>
      </Button>
    </Tooltip>
  );
}

function MoreMenu({ actions }: { actions: Action[] }) {
  const { t } = useTranslation();
  return (
    <Menu
      label={t("thread.more")}
      trigger={<IconButton icon={Ellipsis} label={t("thread.more")} size="sm" />}
    >
      {actions.map((action) => (
        <MenuItem key={action.id} icon={action.icon} hint={hintFor(action.id)} onSelect={action.run}>
          {action.label}
        </MenuItem>
      ))}
    </Menu>
  );
}

function PanelToggle({ action }: { action: Action }) {
  const { panelShown } = useInboxPlace();
  return (
    <IconButton
      icon={action.icon}
      label={action.label}
      hint={hintFor("panel")}
      size="sm"
      aria-pressed={panelShown}
      onClick={action.run}
    />
  );
}
