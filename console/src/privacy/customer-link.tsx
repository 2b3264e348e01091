import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api } from "~/api/endpoints";
import { keys } from "~/inbox/cache";
import { useCan } from "~/session/session";

/** A customer by what is known of him; one that was erased has a number only. */
export function CustomerLink({ id, gone = false }: { id: string; gone?: boolean }) {
  const { t } = useTranslation();
  const can = useCan();
  const customer = useQuery({
    queryKey: keys.customer(id),
    queryFn: ({ signal }) => api.customer(id, signal),
    enabled: !gone && can("customers.read"),
    staleTime: 60_000,
    retry: false,
  });
  const name = gone ? undefined : customer.data?.name?.trim();
  const text = name || t("privacy.customer", { tag: id.slice(0, 8) });
  if (gone) return <span className="record__name">{text}</span>;
  return (
    <Link to="/customers/$customerId" params={{ customerId: id }} className="record__name">
      <bdi>{text}</bdi>
    </Link>
  );
}
