import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { ApiError } from "~/api/client";
import { team } from "~/api/team";
import { settingKeys } from "./keys";
import { Loaded, SettingsPage, useSettings } from "./page";
import { RoleForm } from "./role-form";
import { useRoles } from "./use-roles";

export function RolePage() {
  const { t } = useTranslation();
  const { roleKey } = useParams({ strict: false }) as { roleKey?: string };
  const roles = useRoles();
  const permissions = useSettings(settingKeys.permissions, team.permissions);
  const role = roles.data?.find(({ key }) => key === roleKey);
  const gone = roles.data && !role ? new ApiError({ status: 404, code: "role_not_found" }) : null;
  const data = role && permissions.data ? { role, permissions: permissions.data } : undefined;
  return (
    <SettingsPage
      title={role?.name ?? t("settings.sections.roles")}
      lead={role && t("settings.people", { count: role.members })}
      permission="team.read"
    >
      <Loaded
        query={{
          data,
          error: roles.error ?? permissions.error ?? gone,
          isFetching: roles.isFetching || permissions.isFetching,
          refetch: () => Promise.all([roles.refetch(), permissions.refetch()]),
        }}
      >
        {(found) => <RoleForm key={found.role.key} {...found} />}
      </Loaded>
    </SettingsPage>
  );
}
