import { useQuery } from "@tanstack/react-query";
import { Link, useLocation } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { viewIcon } from "~/actions/actions";
import { hintFor } from "~/actions/bindings";
import { COUNTED_TO, deliveries } from "~/api/deliveries";
import { deliveryKeys } from "~/deliveries/keys";
import { useInboxPlace } from "~/inbox/place";
import { useViewCount } from "~/inbox/queries";
import { isSnoozed, VIEWS, type View } from "~/inbox/search";
import { useCan, useSession } from "~/session/session";
import { Search, Settings, TriangleAlert, Users } from "~/ui/icons";
import { Kbd } from "~/ui/kbd";
import { Logo } from "~/ui/logo";
import { DepartmentLinks, SnoozedLink } from "./inbox-links";
import { openDialog } from "./ui-state";
import { UserMenu } from "./user-menu";

/** Any of these opens some page of the settings; which ones, the settings know (settings/sections.ts). */
const SETTINGS = [
  "settings.read",
  "team.read",
  "webhooks.manage",
  "audit.read",
  "security.manage",
  "privacy.manage",
];

/** The way around the console. Later sections join here as they come to exist. */
export function Sidebar() {
  const { t } = useTranslation();
  const { me } = useSession();
  return (
    <header className="sidebar">
      <div className="sidebar__brand">
        <Logo size={26} />
        <span className="sidebar__tenant">{me.tenant.name}</span>
      </div>
      <button type="button" className="sidebar__search" onClick={() => openDialog.set("command")}>
        <Search size={15} aria-hidden />
        <span>{t("actions.search")}</span>
        <Kbd>{hintFor("command")}</Kbd>
      </button>
      <nav className="sidebar__nav" aria-label={t("frame.navigation")}>
        <p className="sidebar__section">{t("frame.inbox")}</p>
        <ul className="sidebar__views">
          {VIEWS.map((view) => (
            <ViewLink key={view} view={view} />
          ))}
          <SnoozedLink />
          <CustomersLink />
          <DeliveriesLink />
        </ul>
        <DepartmentLinks />
      </nav>
      <SettingsLink />
      <UserMenu />
    </header>
  );
}

function CustomersLink() {
  const { t } = useTranslation();
  if (!useCan()("customers.read")) return null;
  return (
    <li>
      <Link
        to="/customers"
        search={{}}
        className="view-link"
        activeProps={{ "aria-current": "page" }}
        activeOptions={{ includeSearch: false }}
        title={t("customers.title")}
      >
        <Users size={17} aria-hidden />
        <span className="view-link__label">{t("customers.title")}</span>
      </Link>
    </li>
  );
}

/** There while something waits for a decision: most days nothing does. */
function DeliveriesLink() {
  const { t } = useTranslation();
  const isHere = useLocation().pathname === "/deliveries";
  const mayRead = useCan()("conversations.read");
  const { data: count = 0 } = useQuery({
    queryKey: deliveryKeys.count,
    queryFn: ({ signal }) => deliveries.list({}, null, 1, signal).then(({ total }) => total),
    staleTime: Number.POSITIVE_INFINITY, // the session says when to ask again
    enabled: mayRead,
  });
  if (!mayRead || (count === 0 && !isHere)) return null;
  return (
    <li>
      <Link
        to="/deliveries"
        className="view-link"
        activeProps={{ "aria-current": "page" }}
        title={t("deliveries.title")}
      >
        <TriangleAlert size={17} aria-hidden />
        <span className="view-link__label">{t("deliveries.title")}</span>
        {count > 0 && (
          <span className="view-link__count view-link__count--due">
            <span aria-hidden="true">{count >= COUNTED_TO ? `${COUNTED_TO - 1}+` : count}</span>
            <span className="visually-hidden">{t("deliveries.count", { count })}</span>
          </span>
        )}
      </Link>
    </li>
  );
}

function ViewLink({ view }: { view: View }) {
  const { t } = useTranslation();
  const { search } = useInboxPlace();
  const isHere = useLocation().pathname.startsWith("/inbox");
  const count = useViewCount(view);
  const Icon = viewIcon(view);
  // Two that have links of their own.
  const isElsewhere = search.department !== undefined || isSnoozed(search);
  useTitle(view, count?.count ?? 0, isHere);
  const shown = count && (count.count > 0 || count.more) ? `${count.count}${count.more ? "+" : ""}` : "";
  return (
    <li>
      <Link
        to="/inbox"
        search={{ view }}
        className="view-link"
        activeProps={{}}
        activeOptions={{ exact: true }}
        aria-current={isHere && search.view === view && !isElsewhere ? "page" : undefined}
        title={t(`views.${view}`)}
      >
        <Icon size={17} aria-hidden />
        <span className="view-link__label">{t(`views.${view}`)}</span>
        {shown && (
          <span className={`view-link__count${view === "unassigned" ? " view-link__count--due" : ""}`}>
            <span aria-hidden="true">{shown}</span>
            <span className="visually-hidden">{t("list.count", { count: count?.count ?? 0 })}</span>
          </span>
        )}
      </Link>
    </li>
  );
}

function SettingsLink() {
  const { t } = useTranslation();
  const can = useCan();
  if (!SETTINGS.some(can)) return null;
  return (
    <Link
      to="/settings"
      className="view-link sidebar__settings"
      activeProps={{ "aria-current": "page" }}
      title={t("settings.title")}
    >
      <Settings size={17} aria-hidden />
      <span className="view-link__label">{t("settings.title")}</span>
    </Link>
  );
}

/** The tab says how many people wait for a person. */
function useTitle(view: View, count: number, isHere: boolean) {
  const { t } = useTranslation();
  useEffect(() => {
    if (view !== "unassigned" || !isHere) return; // other pages have titles of their own
    document.title = `${count > 0 ? `(${count}) ` : ""}${t("frame.inbox")} · OmniSupport`;
  }, [view, count, isHere, t]);
}
