import { useMemo } from "react";
import { team } from "~/api/team";
import { useRoleName } from "~/session/roles";
import { settingKeys } from "./keys";
import { useSettings } from "./page";

/** The workspace's roles. The api names built-in ones in the workspace's language; here it is the reader's. */
export function useRoles(allowed = true) {
  const roles = useSettings(settingKeys.roles, team.roles, allowed);
  const nameOf = useRoleName();
  const data = useMemo(
    () => roles.data?.map((role) => (role.built_in ? { ...role, name: nameOf(role.key) } : role)),
    [roles.data, nameOf],
  );
  return { ...roles, data };
}
