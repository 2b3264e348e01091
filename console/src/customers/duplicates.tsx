import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { customers } from "~/api/customers";
import { useCustomerName } from "~/customer/names";
import { Button } from "~/ui/button";
import { Banner } from "~/ui/feedback";
import { Users } from "~/ui/icons";
import { customerKeys } from "./use-change";

const SHOWN = 3;

/** Who else may be the same person; nothing while there is nobody. */
export function DuplicatesHint({ id, onCompare }: { id: string; onCompare: (otherId: string) => void }) {
  const { t } = useTranslation();
  const nameOf = useCustomerName();
  const found = useQuery({
    queryKey: customerKeys.duplicates(id),
    queryFn: ({ signal }) => customers.duplicates(id, signal),
  });
  const items = found.data ?? [];
  if (items.length === 0) return null;
  return (
    <Banner tone="warning" icon={Users}>
      <p>{t("merge.duplicates", { count: items.length })}</p>
      <ul className="duplicates">
        {items.slice(0, SHOWN).map(({ customer, matches }) => (
          <li key={customer.id} className="duplicates__one">
            <span>
              <bdi>{nameOf(customer)}</bdi> · {matches.map((match) => t(`merge.matches.${match}`)).join(", ")}
            </span>
            <Button size="sm" onClick={() => onCompare(customer.id)}>
              {t("merge.compareWith", { name: nameOf(customer) })}
            </Button>
          </li>
        ))}
      </ul>
    </Banner>
  );
}
