import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useErrorText } from "~/api/error-text";
import { Button } from "./button";
import { Banner, Skeleton } from "./feedback";

interface LoadedProps<T> {
  query: { data: T | undefined; error: unknown; isFetching: boolean; refetch: () => unknown };
  children: (data: T) => ReactNode;
}

/** What was read, or that it is being read, or why it could not be and a way to try again. */
export function Loaded<T>({ query, children }: LoadedProps<T>) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  if (query.data !== undefined) return children(query.data);
  if (query.error)
    return (
      <Banner
        tone="danger"
        alert
        action={
          <Button size="sm" busy={query.isFetching} onClick={() => void query.refetch()}>
            {t("common.retry")}
          </Button>
        }
      >
        {errorText(query.error)}
      </Banner>
    );
  return (
    <div className="form" aria-busy="true">
      <span className="visually-hidden">{t("common.loading")}</span>
      <Skeleton width="60%" height="1rem" />
      <Skeleton width="80%" />
      <Skeleton width="45%" />
    </div>
  );
}
