import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Decision, deliveries } from "~/api/deliveries";
import { useErrorText } from "~/api/error-text";
import type { Message } from "~/api/types";
import { useSession } from "~/session/session";
import { showToast } from "~/ui/toast";
import { deliveryKeys } from "./keys";

type Send = Pick<Message, "id" | "conversation_id">;

/** Decide of sends that ended badly, one after the other; tells what came of it. */
export function useDecide() {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const queries = useQueryClient();
  const { threads } = useSession();
  const [busy, setBusy] = useState<Decision | null>(null);
  const decide = async (sends: readonly Send[], decision: Decision): Promise<void> => {
    setBusy(decision);
    let done = 0;
    let failed: unknown = null;
    for (const send of sends) {
      try {
        const message = await deliveries.decide(send, decision);
        threads.peek(send.conversation_id)?.receive([message]);
        done += 1;
      } catch (error) {
        failed = error;
      }
    }
    setBusy(null);
    await queries.invalidateQueries({ queryKey: deliveryKeys.all });
    if (failed !== null) {
      const left = sends.length - done;
      const reason = errorText(failed);
      const text = sends.length === 1 ? reason : t("deliveries.notAll", { count: left, reason });
      showToast({ tone: "error", text, about: "deliveries" });
    } else {
      showToast({
        tone: "success",
        text: t(`deliveries.done.${decision}`, { count: done }),
        about: "deliveries",
      });
    }
  };
  return { decide, busy };
}
