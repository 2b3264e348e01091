import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { viewIcon } from "~/actions/actions";
import { Button } from "~/ui/button";
import { Empty } from "~/ui/feedback";
import { AlarmClock, ListFilter } from "~/ui/icons";
import { useInboxPlace } from "./place";
import { useViewCount } from "./queries";
import { countFilters, isSnoozed, type View } from "./search";

/** Where to look when a view is empty. */
const NEXT: Record<View, View | null> = { mine: "unassigned", unassigned: "bot", bot: "all", all: null };

export function ListEmpty() {
  const { t } = useTranslation();
  const { search, setSearch } = useInboxPlace();
  if (isSnoozed(search))
    return (
      <Empty icon={AlarmClock} title={t("list.noSnoozed.title")}>
        {t("list.noSnoozed.text")}
      </Empty>
    );
  if (countFilters(search) > 0) {
    const clear = () =>
      setSearch({ status: undefined, controller: undefined, channel: undefined, department: undefined });
    return (
      <Empty
        icon={ListFilter}
        title={t("list.emptyFiltered.title")}
        actions={<Button onClick={clear}>{t("filters.clear")}</Button>}
      >
        {t("list.emptyFiltered.text")}
      </Empty>
    );
  }
  return <ViewEmpty view={search.view} />;
}

function ViewEmpty({ view }: { view: View }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const next = NEXT[view];
  const count = useViewCount(next ?? "all")?.count ?? 0;
  return (
    <Empty
      icon={viewIcon(view)}
      title={t(`list.empty.${view}.title`)}
      actions={
        next && (
          <Button onClick={() => void navigate({ to: "/inbox", search: { view: next } })}>
            {t("list.openView", { view: t(`views.${next}`), number: count })}
          </Button>
        )
      }
    >
      {t(`list.empty.${view}.text`)}
    </Empty>
  );
}
