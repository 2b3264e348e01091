import { openDialog } from "~/frame/ui-state";
import { useInboxPlace } from "~/inbox/place";
import { useStore } from "~/lib/store";
import type { Action } from "./actions";
import { AssignDialog, TransferDialog } from "./assign-dialog";
import { CommandBar } from "./command-bar";
import { HandBackDialog } from "./hand-back-dialog";
import { HelpDialog } from "./help-dialog";
import { SnoozeDialog } from "./snooze-dialog";

/** The dialog that stands open. Those about a conversation vanish with it. */
export function Dialogs({ actions }: { actions: Action[] }) {
  const name = useStore(openDialog);
  const { conversation } = useInboxPlace();
  const close = () => openDialog.set(null);
  if (name === "command") return <CommandBar actions={actions} onClose={close} />;
  if (name === "help") return <HelpDialog actions={actions} onClose={close} />;
  if (!name || !conversation) return null;
  const about = { conversation, onClose: close };
  switch (name) {
    case "assign":
      return <AssignDialog {...about} />;
    case "transfer":
      return <TransferDialog {...about} />;
    case "hand-back":
      return <HandBackDialog {...about} />;
    case "snooze":
      return <SnoozeDialog {...about} />;
  }
}
