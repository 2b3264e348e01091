import type { TroubledFilter } from "~/api/deliveries";

/** Names of what is read of sends that ended badly, for the query cache. */
export const deliveryKeys = {
  all: ["deliveries"] as const,
  list: (filter: TroubledFilter) => ["deliveries", "list", filter] as const,
  count: ["deliveries", "count"] as const,
};
