import { Outlet } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useActions, useShortcuts } from "~/actions/actions";
import { useActionOutcomes } from "~/actions/conversation-actions";
import { Dialogs } from "~/actions/dialogs";
import { InboxPlaceProvider, useInboxPlace } from "~/inbox/place";
import { useSession } from "~/session/session";
import { Announcer, announce } from "~/ui/announcer";
import { Toasts } from "~/ui/toast";
import { ChannelBar } from "./channel-bar";
import { ConnectionBar } from "./connection-bar";
import { ImpersonationBar } from "./impersonation-bar";
import { Sidebar } from "./sidebar";
import "./frame.css";

/** What stands around every page: navigation, connection state, toasts, dialogs, shortcuts. */
export function Frame() {
  return (
    <InboxPlaceProvider>
      <FrameBody />
    </InboxPlaceProvider>
  );
}

function FrameBody() {
  const { t } = useTranslation();
  const { conversationId, panelShown, search } = useInboxPlace();
  const actions = useActions();
  useShortcuts(actions);
  useAnnouncements();
  useActionOutcomes();
  const pane = !conversationId ? "list" : panelShown && search.panel === "open" ? "panel" : "thread";
  return (
    <div className="frame" data-pane={pane}>
      <a className="skip-link" href="#content">
        {t("frame.skip")}
      </a>
      <Sidebar />
      <div className="frame__page">
        <ImpersonationBar />
        <ConnectionBar />
        <ChannelBar />
        <main id="content" className="frame__content" tabIndex={-1}>
          <Outlet />
        </main>
      </div>
      <Dialogs actions={actions} />
      <Toasts />
      <Announcer />
    </div>
  );
}

function useAnnouncements() {
  const session = useSession();
  const { t } = useTranslation();
  useEffect(() => {
    session.onInbound = (message) => {
      announce(
        t("thread.announce", { name: message.author.name || t("author.customer"), text: message.text }),
      );
    };
    return () => {
      session.onInbound = () => {};
    };
  }, [session, t]);
}
