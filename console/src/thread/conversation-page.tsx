import { useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "~/api/client";
import { useErrorText } from "~/api/error-text";
import type { Conversation } from "~/api/types";
import { CustomerPanel } from "~/customer/customer-panel";
import { useCustomerName } from "~/customer/names";
import { useInboxPlace } from "~/inbox/place";
import { useLatest } from "~/lib/hooks";
import { useSession } from "~/session/session";
import { Button } from "~/ui/button";
import { Empty, Skeleton } from "~/ui/feedback";
import { CircleAlert, MessagesSquare } from "~/ui/icons";
import { Kbd } from "~/ui/kbd";
import { Composer } from "./composer";
import { ThreadHeader } from "./thread-header";
import { ThreadView } from "./thread-view";
import "./rows.css";
import "./composer.css";
// Last: it adapts the others to narrow screens.
import "./thread.css";

/** The right side of the inbox: thread, composer, customer. */
export function ConversationPage() {
  const { conversation, conversationId, error, panelShown } = useInboxPlace();
  if (!conversationId) return <NothingOpen />;
  if (!conversation) return error ? <CannotOpen error={error} /> : <ThreadSkeleton />;
  return (
    <div className="thread-pane" data-panel={panelShown ? "shown" : "hidden"}>
      <OpenConversation key={conversation.id} conversation={conversation} />
      {panelShown && <CustomerPanel conversation={conversation} />}
    </div>
  );
}

function OpenConversation({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation();
  const session = useSession();
  const { id, last_seq } = conversation;
  const thread = session.threads.get(id);
  const name = useCustomerName()(conversation.customer);

  useEffect(() => session.watch(id), [session, id]);
  const known = useLatest(last_seq);
  useEffect(() => {
    // Once on opening; what comes later the session brings.
    thread.announce(known.current);
    void thread.catchUp();
  }, [thread, known]);

  return (
    <section className="thread-column" aria-label={t("thread.label", { name })}>
      <ThreadHeader conversation={conversation} />
      <ThreadView thread={thread} conversation={conversation} />
      <Composer conversation={conversation} />
    </section>
  );
}

export function NothingOpen() {
  const { t } = useTranslation();
  return (
    <div className="thread-pane thread-pane--empty">
      <Empty icon={MessagesSquare} title={t("thread.nothing.title")}>
        {t("thread.nothing.text")}
        <span className="key-hints">
          <Kbd>J</Kbd> <Kbd>K</Kbd> {t("thread.nothing.keys")}
        </span>
      </Empty>
    </div>
  );
}

function CannotOpen({ error }: { error: unknown }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const errorText = useErrorText();
  const { search } = useInboxPlace();
  const missing = error instanceof ApiError && error.status === 404;
  return (
    <div className="thread-pane thread-pane--empty">
      <Empty
        icon={CircleAlert}
        title={missing ? t("thread.missing.title") : t("thread.failed")}
        actions={
          <Button onClick={() => void navigate({ to: "/inbox", search })}>{t("thread.backToList")}</Button>
        }
      >
        {missing ? t("thread.missing.text") : errorText(error)}
      </Empty>
    </div>
  );
}

function ThreadSkeleton() {
  const { t } = useTranslation();
  return (
    <div className="thread-pane" data-panel="hidden" aria-busy="true">
      <div className="thread-column">
        <span className="visually-hidden" role="status">
          {t("common.loading")}
        </span>
        <div className="thread-head">
          <Skeleton width="10rem" height="1rem" />
        </div>
        <ThreadRowsSkeleton />
      </div>
    </div>
  );
}

export function ThreadRowsSkeleton() {
  return (
    <div className="thread-skeleton" aria-hidden="true">
      <Skeleton width="46%" height="3rem" />
      <Skeleton width="60%" height="4.5rem" />
      <span className="thread-skeleton__own">
        <Skeleton width="52%" height="3.5rem" />
      </span>
      <Skeleton width="38%" height="2.5rem" />
    </div>
  );
}
