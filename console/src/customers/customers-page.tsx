import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { type ReactNode, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "~/api/endpoints";
import type { CustomerLine, CustomerPage as PageOfCustomers } from "~/api/types";
import { CustomerAvatar } from "~/customer/customer-avatar";
import { useCustomerName } from "~/customer/names";
import { useFormat } from "~/i18n/use-format";
import { useCan } from "~/session/session";
import { Button } from "~/ui/button";
import { Empty } from "~/ui/feedback";
import { Segmented, TextField } from "~/ui/field";
import { Upload, UserPlus, Users } from "~/ui/icons";
import { Loaded } from "~/ui/loaded";
import { useChannelName } from "~/ui/marks";
import { Page } from "~/ui/page";
import { CustomerForm } from "./customer-form";
import { CustomerImport } from "./customer-import";
import { ExportButton } from "./export-button";
import { type CustomerSearch, countCustomerFilters, parseCustomerSearch } from "./search";
import { ShownTag } from "./shown-tag";
import { useOfferedTags } from "./tags";
import "./customers.css";

const CHANNELS = ["widget", "telegram", "whatsapp", "sms", "email", "vk"];
const TYPING_MS = 300;

/** Who writes to the workspace: searched and filtered, and the choice stands in the URL. */
export function CustomersPage() {
  const { t } = useTranslation();
  const can = useCan();
  const navigate = useNavigate();
  const search = parseCustomerSearch(useSearch({ strict: false }) as Record<string, unknown>);
  const found = useInfiniteQuery({
    queryKey: ["customers", search],
    queryFn: ({ pageParam, signal }) => api.customers(search, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page: PageOfCustomers) => page.next_cursor,
    enabled: can("customers.read"),
    placeholderData: keepPreviousData,
  });
  const change = (part: Partial<CustomerSearch>) =>
    void navigate({ to: "/customers", search: parseCustomerSearch({ ...search, ...part }), replace: true });
  const [open, setOpen] = useState<"new" | "import" | null>(null);
  const add = can("customers.write") && (
    <Button variant="primary" icon={UserPlus} onClick={() => setOpen("new")}>
      {t("customers.new")}
    </Button>
  );
  const first = found.data?.pages[0];
  const count = first && t("customers.count", { count: first.total });
  if (!can("customers.read"))
    return (
      <Page title={t("customers.title")}>
        <Empty icon={Users} title={t("customers.notAllowed")}>
          {t("errors.forbidden")}
        </Empty>
      </Page>
    );
  return (
    <Page
      title={t("customers.title")}
      hint={first?.total_is_more ? `${count}+` : count}
      actions={
        <>
          {can("customers.export") && (
            <>
              <ExportButton search={search} />
              <Button icon={Upload} onClick={() => setOpen("import")}>
                {t("import.open")}
              </Button>
            </>
          )}
          {add}
        </>
      }
      wide
    >
      <Filters search={search} onChange={change} />
      <Loaded query={{ ...found, data: found.data?.pages.flatMap((page) => page.items) }}>
        {(items) =>
          items.length ? (
            <ul className="card customers" aria-busy={found.isPlaceholderData || undefined}>
              {items.map((line) => (
                <Line key={line.id} line={line} />
              ))}
            </ul>
          ) : (
            <NoCustomers filtered={Object.keys(search).length > 0} add={add} />
          )
        }
      </Loaded>
      {found.hasNextPage && (
        <Button busy={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
          {t("common.more")}
        </Button>
      )}
      {open === "import" && <CustomerImport onClose={() => setOpen(null)} />}
      {open === "new" && (
        <CustomerForm
          customer={null}
          onDone={({ id }) => void navigate({ to: "/customers/$customerId", params: { customerId: id } })}
          onClose={() => setOpen(null)}
        />
      )}
    </Page>
  );
}

function NoCustomers({ filtered, add }: { filtered: boolean; add: ReactNode }) {
  const { t } = useTranslation();
  return (
    <Empty
      icon={Users}
      title={t(filtered ? "customers.nobody.title" : "customers.empty.title")}
      actions={
        filtered ? (
          <Link to="/customers" search={{}} className="button button--secondary">
            {t("customers.clear")}
          </Link>
        ) : (
          add
        )
      }
    >
      {t(filtered ? "customers.nobody.text" : "customers.empty.text")}
    </Empty>
  );
}

interface FiltersProps {
  search: CustomerSearch;
  onChange: (part: Partial<CustomerSearch>) => void;
}

function Filters({ search, onChange }: FiltersProps) {
  const { t } = useTranslation();
  const channelName = useChannelName();
  return (
    <search className="customers-filters">
      <Typed label={t("customers.search")} value={search.q ?? ""} onChange={(q) => onChange({ q })} />
      <Typed label={t("customers.tag")} value={search.tag ?? ""} onChange={(tag) => onChange({ tag })} />
      <Segmented
        label={t("filters.channel")}
        showLabel
        chips
        value={search.channel ?? ""}
        options={[
          { value: "", label: t("filters.any") },
          ...CHANNELS.map((value) => ({ value, label: channelName(value) })),
        ]}
        onChange={(channel) => onChange({ channel })}
      />
      {countCustomerFilters(search) > 0 && (
        <Link to="/customers" search={search.q ? { q: search.q } : {}} className="button button--quiet">
          {t("customers.clear")}
        </Link>
      )}
    </search>
  );
}

/** A field whose text goes into the URL when one stops typing. */
function Typed({ label, value, onChange }: { label: string; value: string; onChange: (to: string) => void }) {
  const [typed, setTyped] = useState(value);
  const [told, setTold] = useState(value);
  if (told !== value) {
    // Somebody else changed the URL: "back" for one.
    setTold(value);
    setTyped(value);
  }
  useEffect(() => {
    if (typed === value) return;
    const timer = setTimeout(() => {
      setTold(typed.trim() ? typed : "");
      onChange(typed);
    }, TYPING_MS);
    return () => clearTimeout(timer);
  });
  return (
    <TextField
      label={label}
      type="search"
      maxLength={100}
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
    />
  );
}

function Line({ line }: { line: CustomerLine }) {
  const name = useCustomerName()(line);
  const offered = useOfferedTags();
  const channelName = useChannelName();
  const format = useFormat();
  const facts = [line.email, line.phone, line.channels.map(channelName).join(", ")];
  return (
    <li className="line customers__line">
      <CustomerAvatar customer={line} size="md" />
      <div className="line__text">
        <div className="line__name">
          <Link to="/customers/$customerId" params={{ customerId: line.id }}>
            <bdi>{name}</bdi>
          </Link>
          {line.tags.map((tag) => (
            <ShownTag key={tag} tag={tag} offered={offered} />
          ))}
        </div>
        <p className="line__facts">{facts.filter(Boolean).join(" · ")}</p>
      </div>
      <span className="line__facts">{format.stamp(line.created_at)}</span>
    </li>
  );
}
