import { useTranslation } from "react-i18next";
import { useReachedDepartments } from "~/frame/inbox-links";
import { Button } from "~/ui/button";
import { Segmented } from "~/ui/field";
import { ListFilter as FilterIcon, X } from "~/ui/icons";
import { channelIcon, useChannelName } from "~/ui/marks";
import { Popover } from "~/ui/popover";
import { SelectField } from "~/ui/select";
import { useInboxPlace } from "./place";
import { useConversationList } from "./queries";
import { allowsFilter, CONTROLLERS, countFilters, type InboxSearch, STATUSES } from "./search";

const ANY = "any";
const or = <T extends string>(value: T | typeof ANY): T | undefined => (value === ANY ? undefined : value);

/** The channel types that have written lately: of the list in view and of all, and the one asked for. */
function useChannelTypes(): string[] {
  const { list, search } = useInboxPlace();
  const all = useConversationList({ view: "all" });
  const types = new Set([...all.items, ...list.items].map(({ channel }) => channel.type));
  if (search.channel) types.add(search.channel);
  return [...types].sort();
}

export function Filters() {
  const { t } = useTranslation();
  const { search, setSearch } = useInboxPlace();
  const types = useChannelTypes();
  const departments = useReachedDepartments();
  const channelName = useChannelName();
  const count = countFilters(search);
  return (
    <Popover
      label={t("filters.title")}
      trigger={
        <Button variant="quiet" size="sm" icon={FilterIcon} aria-label={t("filters.open", { count })}>
          {t("filters.title")}
          {count > 0 && <span className="counter">{count}</span>}
        </Button>
      }
    >
      <div className="filters">
        <Segmented
          chips
          showLabel
          label={t("filters.channel")}
          value={search.channel ?? ANY}
          onChange={(channel) => setSearch({ channel: or(channel) })}
          options={[
            { value: ANY, label: t("filters.any") },
            ...types.map((type) => ({ value: type, label: channelName(type), icon: channelIcon(type) })),
          ]}
        />
        {departments.length > 0 && (
          <SelectField
            label={t("facts.department")}
            value={search.department ?? ""}
            options={[
              { value: "", label: t("filters.any") },
              ...departments.map(({ id, name }) => ({ value: id, label: name })),
            ]}
            onChange={(department) => setSearch({ department: department || undefined })}
          />
        )}
        <StateFilters search={search} setSearch={setSearch} />
        {count > 0 && (
          <Button
            size="sm"
            onClick={() =>
              setSearch({
                status: undefined,
                controller: undefined,
                channel: undefined,
                department: undefined,
              })
            }
          >
            {t("filters.clear")}
          </Button>
        )}
      </div>
    </Popover>
  );
}

function StateFilters({
  search,
  setSearch,
}: {
  search: InboxSearch;
  setSearch: (change: Partial<InboxSearch>) => void;
}) {
  const { t } = useTranslation();
  const controllers = CONTROLLERS.filter((value) => allowsFilter(search.view, "controller", value));
  return (
    <>
      {controllers.length > 0 && (
        <Segmented
          chips
          showLabel
          label={t("filters.controller")}
          value={search.controller ?? ANY}
          onChange={(controller) => setSearch({ controller: or(controller) })}
          options={[
            { value: ANY, label: t("filters.any") },
            ...controllers.map((value) => ({ value, label: t(`controller.${value}`) })),
          ]}
        />
      )}
      {allowsFilter(search.view, "status") && (
        <Segmented
          chips
          showLabel
          label={t("filters.status")}
          value={search.status ?? ANY}
          onChange={(status) => setSearch({ status: or(status) })}
          options={[
            { value: ANY, label: t(search.view === "mine" ? "filters.openOnly" : "filters.any") },
            ...STATUSES.filter((value) => search.view !== "mine" || value !== "open").map((value) => ({
              value,
              label: t(`status.${value}`),
            })),
          ]}
        />
      )}
    </>
  );
}

/** The filters that are on, each with its own way out. */
export function FilterChips() {
  const { t } = useTranslation();
  const { search, setSearch } = useInboxPlace();
  const channelName = useChannelName();
  const departments = useReachedDepartments();
  if (countFilters(search) === 0) return null;
  const chips = [
    search.channel && { key: "channel" as const, text: channelName(search.channel) },
    search.department && {
      key: "department" as const,
      text: departments.find(({ id }) => id === search.department)?.name ?? t("facts.department"),
    },
    search.controller && { key: "controller" as const, text: t(`controller.${search.controller}`) },
    search.status && { key: "status" as const, text: t(`status.${search.status}`) },
  ].filter((chip) => typeof chip === "object");
  return (
    <ul className="filter-chips" aria-label={t("filters.active")}>
      {chips.map(({ key, text }) => (
        <li key={key}>
          <button
            type="button"
            className="filter-chip"
            onClick={() => setSearch({ [key]: undefined })}
            aria-label={t("filters.remove", { name: text })}
          >
            {text}
            <X size={13} aria-hidden />
          </button>
        </li>
      ))}
    </ul>
  );
}
