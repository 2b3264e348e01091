import { useTranslation } from "react-i18next";
import type { Named } from "~/api/types";

/** A customer as one calls them; one without a name by the end of the id, so that two stay two. */
export function useCustomerName(): (customer: Pick<Named, "id"> & { name: string | null }) => string {
  const { t } = useTranslation();
  return ({ id, name }) => name?.trim() || t("customer.nameless", { tag: id.replaceAll("-", "").slice(-4) });
}
