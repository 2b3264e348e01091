import { useTranslation } from "react-i18next";
import { useErrorText } from "~/api/error-text";
import { useReachedDepartments } from "~/frame/inbox-links";
import { Button } from "~/ui/button";
import { Banner, Skeleton } from "~/ui/feedback";
import { ConversationList } from "./conversation-list";
import { FilterChips, Filters } from "./filters";
import { ListEmpty } from "./list-empty";
import { useInboxPlace } from "./place";
import { type InboxSearch, isSnoozed } from "./search";

export function ListPane() {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const { search, list } = useInboxPlace();
  const title = useListTitle(search);
  return (
    <section className="list-pane" aria-label={t("list.label", { view: title })}>
      <div className="pane-head">
        <h2 className="pane-head__title">{title}</h2>
        {list.count && (
          <span className="pane-head__count">
            {list.count.count}
            {list.count.more && "+"}
          </span>
        )}
        <span className="pane-head__space" />
        <Filters />
      </div>
      <FilterChips />
      {list.isError && list.items.length > 0 && (
        <div className="list-pane__notice">
          <Banner tone="warning">{t("list.stale")}</Banner>
        </div>
      )}
      {list.isPending ? (
        <ListSkeleton />
      ) : list.isError && list.items.length === 0 ? (
        <div className="list-pane__notice">
          <Banner
            tone="danger"
            alert
            action={
              <Button size="sm" onClick={() => void list.refetch()}>
                {t("common.retry")}
              </Button>
            }
          >
            {errorText(list.error)}
          </Banner>
        </div>
      ) : list.items.length === 0 ? (
        <ListEmpty />
      ) : (
        <ConversationList />
      )}
    </section>
  );
}

/** A department's name, or that of the view. */
function useListTitle(search: InboxSearch): string {
  const { t } = useTranslation();
  const name = useReachedDepartments().find(({ id }) => id === search.department)?.name;
  if (name) return name;
  return isSnoozed(search) ? t("frame.snoozed") : t(`views.${search.view}`);
}

const WIDTHS = ["62%", "48%", "70%", "55%", "66%", "44%", "58%"];

export function ListSkeleton() {
  const { t } = useTranslation();
  return (
    <div aria-busy="true">
      <span className="visually-hidden" role="status">
        {t("common.loading")}
      </span>
      {WIDTHS.map((width) => (
        <div className="row row--skeleton" key={width}>
          <Skeleton width="2rem" height="2rem" round />
          <div className="row__body row__body--skeleton">
            <Skeleton width={width} />
            <Skeleton width="92%" height="0.625rem" />
            <Skeleton width="38%" height="0.625rem" />
          </div>
        </div>
      ))}
    </div>
  );
}
