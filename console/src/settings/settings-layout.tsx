import { Link, Navigate, Outlet, useLocation } from "@tanstack/react-router";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { NARROW, useMedia } from "~/lib/hooks";
import { useCan } from "~/session/session";
import { Empty } from "~/ui/feedback";
import { ArrowLeft, Lock } from "~/ui/icons";
import { type SectionGroup, sectionAt, visibleGroups } from "./sections";
import "./settings.css";

/** The settings: their navigation beside the page, on phones one after the other. */
export function SettingsLayout() {
  const { t } = useTranslation();
  const groups = visibleGroups(useCan());
  const atIndex = useLocation().pathname.replace(/\/$/, "") === "/settings";
  return (
    <div className="settings" data-place={atIndex ? "index" : "page"}>
      <nav className="settings__nav" aria-label={t("settings.title")}>
        <p className="settings__title">{t("settings.title")}</p>
        {groups.map((group) => (
          <NavGroup key={group.key} group={group} />
        ))}
      </nav>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a page without a control is scrolled by keyboard too */}
      <div className="settings__page" tabIndex={0}>
        <Link to="/settings" className="settings__back">
          <ArrowLeft size={16} aria-hidden />
          {t("settings.title")}
        </Link>
        <Outlet />
      </div>
    </div>
  );
}

function NavGroup({ group }: { group: SectionGroup }) {
  const { t } = useTranslation();
  const id = useId();
  const here = sectionAt(useLocation().pathname);
  return (
    <section aria-labelledby={id}>
      <h2 id={id} className="settings__group">
        {t(`settings.groups.${group.key}`)}
      </h2>
      <ul className="settings__links">
        {group.sections.map(({ key, to, icon: Icon }) => (
          <li key={key}>
            <Link
              to={to}
              className="settings__link"
              activeOptions={{ exact: true }}
              aria-current={key === here ? "page" : undefined}
            >
              <Icon size={16} aria-hidden />
              {t(`settings.sections.${key}`)}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Without a page chosen: the first one where there is room for two columns, else the navigation alone. */
export function SettingsIndex() {
  const { t } = useTranslation();
  const isNarrow = useMedia(NARROW);
  const first = visibleGroups(useCan())[0]?.sections[0];
  if (!first) {
    return (
      <Empty icon={Lock} title={t("settings.nothing.title")}>
        {t("settings.nothing.text")}
      </Empty>
    );
  }
  return isNarrow ? null : <Navigate to={first.to} replace />;
}
