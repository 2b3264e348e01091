import { request } from "./client";
import type {
  Calendar,
  Connection,
  Delivery,
  DeliveryPage,
  Holiday,
  Names,
  Tag,
  Webhook,
  WeekHours,
} from "./types";

const at = (kind: string, id: string, more = "") => `/settings/${kind}/${encodeURIComponent(id)}${more}`;

async function all<T>(path: string, signal?: AbortSignal): Promise<T[]> {
  return (await request<{ items: T[] }>("GET", path, { signal })).items;
}

/** What a connection signs in with: sent, never read. */
export type ConnectionSecrets =
  | { kind: "none" }
  | { kind: "bearer"; token: string }
  | { kind: "basic"; username: string; password: string }
  | { kind: "headers"; headers: Record<string, string> };

export interface CalendarChange {
  name?: Names;
  timezone?: string;
  hours?: WeekHours;
  holidays?: Holiday[];
  department_ids?: string[];
}

/** One function for each route of the settings. */
export const settings = {
  tags: (signal?: AbortSignal) => all<Tag>("/settings/tags", signal),
  createTag: (body: { key: string; name: string; color: string }) =>
    request<{ tag: Tag }>("POST", "/settings/tags", { body }),
  changeTag: (key: string, body: { name: string; color: string }) =>
    request<{ tag: Tag }>("PATCH", at("tags", key), { body }),
  deleteTag: (key: string) => request<void>("DELETE", at("tags", key)),

  calendars: (signal?: AbortSignal) => all<Calendar>("/settings/calendars", signal),
  calendar: (id: string, signal?: AbortSignal) =>
    request<{ calendar: Calendar }>("GET", at("calendars", id), { signal }).then((answer) => answer.calendar),
  createCalendar: (body: { key: string; name: Names; timezone: string; hours: WeekHours }) =>
    request<{ calendar: Calendar }>("POST", "/settings/calendars", { body }).then(
      (answer) => answer.calendar,
    ),
  changeCalendar: (id: string, body: CalendarChange) =>
    request<{ calendar: Calendar }>("PATCH", at("calendars", id), { body }).then((answer) => answer.calendar),
  deleteCalendar: (id: string) => request<void>("DELETE", at("calendars", id)),

  connections: (signal?: AbortSignal) => all<Connection>("/settings/connections", signal),
  createConnection: (body: { key: string; name: string; base_url: string; auth: ConnectionSecrets }) =>
    request<{ connection: Connection }>("POST", "/settings/connections", { body }),
  changeConnection: (id: string, body: { name?: string; base_url?: string; auth?: ConnectionSecrets }) =>
    request<{ connection: Connection }>("PATCH", at("connections", id), { body }),
  deleteConnection: (id: string) => request<void>("DELETE", at("connections", id)),

  webhooks: (signal?: AbortSignal) => all<Webhook>("/settings/webhooks", signal),
  webhook: (id: string, signal?: AbortSignal) =>
    request<{ webhook: Webhook }>("GET", at("webhooks", id), { signal }).then((answer) => answer.webhook),
  createWebhook: (body: { name: string; url: string; events: string[] }) =>
    request<{ webhook: Webhook; secret: string }>("POST", "/settings/webhooks", { body }),
  changeWebhook: (id: string, body: { name?: string; url?: string; events?: string[]; active?: boolean }) =>
    request<{ webhook: Webhook }>("PATCH", at("webhooks", id), { body }),
  renewSecret: (id: string) => request<{ secret: string }>("POST", at("webhooks", id, "/secret")),
  deleteWebhook: (id: string) => request<void>("DELETE", at("webhooks", id)),
  deliveries: (id: string, status: string | undefined, cursor: string | null, signal?: AbortSignal) =>
    request<DeliveryPage>("GET", at("webhooks", id, "/deliveries"), {
      query: { status, cursor, limit: 25 },
      signal,
    }),
  redeliver: (id: string, deliveryId: string) =>
    request<{ delivery: Delivery }>("POST", at("webhooks", id, `/deliveries/${deliveryId}/redeliver`)),
  testWebhook: (id: string) => request<{ delivery: Delivery }>("POST", at("webhooks", id, "/test")),
};
