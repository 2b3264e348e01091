import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type PlatformMember, type PlatformTenant, platform } from "~/api/platform";
import { useFormat } from "~/i18n/use-format";
import { useSession } from "~/session/session";
import { Button } from "~/ui/button";
import { ConfirmDialog } from "~/ui/confirm-dialog";
import { Loaded } from "~/ui/loaded";
import { Card, Page } from "~/ui/page";
import { showToast } from "~/ui/toast";
import { ImpersonateDialog } from "./impersonate-dialog";
import { MembersCard } from "./members-card";
import { NotYours } from "./not-yours";
import { platformKeys, usePlatformRole } from "./role";
import { TenantStatus } from "./tenants-page";
import "./platform.css";

/** One workspace: whether it works, who is in it, and acting as one of them to help. */
export function TenantPage() {
  const { t } = useTranslation();
  const role = usePlatformRole();
  const { me } = useSession();
  const { tenantId = "" } = useParams({ strict: false });
  const [acting, setActing] = useState<PlatformMember | null>(null);
  const queries = useQueryClient();
  const queryKey = platformKeys.tenant(tenantId);
  const found = useQuery({
    queryKey,
    queryFn: ({ signal }) => platform.tenant(tenantId, signal),
    enabled: role !== null,
  });
  if (!role) return <NotYours />;
  return (
    <Page
      title={found.data?.name ?? t("platform.one")}
      actions={
        <Link to="/platform" className="button button--quiet">
          {t("platform.back")}
        </Link>
      }
    >
      <Loaded query={found}>
        {(tenant) => (
          <>
            {/* Who suspends the workspace that he is signed in to shuts himself out. */}
            <StatusCard
              tenant={tenant}
              canManage={role === "admin" && tenant.id !== me.tenant.id}
              onChanged={(now) => queries.setQueryData(queryKey, now)}
            />
            <MembersCard
              tenantId={tenant.id}
              onActAs={role === "admin" && tenant.status === "active" ? setActing : null}
            />
            {acting && <ImpersonateDialog tenant={tenant} member={acting} onClose={() => setActing(null)} />}
          </>
        )}
      </Loaded>
    </Page>
  );
}

type Act = "suspend" | "activate";

interface StatusProps {
  tenant: PlatformTenant;
  canManage: boolean;
  onChanged: (now: PlatformTenant) => void;
}

function StatusCard({ tenant, canManage, onChanged }: StatusProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const queries = useQueryClient();
  const [asking, setAsking] = useState<Act | null>(null);
  const isActive = tenant.status === "active";
  const act = isActive ? "suspend" : "activate";
  const run = async (chosen: Act) => {
    onChanged(await platform[chosen](tenant.id));
    void queries.invalidateQueries({ queryKey: platformKeys.tenants });
    showToast({ tone: "success", text: t(`platform.done.${chosen}`, { name: tenant.name }) });
  };
  return (
    <Card
      title={t("platform.status")}
      hint={t(isActive ? "platform.isActive" : "platform.isSuspended")}
      actions={<TenantStatus status={tenant.status} />}
    >
      <p className="line__facts">
        {tenant.slug} · {t("platform.since", { when: format.dateTime(tenant.created_at) })}
      </p>
      {canManage && (
        <div className="page__actions">
          <Button variant={isActive ? "danger" : "primary"} onClick={() => setAsking(act)}>
            {t(`platform.acts.${act}`)}
          </Button>
        </div>
      )}
      {asking && (
        <ConfirmDialog
          title={t(`platform.ask.${asking}`, { name: tenant.name })}
          hint={t(`platform.means.${asking}`)}
          confirm={t(`platform.acts.${asking}`)}
          onConfirm={() => run(asking)}
          onClose={() => setAsking(null)}
        />
      )}
    </Card>
  );
}
