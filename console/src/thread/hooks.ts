import { useMemo } from "react";
import { useStore } from "~/lib/store";
import { useSession } from "~/session/session";
import type { OutboxItem } from "./outbox";

/** The texts of one conversation that the server does not have yet. */
export function useOutbox(conversationId: string): OutboxItem[] {
  const { outbox } = useSession();
  const items = useStore(outbox.items);
  return useMemo(
    () => items.filter((item) => item.conversationId === conversationId),
    [items, conversationId],
  );
}
