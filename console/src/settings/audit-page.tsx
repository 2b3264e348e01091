import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type FormEvent, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { audit } from "~/api/audit";
import { useCan } from "~/session/session";
import { Button } from "~/ui/button";
import { Banner, Empty } from "~/ui/feedback";
import { TextField } from "~/ui/field";
import { Download, ScrollText, Search } from "~/ui/icons";
import { SelectField } from "~/ui/select";
import { AuditRow } from "./audit-line";
import { type AuditSearch, OUTCOMES, parseAuditSearch, toAuditQuery } from "./audit-search";
import { settingKeys } from "./keys";
import { Loaded, SettingsPage } from "./page";
import { useSave } from "./use-save";

export function AuditPage() {
  const { t } = useTranslation();
  const raw = useSearch({ strict: false }) as Record<string, unknown>;
  const search = useMemo(() => parseAuditSearch(raw), [raw]);
  const allowed = useCan()("audit.read");
  const found = useInfiniteQuery({
    queryKey: [...settingKeys.audit, search],
    queryFn: ({ pageParam, signal }) => audit.lines(toAuditQuery(search), pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
    enabled: allowed,
  });
  const exported = useSave({
    run: () => audit.export(toAuditQuery(search)).then(keepFile),
    stale: [settingKeys.audit],
  });
  const items = found.data?.pages.flatMap((page) => page.items);
  return (
    <SettingsPage
      title={t("settings.sections.audit")}
      lead={t("settings.audit.lead")}
      permission="audit.read"
      actions={
        <Button icon={Download} busy={exported.busy} onClick={() => exported.save()}>
          {t("settings.audit.export")}
        </Button>
      }
    >
      {exported.refusal.rest && (
        <Banner tone="danger" alert>
          {exported.refusal.rest}
        </Banner>
      )}
      <Filters search={search} />
      <Loaded query={{ ...found, data: items }}>
        {(lines) =>
          lines.length === 0 ? (
            <Empty icon={ScrollText} title={t("settings.audit.empty.title")}>
              {t("settings.audit.empty.text")}
            </Empty>
          ) : (
            <ul className="records">
              {lines.map((line) => (
                <AuditRow key={line.id} line={line} />
              ))}
            </ul>
          )
        }
      </Loaded>
      {found.hasNextPage && (
        <div>
          <Button busy={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
            {t("settings.more")}
          </Button>
        </div>
      )}
    </SettingsPage>
  );
}

/** The filters go into the URL when they are sent, so a link shows another one the same lines. */
function Filters({ search }: { search: AuditSearch }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const apply = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const typed = Object.fromEntries(new FormData(event.currentTarget));
    void navigate({ to: "/settings/audit", search: parseAuditSearch(typed) });
  };
  return (
    <search>
      <form className="filter-row" key={JSON.stringify(search)} onSubmit={apply}>
        <TextField
          label={t("settings.audit.action")}
          name="action"
          placeholder="member."
          defaultValue={search.action}
          pattern="[a-z0-9_.]{1,80}"
          spellCheck={false}
          autoCapitalize="none"
        />
        <TextField
          label={t("settings.audit.target")}
          name="target"
          placeholder="conversation"
          defaultValue={search.target}
          pattern="[a-z_]{1,40}(:[A-Za-z0-9_.@:\-]{1,200})?"
          spellCheck={false}
          autoCapitalize="none"
        />
        <OutcomeField value={search.outcome ?? ""} />
        <TextField label={t("settings.audit.from")} name="from" type="date" defaultValue={search.from} />
        <TextField label={t("settings.audit.to")} name="to" type="date" defaultValue={search.to} />
        <Button type="submit" icon={Search} size="lg">
          {t("settings.audit.show")}
        </Button>
      </form>
    </search>
  );
}

function OutcomeField({ value }: { value: string }) {
  const { t } = useTranslation();
  return (
    <SelectField
      label={t("settings.audit.outcome")}
      name="outcome"
      defaultValue={value}
      onChange={() => {}}
      options={[
        { value: "", label: t("settings.audit.anyOutcome") },
        ...OUTCOMES.map((each) => ({ value: each, label: t(`settings.audit.outcomes.${each}`) })),
      ]}
    />
  );
}

function keepFile(file: Blob): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = `audit-${new Date().toISOString().slice(0, 10)}.csv`;
  link.click();
  URL.revokeObjectURL(link.href);
}
