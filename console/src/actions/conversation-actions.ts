import { useEffect, useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { AssignTarget } from "~/api/endpoints";
import { useErrorText } from "~/api/error-text";
import type { Conversation, Named, Verb } from "~/api/types";
import type { Translate } from "~/i18n";
import { useFormat } from "~/i18n/use-format";
import { useSession } from "~/session/session";
import { useOutbox } from "~/thread/hooks";
import { isAction, type NewAction } from "~/thread/outbox-item";
import { showToast } from "~/ui/toast";

/** The action on its way for a conversation, wherever it was started. */
export function usePendingVerb(conversationId: string): Verb | null {
  return useOutbox(conversationId).find(isAction)?.verb ?? null;
}

const VERB_LABELS = {
  "take-over": "actions.takeOver",
  "hand-back": "actions.handBack",
  assign: "actions.assign",
  transfer: "actions.transfer",
  resolve: "actions.resolve",
  reopen: "actions.reopen",
  snooze: "actions.snooze",
} as const;

/** An action in words, "Assign: Anna" for one. */
export function actionText(t: Translate, { verb, name }: Pick<NewAction, "verb" | "name">): string {
  const label = t(VERB_LABELS[verb]);
  return name ? `${label}: ${name}` : label;
}

function asTarget(conversation: Conversation): AssignTarget {
  if (conversation.assignee) return { user_id: conversation.assignee.id };
  return { user_id: null, ...(conversation.department ? { department_id: conversation.department.id } : {}) };
}

function isMine(conversation: Conversation, myId: string): boolean {
  return conversation.controller === "operator" && conversation.assignee?.id === myId;
}

type To = { user?: Named; department?: Named };

function shownAssigned({ user, department }: To): Partial<Conversation> {
  return {
    assignee: user ? { id: user.id, name: user.name } : null,
    ...(department ? { department: { id: department.id, name: department.name } } : {}),
  };
}

/** Everything that can be done to a conversation, each with its words, its optimism and its undo. */
export function useConversationActions() {
  const { outbox, me } = useSession();
  const { t } = useTranslation();
  const format = useFormat();
  return useMemo(() => {
    const reopening = ({ id: conversationId }: Conversation): NewAction => ({
      conversationId,
      verb: "reopen",
      body: {},
      shows: { status: "open" },
      done: t("done.reopened"),
    });
    const assigning = (conversation: Conversation, target: AssignTarget, to: To): NewAction => {
      const name = to.user?.name ?? to.department?.name;
      return {
        conversationId: conversation.id,
        verb: "assign",
        body: target,
        name,
        // From the bot, assigning is a takeover: not shown before the fence stands.
        shows: conversation.controller === "operator" ? shownAssigned(to) : undefined,
        done: name ? t("done.assigned", { name }) : t("done.unassigned"),
      };
    };

    return {
      // Not optimistic: until the server has raised the fence, the bot may still be the one who speaks.
      takeOver: ({ id }: Conversation) => outbox.act({ conversationId: id, verb: "take-over", body: {} }),
      handBack: ({ id }: Conversation, summary: string | null) =>
        outbox.act({
          conversationId: id,
          verb: "hand-back",
          body: summary ? { summary } : {},
          done: t("done.handedBack"),
        }),
      assign: (conversation: Conversation, target: AssignTarget, to: To) => {
        const back = { user: conversation.assignee ?? undefined };
        return outbox.act({
          ...assigning(conversation, target, to),
          // What took it from the bot is not undone by assigning.
          undo:
            conversation.controller === "operator"
              ? assigning(conversation, asTarget(conversation), back)
              : undefined,
        });
      },
      transfer: ({ id }: Conversation, target: AssignTarget, note: string | null, name: string) =>
        outbox.act({
          conversationId: id,
          verb: "transfer",
          body: note ? { ...target, note } : target,
          name,
          done: t("done.transferred", { name }),
        }),
      resolve: (conversation: Conversation) =>
        outbox.act({
          conversationId: conversation.id,
          verb: "resolve",
          body: {},
          shows: { status: "resolved" },
          done: t("done.resolved"),
          // Reopened, it is the operator's who did it: only then is reopening an undo.
          undo: isMine(conversation, me.user.id) ? reopening(conversation) : undefined,
        }),
      reopen: (conversation: Conversation) => outbox.act(reopening(conversation)),
      snooze: (conversation: Conversation, until: Date) =>
        outbox.act({
          conversationId: conversation.id,
          verb: "snooze",
          body: { until: until.toISOString() },
          shows: { status: "snoozed", snoozed_until: until.toISOString() },
          done: t("done.snoozed", { when: format.soon(until.getTime()) }),
          undo: reopening(conversation),
        }),
    };
  }, [outbox, me, t, format]);
}

export type ConversationActions = ReturnType<typeof useConversationActions>;

/** Says what has become of actions, also of those that an earlier page left waiting. */
export function useActionOutcomes(): void {
  const session = useSession();
  const { t } = useTranslation();
  const errorText = useErrorText();
  useEffect(() => {
    const { outbox } = session;
    session.onAction = (item, outcome) => {
      const about = item.conversationId;
      const action = actionText(t, item);
      if (outcome === "done") {
        const { done, undo } = item;
        const back = undo && { label: t("common.undo"), run: () => void outbox.act(undo) };
        if (done) showToast({ tone: "success", about, text: done, action: back });
      } else if (outcome === "waiting") {
        const text =
          item.code === "engine_unavailable"
            ? t("waiting.engine", { action })
            : t("waiting.server", { action });
        showToast({ tone: "info", about, text });
      } else {
        const { conversationId, verb, body, shows, name, done, undo } = item;
        const again = () => void outbox.act({ conversationId, verb, body, shows, name, done, undo });
        const text = `${action}: ${errorText(outcome)}`;
        showToast({ tone: "error", about, text, action: { label: t("common.retry"), run: again } });
      }
    };
    return () => {
      session.onAction = () => {};
    };
  }, [session, t, errorText]);
}
