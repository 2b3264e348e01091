import { Outlet } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { ListPane } from "./list-pane";
import "./inbox.css";

/** Two panes: the list, and beside it the open conversation (the route below). */
export function InboxPage() {
  const { t } = useTranslation();
  return (
    <div className="inbox">
      <h1 className="visually-hidden">{t("frame.inbox")}</h1>
      <ListPane />
      <Outlet />
    </div>
  );
}
