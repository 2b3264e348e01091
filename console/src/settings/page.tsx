import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "~/api/client";
import { useErrorText } from "~/api/error-text";
import { useCan } from "~/session/session";
import { Button } from "~/ui/button";
import { Banner, Empty, Skeleton } from "~/ui/feedback";
import { Lock } from "~/ui/icons";

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

interface LoadedProps<T> {
  query: { data: T | undefined; error: unknown; isFetching: boolean; refetch: () => unknown };
  children: (data: T) => ReactNode;
}

/** What was read, or that it is being read, or why it could not be. */
export function Loaded<T>({ query, children }: LoadedProps<T>) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const { data, error } = query;
  if (data === undefined && error) {
    const canRetry = !(error instanceof ApiError) || error.status !== 404;
    return (
      <Banner
        tone="danger"
        alert
        action={
          canRetry && (
            <Button size="sm" busy={query.isFetching} onClick={() => query.refetch()}>
              {t("common.retry")}
            </Button>
          )
        }
      >
        {errorText(error)}
      </Banner>
    );
  }
  if (data === undefined) return <RowsSkeleton />;
  return (
    <>
      {Boolean(error) && <Banner tone="warning">{t("settings.stale")}</Banner>}
      {children(data)}
    </>
  );
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
