import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import { type PlatformTenant, platform } from "~/api/platform";
import { useFormat } from "~/i18n/use-format";
import { Badge } from "~/ui/badge";
import { Button } from "~/ui/button";
import { Empty } from "~/ui/feedback";
import { TextField } from "~/ui/field";
import { Building2, CircleAlert, CircleCheck } from "~/ui/icons";
import { Loaded } from "~/ui/loaded";
import { Page } from "~/ui/page";
import { NotYours } from "./not-yours";
import { platformKeys, usePlatformRole } from "./role";
import "./platform.css";

/** Every workspace that somebody of the platform looks after. */
export function TenantsPage() {
  const { t } = useTranslation();
  const role = usePlatformRole();
  const [typed, setTyped] = useState("");
  const search = useDeferredValue(typed.trim().slice(0, 63));
  const found = useInfiniteQuery({
    queryKey: [...platformKeys.tenants, search],
    queryFn: ({ pageParam, signal }) => platform.tenants(search, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
    enabled: role !== null,
  });
  if (!role) return <NotYours />;
  return (
    <Page title={t("platform.title")} hint={t(role === "admin" ? "platform.all" : "platform.yours")} wide>
      <search className="platform-search">
        <TextField
          label={t("platform.search")}
          type="search"
          value={typed}
          maxLength={63}
          spellCheck={false}
          onChange={(event) => setTyped(event.target.value)}
        />
      </search>
      <Loaded query={{ ...found, data: found.data?.pages.flatMap((page) => page.items) }}>
        {(items) =>
          items.length ? (
            <ul className="card platform-tenants" aria-busy={found.isPlaceholderData || undefined}>
              {items.map((tenant) => (
                <TenantLine key={tenant.id} tenant={tenant} />
              ))}
            </ul>
          ) : (
            <Empty icon={Building2} title={t("platform.none.title")}>
              {t(search ? "platform.none.found" : "platform.none.text")}
            </Empty>
          )
        }
      </Loaded>
      {found.hasNextPage && (
        <Button busy={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
          {t("common.more")}
        </Button>
      )}
    </Page>
  );
}

function TenantLine({ tenant }: { tenant: PlatformTenant }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <li className="line">
      <div className="line__text">
        <div className="line__name">
          <Link to="/platform/$tenantId" params={{ tenantId: tenant.id }}>
            <bdi>{tenant.name}</bdi>
          </Link>
        </div>
        <p className="line__facts">
          {tenant.slug} · {t("platform.since", { when: format.dateTime(tenant.created_at) })}
        </p>
      </div>
      <TenantStatus status={tenant.status} />
    </li>
  );
}

export function TenantStatus({ status }: { status: PlatformTenant["status"] }) {
  const { t } = useTranslation();
  return (
    <Badge
      tone={status === "active" ? "success" : "danger"}
      icon={status === "active" ? CircleCheck : CircleAlert}
    >
      {t(`platform.statuses.${status}`)}
    </Badge>
  );
}
