import { useTranslation } from "react-i18next";
import { actionText } from "~/actions/conversation-actions";
import { ApiError } from "~/api/client";
import { useErrorText } from "~/api/error-text";
import type { MessageKind } from "~/api/types";
import { useNow } from "~/lib/hooks";
import { useSession } from "~/session/session";
import { Button } from "~/ui/button";
import { CircleAlert, CloudOff } from "~/ui/icons";
import { showToast } from "~/ui/toast";
import { useOutbox } from "./hooks";
import { isAction, isText, type OutboxItem, type QueuedText } from "./outbox-item";
import { pickedFor } from "./picked";

interface HeldProps {
  conversationId: string;
  onEdit: (text: string, kind: MessageKind) => void;
}

/**
 * The texts the composer keeps because they could not be sent, and the actions that wait in one queue with
 * them: what is wrong, when the next try is, and the way back. The texts are not in the thread: the customer
 * does not have them.
 */
export function HeldTexts({ conversationId, onEdit }: HeldProps) {
  const items = useOutbox(conversationId).filter((item) => item.state !== "sending");
  if (items.length === 0) return null;
  const held = items.filter((item) => item.state === "held");
  const failed = items.filter(isText).filter((item) => item.state === "failed");
  return (
    <>
      {failed.map((item) => (
        <FailedText key={item.id} item={item} onEdit={onEdit} />
      ))}
      {held.length > 0 && <HeldQueue items={held} onEdit={onEdit} />}
    </>
  );
}

function HeldQueue({ items, onEdit }: { items: OutboxItem[]; onEdit: HeldProps["onEdit"] }) {
  const { t } = useTranslation();
  const { outbox } = useSession();
  const first = items[0] as OutboxItem;
  const hasActions = items.some(isAction);
  return (
    <div className="held" role="status" data-testid="held-texts">
      <div className="held__head">
        <CloudOff size={16} aria-hidden />
        <div className="held__words">
          <strong>{t(hasActions ? "held.notDone" : "held.title", { count: items.length })}</strong>
          <HeldReason item={first} hasActions={hasActions} />
        </div>
        <Button size="sm" onClick={() => outbox.retryNow(first.conversationId)}>
          {t("common.retryNow")}
        </Button>
      </div>
      {items.map((item) => (
        <HeldItem key={item.id} item={item} onEdit={onEdit} />
      ))}
    </div>
  );
}

function HeldReason({ item, hasActions }: { item: OutboxItem; hasActions: boolean }) {
  const { t } = useTranslation();
  const now = useNow(1_000);
  const seconds = item.nextTryAt ? Math.max(0, Math.ceil((item.nextTryAt - now) / 1_000)) : 0;
  const cause =
    item.code === null
      ? "kept"
      : item.code === "network" || item.code === "timeout"
        ? "network"
        : item.code === "engine_unavailable"
          ? "engine"
          : "server";
  const reason = t(hasActions ? `held.all.${cause}` : `held.texts.${cause}`);
  return (
    <span>
      {reason} {/* counted for the eye only: a screen reader would be told every second */}
      <span aria-hidden="true">{seconds > 0 ? t("held.nextTry", { count: seconds }) : t("held.trying")}</span>
    </span>
  );
}

function useTakeBack(item: OutboxItem, onEdit: HeldProps["onEdit"]) {
  const { t } = useTranslation();
  const { outbox, me } = useSession();
  return () => {
    const back = outbox.takeBack(item.id);
    if (back) {
      // A template goes back to where it was chosen: as a free text it would be refused.
      if (!isText(back) || back.template) return;
      if (back.files) pickedFor(me.user.id, back.conversationId).restore(back.files);
      onEdit(back.text, back.kind);
    } else showToast({ tone: "info", text: t("held.onItsWay") });
  };
}

function Words({ item }: { item: QueuedText }) {
  const { t } = useTranslation();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <p className="held__text" dir="auto" tabIndex={0}>
      {item.kind === "note" && <em>{t("thread.note")}: </em>}
      {item.text}
      {item.files?.map(({ id, name }) => (
        <bdi key={id}> {name}</bdi>
      ))}
    </p>
  );
}

/** Only what the server cannot have yet may be changed: of the rest the customer would get both. */
function HeldItem({ item, onEdit }: { item: OutboxItem; onEdit: HeldProps["onEdit"] }) {
  const { t } = useTranslation();
  const takeBack = useTakeBack(item, onEdit);
  const fixed = isAction(item) ? t("held.willBeDone") : t("held.handedOver");
  return (
    <div className="held__item">
      {isAction(item) ? <p className="held__text">{actionText(t, item)}</p> : <Words item={item} />}
      {item.tried ? (
        <span className="held__fixed">{fixed}</span>
      ) : (
        <Button size="sm" variant="quiet" onClick={takeBack}>
          {isAction(item) ? t("common.undo") : t("held.edit")}
        </Button>
      )}
    </div>
  );
}

function FailedText({ item, onEdit }: { item: QueuedText; onEdit: HeldProps["onEdit"] }) {
  const { t } = useTranslation();
  const { outbox } = useSession();
  const errorText = useErrorText();
  const takeBack = useTakeBack(item, onEdit);
  const problem = new ApiError({
    code: item.code ?? "unknown",
    detail: item.detail ?? undefined,
    status: 409,
  });
  return (
    <div className="held held--failed" role="alert">
      <div className="held__head">
        <CircleAlert size={16} aria-hidden />
        <div className="held__words">
          <strong>{t("held.refused")}</strong>
          <span>{errorText(problem)}</span>
        </div>
      </div>
      <div className="held__item">
        <Words item={item} />
        <Button size="sm" variant="quiet" onClick={() => outbox.retryFailed(item.id)}>
          {t("common.retry")}
        </Button>
        <Button size="sm" variant="quiet" onClick={takeBack}>
          {t("held.edit")}
        </Button>
      </div>
    </div>
  );
}
