import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { team } from "~/api/team";
import type { Role } from "~/api/types";
import { useCan } from "~/session/session";
import { Badge } from "~/ui/badge";
import { Button, IconButton } from "~/ui/button";
import { TextField } from "~/ui/field";
import { Lock, Plus, Trash2 } from "~/ui/icons";
import { SelectField } from "~/ui/select";
import { ConfirmDelete } from "./confirm-delete";
import { FormDialog } from "./form-dialog";
import { settingKeys } from "./keys";
import { Loaded, SettingsPage } from "./page";
import { useRoles } from "./use-roles";
import { useSave } from "./use-save";

const STALE = [settingKeys.roles, settingKeys.members];
const FIELDS = ["name", "permissions"];

export function RolesPage() {
  const { t } = useTranslation();
  const roles = useRoles();
  const canManage = useCan()("roles.manage");
  const [open, setOpen] = useState<"new" | Role | null>(null);
  const close = () => setOpen(null);
  return (
    <SettingsPage
      title={t("settings.sections.roles")}
      lead={t("settings.roles.lead")}
      permission="team.read"
      actions={
        canManage && (
          <Button variant="primary" icon={Plus} onClick={() => setOpen("new")}>
            {t("settings.roles.add")}
          </Button>
        )
      }
    >
      <Loaded query={roles}>
        {(items) => (
          <ul className="records">
            {items.map((role) => (
              <RoleRow
                key={role.key}
                role={role}
                onDelete={canManage && !role.built_in ? () => setOpen(role) : null}
              />
            ))}
          </ul>
        )}
      </Loaded>
      {open === "new" && <NewRole roles={roles.data ?? []} onClose={close} />}
      {open && open !== "new" && (
        <ConfirmDelete
          title={t("settings.roles.delete.title", { name: open.name })}
          text={t("settings.roles.delete.text", { count: open.members })}
          submit={t("common.delete")}
          stale={STALE}
          run={(moveTo) => team.deleteRole(open.key, moveTo)}
          onClose={close}
          move={{
            label: t("settings.roles.delete.moveTo"),
            options: [
              { value: "", label: t("settings.roles.delete.nobody") },
              ...(roles.data ?? [])
                .filter(({ key }) => key !== open.key)
                .map(({ key, name }) => ({ value: key, label: name })),
            ],
          }}
        />
      )}
    </SettingsPage>
  );
}

function RoleRow({ role, onDelete }: { role: Role; onDelete: (() => void) | null }) {
  const { t } = useTranslation();
  return (
    <li className="record">
      <div className="record__main">
        <div className="record__text">
          <Link to="/settings/roles/$roleKey" params={{ roleKey: role.key }} className="record__name">
            {role.name}
          </Link>
          <span className="record__more">
            {t("settings.roles.permissions", { count: role.permissions.length })} ·{" "}
            {t("settings.people", { count: role.members })} · {t(`settings.roles.scopes.${role.scope}`)}
          </span>
        </div>
      </div>
      {role.built_in && <Badge icon={Lock}>{t("settings.roles.builtIn")}</Badge>}
      {onDelete && (
        <div className="record__actions">
          <IconButton
            icon={Trash2}
            label={t("settings.deleteNamed", { name: role.name })}
            onClick={onDelete}
          />
        </div>
      )}
    </li>
  );
}

/** A new role begins as another one, less what one may not grant oneself; its page changes the rest. */
function NewRole({ roles, onClose }: { roles: readonly Role[]; onClose: () => void }) {
  const { t } = useTranslation();
  const can = useCan();
  const navigate = useNavigate();
  const [name, setName] = useState("");
  const [from, setFrom] = useState("operator");
  const { save, busy, refusal } = useSave({
    run: () => {
      const model = roles.find(({ key }) => key === from);
      return team.createRole({
        name,
        permissions: (model?.permissions ?? []).filter(can),
        scope: model?.scope ?? "own",
      });
    },
    fields: FIELDS,
    stale: STALE,
    onDone: ({ key }) => void navigate({ to: "/settings/roles/$roleKey", params: { roleKey: key } }),
  });
  return (
    <FormDialog
      title={t("settings.roles.add")}
      submit={t("settings.roles.create")}
      busy={busy}
      refusal={refusal}
      onSubmit={save}
      onClose={onClose}
    >
      <TextField
        label={t("settings.fields.name")}
        value={name}
        maxLength={80}
        error={refusal.fields.name}
        onChange={(event) => setName(event.target.value)}
        data-autofocus
      />
      <SelectField
        label={t("settings.roles.from")}
        hint={t("settings.roles.fromHint")}
        error={refusal.fields.permissions}
        options={roles.map((role) => ({ value: role.key, label: role.name }))}
        value={from}
        onChange={setFrom}
      />
    </FormDialog>
  );
}
