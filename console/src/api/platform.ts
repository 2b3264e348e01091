import { request } from "./client";

/** A tenant as who runs the platform sees it. */
export interface PlatformTenant {
  id: string;
  slug: string;
  name: string;
  status: "active" | "suspended";
  created_at: string;
  manager_id: string | null;
  referrer_id: string | null;
}

export interface PlatformMember {
  id: string;
  name: string;
  email: string;
  role: string;
  disabled: boolean;
}

export interface Impersonation {
  email: string;
  /** The tenant reads it. */
  reason: string;
  minutes: number;
}

const at = (id: string, more = "") => `/admin/v1/tenants/${encodeURIComponent(id)}${more}`;
const tenantOf = (answer: { tenant: PlatformTenant }) => answer.tenant;

export const platform = {
  tenants: (search: string, cursor: string | null, signal?: AbortSignal) =>
    request<{ items: PlatformTenant[]; next_cursor: string | null }>("GET", "/admin/v1/tenants", {
      query: { search, cursor, limit: 50 },
      signal,
    }),
  tenant: (id: string, signal?: AbortSignal) =>
    request<{ tenant: PlatformTenant }>("GET", at(id), { signal }).then(tenantOf),
  members: (id: string, cursor: string | null, signal?: AbortSignal) =>
    request<{ items: PlatformMember[]; next_cursor: string | null }>("GET", at(id, "/members"), {
      query: { cursor, limit: 50 },
      signal,
    }),
  suspend: (id: string) =>
    request<{ tenant: PlatformTenant }>("POST", at(id, "/suspend"), { body: {} }).then(tenantOf),
  activate: (id: string) =>
    request<{ tenant: PlatformTenant }>("POST", at(id, "/activate"), { body: {} }).then(tenantOf),
  /** The browser's own session is put aside: the page has to begin anew after it. */
  impersonate: (id: string, body: Impersonation) => request<null>("POST", at(id, "/impersonate"), { body }),
  endImpersonation: () => request<void>("DELETE", "/admin/v1/impersonation"),
};
