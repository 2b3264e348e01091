import { useMemo } from "react";
import { useStore } from "~/lib/store";
import { useSession } from "~/session/session";
import type { OutboxItem } from "./outbox-item";

/** What one conversation waits for: texts and actions that the server has not answered yet. */
export function useOutbox(conversationId: string): OutboxItem[] {
  const { outbox } = useSession();
  const items = useStore(outbox.items);
  return useMemo(
    () => items.filter((item) => item.conversationId === conversationId),
    [items, conversationId],
  );
}
