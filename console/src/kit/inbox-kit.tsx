import { useState } from "react";
import { useActions } from "~/actions/actions";
import { TargetList } from "~/actions/assign-dialog";
import { Dialogs } from "~/actions/dialogs";
import { ApiError } from "~/api/client";
import { ConversationFacts, CustomerFacts, PanelSkeleton } from "~/customer/customer-panel";
import { type DialogName, openDialog } from "~/frame/ui-state";
import { ConversationRow } from "~/inbox/conversation-row";
import { ListEmpty } from "~/inbox/list-empty";
import { ListSkeleton } from "~/inbox/list-pane";
import { Button } from "~/ui/button";
import { ControllerBadge, StatusBadge } from "~/ui/marks";
import * as fixtures from "./fixtures";
import { Part } from "./part";
import "~/inbox/inbox.css";
import "~/customer/customer.css";

const DIALOGS: DialogName[] = ["command", "help", "assign", "transfer", "hand-back", "snooze"];

export function InboxKit() {
  const [now] = useState(() => Date.now());
  const actions = useActions();
  return (
    <>
      <Part title="ConversationRow" wide>
        <ul className="kit__list">
          {fixtures.conversations.map((conversation) => (
            <li key={conversation.id}>
              <ConversationRow
                conversation={conversation}
                search={{ view: "all" }}
                isOpen={conversation.id === "k2"}
                now={now}
              />
            </li>
          ))}
        </ul>
      </Part>
      <Part title="List: loading" wide>
        <div className="kit__list">
          <ListSkeleton />
        </div>
      </Part>
      <Part title="List: empty" wide>
        <ListEmpty />
      </Part>
      <Part title="ControllerBadge, StatusBadge">
        {fixtures.conversations.slice(0, 4).map((conversation) => (
          <ControllerBadge key={conversation.id} conversation={conversation} />
        ))}
        {(["open", "pending", "snoozed", "resolved"] as const).map((status) => (
          <StatusBadge key={status} status={status} />
        ))}
      </Part>
      <Part title="Customer panel" wide>
        <div className="kit__panels">
          <div className="kit__list">
            <CustomerFacts customer={fixtures.customer} />
            <ConversationFacts conversation={fixtures.conversation()} />
          </div>
          <div className="kit__list">
            <CustomerFacts customer={fixtures.verifiedCustomer} />
            <PanelSkeleton />
          </div>
        </div>
      </Part>
      <Part title="Assignment list" wide>
        <div className="kit__panels">
          <div className="kit__list">
            <TargetList
              conversation={fixtures.conversation()}
              members={fixtures.members}
              departments={fixtures.departments}
              error={null}
              onChoose={() => {}}
              allowNobody
            />
          </div>
          <div className="kit__list">
            <TargetList
              conversation={fixtures.conversation()}
              members={undefined}
              departments={undefined}
              error={new ApiError({ code: "network" })}
              onChoose={() => {}}
            />
          </div>
        </div>
      </Part>
      <Part title="Dialogs (open them)">
        {DIALOGS.map((name) => (
          <Button key={name} onClick={() => openDialog.set(name)}>
            {name}
          </Button>
        ))}
      </Part>
      <Dialogs actions={actions} />
    </>
  );
}
