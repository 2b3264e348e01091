import { useQuery } from "@tanstack/react-query";
import { Link, useLocation } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api } from "~/api/endpoints";
import type { Department } from "~/api/types";
import { keys } from "~/inbox/cache";
import { countText, useCounts } from "~/inbox/counts";
import { useInboxPlace } from "~/inbox/place";
import { isSnoozed } from "~/inbox/search";
import { useCan, useSession } from "~/session/session";
import { AlarmClock, Building2 } from "~/ui/icons";

/** What sleeps until later. */
export function SnoozedLink() {
  const { t } = useTranslation();
  const { search } = useInboxPlace();
  const isInbox = useLocation().pathname.startsWith("/inbox");
  const count = useCounts()?.snoozed ?? 0;
  const isHere = isInbox && isSnoozed(search);
  return (
    <li className="sidebar__snoozed">
      <Link
        to="/inbox"
        search={{ view: "all", status: "snoozed" }}
        className="view-link"
        activeProps={{}}
        activeOptions={{ exact: true }}
        aria-current={isHere ? "page" : undefined}
        title={t("frame.snoozed")}
      >
        <AlarmClock size={17} aria-hidden />
        <span className="view-link__label">{t("frame.snoozed")}</span>
        <Count count={count} />
      </Link>
    </li>
  );
}

/** The departments in reach, each with what is open there; where there is little room they are a filter. */
export function DepartmentLinks() {
  const { t } = useTranslation();
  const shown = useReachedDepartments();
  if (shown.length === 0) return null;
  return (
    <div className="sidebar__departments">
      <p className="sidebar__section">{t("frame.departments")}</p>
      <ul className="sidebar__views">
        {shown.map(({ id, name, count }) => (
          <DepartmentLink key={id} id={id} name={name} count={count} />
        ))}
      </ul>
    </div>
  );
}

function DepartmentLink({ id, name, count }: { id: string; name: string; count: number }) {
  const { search } = useInboxPlace();
  const isHere = useLocation().pathname.startsWith("/inbox") && search.department === id;
  return (
    <li>
      <Link
        to="/inbox"
        search={{ view: "all", status: "open", department: id }}
        className="view-link"
        activeProps={{}}
        activeOptions={{ exact: true }}
        aria-current={isHere ? "page" : undefined}
        title={name}
      >
        <Building2 size={17} aria-hidden />
        <span className="view-link__label">{name}</span>
        <Count count={count} />
      </Link>
    </li>
  );
}

/** Departments by name; to whom reaches only some, those that have something for him. */
export function useReachedDepartments(): (Pick<Department, "id" | "name"> & { count: number })[] {
  const { me } = useSession();
  const counts = useCounts()?.departments;
  const departments = useQuery({
    queryKey: keys.departments,
    queryFn: ({ signal }) => api.departments(signal),
    enabled: useCan()("team.read"),
    staleTime: 60_000,
  });
  const all = (departments.data ?? []).map(({ id, name }) => ({ id, name, count: counts?.[id] ?? 0 }));
  return me.scope && me.scope !== "all" ? all.filter(({ count }) => count > 0) : all;
}

function Count({ count }: { count: number }) {
  const { t } = useTranslation();
  if (count === 0) return null;
  return (
    <span className="view-link__count">
      <span aria-hidden="true">{countText(count)}</span>
      <span className="visually-hidden">{t("list.count", { count })}</span>
    </span>
  );
}
