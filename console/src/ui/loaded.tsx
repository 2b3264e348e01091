import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "~/api/client";
import { useErrorText } from "~/api/error-text";
import { Button } from "./button";
import { Banner, Skeleton } from "./feedback";

export interface LoadedQuery<T> {
  data: T | undefined;
  error: unknown;
  isFetching: boolean;
  refetch: () => unknown;
}

interface LoadedProps<T> {
  query: LoadedQuery<T>;
  children: (data: T) => ReactNode;
  /** What stands there while it is being read. */
  waiting?: ReactNode;
}

/** What was read, or that it is being read, or why it could not be and a way to try again. */
export function Loaded<T>({ query, children, waiting = <FormWaiting /> }: LoadedProps<T>) {
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
            <Button size="sm" busy={query.isFetching} onClick={() => void query.refetch()}>
              {t("common.retry")}
            </Button>
          )
        }
      >
        {errorText(error)}
      </Banner>
    );
  }
  if (data === undefined) return waiting;
  return (
    <>
      {Boolean(error) && <Banner tone="warning">{t("common.stale")}</Banner>}
      {children(data)}
    </>
  );
}

function FormWaiting() {
  const { t } = useTranslation();
  return (
    <div className="form" aria-busy="true">
      <span className="visually-hidden">{t("common.loading")}</span>
      <Skeleton width="60%" height="1rem" />
      <Skeleton width="80%" />
      <Skeleton width="45%" />
    </div>
  );
}
