import { request } from "./client";

/** Of whom a workspace asks a second factor; `admins` are owners and admins. */
export type FactorPolicy = "nobody" | "admins" | "everybody";
/** Whether a visitor may write without being signed by the company's server. */
export type IdentityMode = "optional" | "enforced";

export interface SecuritySettings {
  /** Where the widget may stand; none: anywhere. */
  allowed_domains: string[];
  require_two_factor: FactorPolicy;
  identity_mode: IdentityMode;
}

export interface IdentityKey {
  id: string;
  /** How its secret ends. */
  hint: string;
  created_at: string;
}

export interface Security extends SecuritySettings {
  identity_keys: IdentityKey[];
}

const AT = "/settings/security";

export const security = {
  read: (signal?: AbortSignal) => request<Security>("GET", AT, { signal }),
  change: (body: SecuritySettings) => request<Security>("PUT", AT, { body }),
  createKey: () =>
    request<{ identity_key: IdentityKey; secret: string }>("POST", `${AT}/identity-keys`, { body: {} }),
  deleteKey: (id: string) => request<void>("DELETE", `${AT}/identity-keys/${encodeURIComponent(id)}`),
};
