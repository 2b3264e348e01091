import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { type AssignTarget, api } from "~/api/endpoints";
import { useErrorText } from "~/api/error-text";
import type { Conversation, Named } from "~/api/types";
import { useFormat } from "~/i18n/use-format";
import { createStore, useStore } from "~/lib/store";
import type { LiveSession } from "~/session/live-session";
import { useSession } from "~/session/session";
import { showToast } from "~/ui/toast";

export type Verb = "take-over" | "hand-back" | "assign" | "transfer" | "resolve" | "reopen" | "snooze";

const pending = createStore<ReadonlyMap<string, Verb>>(new Map());

/** The action on its way for a conversation, wherever it was started. */
export function usePendingVerb(conversationId: string): Verb | null {
  return useStore(pending).get(conversationId) ?? null;
}

interface Step {
  verb: Verb;
  conversation: Conversation;
  request: () => Promise<Conversation>;
  /** Shown at once where the outcome cannot be another one; the server's answer replaces it. */
  optimistic?: Partial<Conversation>;
  done?: string;
  undo?: () => void;
}

/** True when the server did it. Two presses are one action. */
async function perform(
  session: LiveSession,
  step: Step,
  words: { undo: string; retry: string; error: (e: unknown) => string },
) {
  const { id } = step.conversation;
  if (pending.get().has(id)) return false;
  pending.set((before) => new Map(before).set(id, step.verb));
  const takeBack = step.optimistic ? session.cache.patch(id, step.optimistic) : () => {};
  try {
    session.cache.apply(await step.request());
    if (step.done) {
      const action = step.undo && { label: words.undo, run: step.undo };
      showToast({ tone: "success", about: id, text: step.done, action });
    }
    return true;
  } catch (error) {
    takeBack();
    const again = { label: words.retry, run: () => void perform(session, step, words) };
    showToast({ tone: "error", about: id, text: words.error(error), action: again });
    return false;
  } finally {
    pending.set((before) => {
      const after = new Map(before);
      after.delete(id);
      return after;
    });
  }
}

function asTarget(conversation: Conversation): AssignTarget {
  if (conversation.assignee) return { user_id: conversation.assignee.id };
  return { user_id: null, ...(conversation.department ? { department_id: conversation.department.id } : {}) };
}

function isMine(conversation: Conversation, myId: string): boolean {
  return conversation.controller === "operator" && conversation.assignee?.id === myId;
}

/** Everything that can be done to a conversation, each with its words, its optimism and its undo. */
export function useConversationActions() {
  const session = useSession();
  const { t } = useTranslation();
  const errorText = useErrorText();
  const format = useFormat();
  return useMemo(() => {
    const words = { undo: t("common.undo"), retry: t("common.retry"), error: errorText };
    const run = (step: Step) => perform(session, step, words);

    const reopen = (conversation: Conversation) =>
      run({
        verb: "reopen",
        conversation,
        request: () => api.reopen(conversation.id),
        optimistic: { status: "open" },
        done: t("done.reopened"),
      });

    const assign = (
      conversation: Conversation,
      target: AssignTarget,
      to: { user?: Named; department?: Named },
    ) => {
      const name = to.user?.name ?? to.department?.name;
      // From the bot, assigning is a takeover: not shown before the fence stands, and not undone by assigning.
      const isHeld = conversation.controller === "operator";
      return run({
        verb: "assign",
        conversation,
        request: () => api.assign(conversation.id, target),
        optimistic: isHeld
          ? {
              assignee: to.user ? { id: to.user.id, name: to.user.name } : null,
              ...(to.department ? { department: { id: to.department.id, name: to.department.name } } : {}),
            }
          : undefined,
        done: name ? t("done.assigned", { name }) : t("done.unassigned"),
        undo: isHeld
          ? () =>
              void assign(conversation, asTarget(conversation), { user: conversation.assignee ?? undefined })
          : undefined,
      });
    };

    return {
      // Not optimistic: until the server has raised the fence, the bot may still be the one who speaks.
      takeOver: (conversation: Conversation) =>
        run({ verb: "take-over", conversation, request: () => api.takeOver(conversation.id) }),
      handBack: (conversation: Conversation, summary: string | null) =>
        run({
          verb: "hand-back",
          conversation,
          request: () => api.handBack(conversation.id, summary),
          done: t("done.handedBack"),
        }),
      assign,
      transfer: (conversation: Conversation, target: AssignTarget, note: string | null, name: string) =>
        run({
          verb: "transfer",
          conversation,
          request: () => api.transfer(conversation.id, target, note),
          done: t("done.transferred", { name }),
        }),
      resolve: (conversation: Conversation) =>
        run({
          verb: "resolve",
          conversation,
          request: () => api.resolve(conversation.id),
          optimistic: { status: "resolved" },
          done: t("done.resolved"),
          // Reopened, it is the operator's who did it: only then is reopening an undo.
          undo: isMine(conversation, session.me.user.id) ? () => void reopen(conversation) : undefined,
        }),
      reopen,
      snooze: (conversation: Conversation, until: Date) =>
        run({
          verb: "snooze",
          conversation,
          request: () => api.snooze(conversation.id, until),
          optimistic: { status: "snoozed", snoozed_until: until.toISOString() },
          done: t("done.snoozed", { when: format.soon(until.getTime()) }),
          undo: () => void reopen(conversation),
        }),
    };
  }, [session, t, errorText, format]);
}

export type ConversationActions = ReturnType<typeof useConversationActions>;
