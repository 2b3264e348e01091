/** Names of what the settings pages read, for the query cache. */
export const settingKeys = {
  tags: ["settings", "tags"] as const,
  calendars: ["settings", "calendars"] as const,
  calendar: (id: string) => ["settings", "calendars", id] as const,
  connections: ["settings", "connections"] as const,
  webhooks: ["settings", "webhooks"] as const,
  webhook: (id: string) => ["settings", "webhooks", id] as const,
  deliveries: (id: string, status: string) => ["settings", "webhooks", id, "deliveries", status] as const,
  members: ["settings", "members"] as const,
  departments: ["settings", "departments"] as const,
  skills: ["settings", "skills"] as const,
  roles: ["settings", "roles"] as const,
  permissions: ["settings", "permissions"] as const,
  security: ["settings", "security"] as const,
  audit: ["settings", "audit"] as const,
};
