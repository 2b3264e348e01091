import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useCan } from "~/session/session";
import { Empty, Skeleton } from "~/ui/feedback";
import { Lock } from "~/ui/icons";
import { Loaded as LoadedPart, type LoadedQuery } from "~/ui/loaded";

interface PageProps {
  title: string;
  /** One sentence on what this is for. */
  lead?: ReactNode;
  actions?: ReactNode;
  /** Without it the page is not shown, however one came here. */
  permission: string;
  children: ReactNode;
}

/** The head and the column of one page of the settings. */
export function SettingsPage({ title, lead, actions, permission, children }: PageProps) {
  const { t } = useTranslation();
  const allowed = useCan()(permission);
  useEffect(() => {
    document.title = `${title} · OmniSupport`;
  }, [title]);
  return (
    <div className="settings-page">
      <div className="settings-page__head">
        <div className="settings-page__titles">
          <h1 className="settings-page__title">{title}</h1>
          {lead && <p className="settings-page__lead">{lead}</p>}
        </div>
        {allowed && actions}
      </div>
      {allowed ? (
        children
      ) : (
        <Empty icon={Lock} title={t("settings.notAllowed.title")}>
          {t("settings.notAllowed.text")}
        </Empty>
      )}
    </div>
  );
}

/** A list as the settings read it. */
export function useSettings<T>(
  key: readonly unknown[],
  read: (signal: AbortSignal) => Promise<T>,
  on = true,
) {
  return useQuery({ queryKey: key, queryFn: ({ signal }) => read(signal), staleTime: 10_000, enabled: on });
}

/** What was read as rows, or that it is being read, or why it could not be. */
export function Loaded<T>(props: { query: LoadedQuery<T>; children: (data: T) => ReactNode }) {
  return <LoadedPart {...props} waiting={<RowsSkeleton />} />;
}

function RowsSkeleton() {
  const { t } = useTranslation();
  return (
    <div className="records" role="status">
      <span className="visually-hidden">{t("common.loading")}</span>
      {["45%", "60%", "38%"].map((width) => (
        <div key={width} className="record">
          <Skeleton width={width} height="1rem" />
        </div>
      ))}
    </div>
  );
}
