import { useSession } from "~/session/session";

export const platformKeys = {
  tenants: ["platform", "tenants"] as const,
  tenant: (id: string) => ["platform", "tenant", id] as const,
  members: (id: string) => ["platform", "members", id] as const,
};

/** What one is above the tenants, if it shows any: an admin has all of them, a manager those that he looks after. */
export function usePlatformRole(): "admin" | "manager" | null {
  const { me } = useSession();
  if (me.impersonator) return null;
  return me.platform_role === "admin" || me.platform_role === "manager" ? me.platform_role : null;
}
