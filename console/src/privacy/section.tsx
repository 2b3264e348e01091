import { type InfiniteData, type UseInfiniteQueryResult, useInfiniteQuery } from "@tanstack/react-query";
import { type ReactNode, useId } from "react";
import { useTranslation } from "react-i18next";
import type { PageOf } from "~/api/privacy";
import { Loaded } from "~/settings/page";
import { Button } from "~/ui/button";

/** While something is under way its list is read again so often. */
const LOOK_AGAIN_MS = 3_000;

/** A list by pages; what is under way is looked at again until it is done. */
export function usePages<T>(
  queryKey: readonly unknown[],
  read: (cursor: string | null, signal?: AbortSignal) => Promise<PageOf<T>>,
  isUnderWay: (item: T) => boolean = () => false,
) {
  return useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) => read(pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    refetchInterval: ({ state }) =>
      state.data?.pages.some((page) => page.items.some(isUnderWay)) ? LOOK_AGAIN_MS : false,
  });
}

interface SectionProps<T> {
  title: string;
  text: string;
  actions?: ReactNode;
  empty: string;
  pages: UseInfiniteQueryResult<InfiniteData<PageOf<T>>>;
  row: (item: T) => ReactNode;
}

/** One list of the privacy page. */
export function Section<T>({ title, text, actions, empty, pages, row }: SectionProps<T>) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <section className="setting setting--wide" aria-labelledby={id}>
      <div className="setting__head">
        <h2 id={id} className="form-part__title">
          {title}
        </h2>
        {actions}
      </div>
      <p className="setting__text">{text}</p>
      <Loaded query={{ ...pages, data: pages.data?.pages.flatMap((page) => page.items) }}>
        {(items) =>
          items.length === 0 ? (
            <p className="setting__none">{empty}</p>
          ) : (
            <ul className="records">{items.map(row)}</ul>
          )
        }
      </Loaded>
      {pages.hasNextPage && (
        <div>
          <Button busy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
            {t("settings.more")}
          </Button>
        </div>
      )}
    </section>
  );
}
