/** Names of what the pages of channels read, for the query cache. */
export const channelKeys = {
  all: ["channels"] as const,
  one: (id: string) => ["channels", id] as const,
  statistics: (id: string) => ["channels", id, "statistics"] as const,
};
