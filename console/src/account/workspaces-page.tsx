import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api } from "~/api/endpoints";
import { keys } from "~/inbox/cache";
import { writeStored } from "~/lib/storage";
import { ChooseWorkspace } from "~/session/choose-workspace";
import { EntryCard } from "~/session/entry-card";
import { LAST_TENANT } from "~/session/last-tenant";
import { Loaded } from "~/ui/loaded";

/** Go on in another of one's own workspaces. */
export function WorkspacesPage() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const tenants = useQuery({
    queryKey: ["own-tenants"],
    queryFn: ({ signal }) => api.tenants(signal),
    staleTime: 0,
  });
  const goHome = () => navigate({ to: "/inbox", search: { view: "mine" } });
  const choose = async (id: string) => {
    if (!tenants.data?.find((tenant) => tenant.id === id)?.current) {
      await api.selectTenant(id);
      writeStored(LAST_TENANT, id);
      const me = await api.me();
      // What was read belongs to the workspace that one left.
      queries.removeQueries({ predicate: (query) => query.queryKey[0] !== keys.me[0] });
      queries.setQueryData(keys.me, me);
    }
    await goHome();
  };
  const back = (
    <Link to="/inbox" search={{ view: "mine" }} className="button button--quiet">
      {t("frame.notFound.back")}
    </Link>
  );
  if (tenants.data)
    return (
      <ChooseWorkspace title={t("workspaces.title")} tenants={tenants.data} onChoose={choose} aside={back} />
    );
  return (
    <EntryCard title={t("workspaces.title")} aside={back}>
      <Loaded query={tenants}>{() => null}</Loaded>
    </EntryCard>
  );
}
