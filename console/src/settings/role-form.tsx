import { useState } from "react";
import { useTranslation } from "react-i18next";
import { team } from "~/api/team";
import type { Permissions, Role, RoleScope } from "~/api/types";
import { useCan } from "~/session/session";
import { CheckList } from "~/ui/check-list";
import { Banner } from "~/ui/feedback";
import { Segmented, TextField } from "~/ui/field";
import { showToast } from "~/ui/toast";
import { useFocusOnRefusal } from "./form-dialog";
import { settingKeys } from "./keys";
import { SaveBar } from "./save-bar";
import { useUnsaved } from "./unsaved";
import { useSave } from "./use-save";

const FIELDS = ["name", "permissions", "scope"];
const SCOPES: readonly RoleScope[] = ["all", "departments", "own"];

interface RoleFormProps {
  role: Role;
  permissions: Permissions;
}

/** What a role may, group by group, and how far it reaches. Built-in ones are shown the same, to be read. */
export function RoleForm({ role, permissions }: RoleFormProps) {
  const { t, i18n } = useTranslation();
  const can = useCan();
  const readOnly = role.built_in || !can("roles.manage");
  const language = i18n.language === "ru" ? "ru" : "en";
  const [draft, setDraft] = useState<Pick<Role, "name" | "permissions" | "scope"> | null>(null);
  const shown = draft ?? role;
  const edit = (part: Partial<Role>) =>
    setDraft({ name: shown.name, permissions: shown.permissions, scope: shown.scope, ...part });
  const { save, busy, refusal, forget } = useSave({
    run: () =>
      team.changeRole(role.key, { name: shown.name, permissions: shown.permissions, scope: shown.scope }),
    fields: FIELDS,
    stale: [settingKeys.roles],
    onDone: () => {
      setDraft(null);
      showToast({ tone: "success", text: t("settings.saved") });
    },
  });
  useUnsaved(draft !== null);
  const form = useFocusOnRefusal(refusal);
  return (
    <form
      ref={form}
      className="form-page"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy && draft) save();
      }}
    >
      {role.built_in && <Banner>{t("settings.roles.builtInText")}</Banner>}
      <TextField
        label={t("settings.fields.name")}
        value={shown.name}
        maxLength={80}
        disabled={readOnly}
        error={refusal.fields.name}
        onChange={(event) => edit({ name: event.target.value })}
      />
      {readOnly ? (
        <div className="field">
          <span className="field__label">{t("settings.roles.scope")}</span>
          <span>{t(`settings.roles.scopes.${shown.scope}`)}</span>
        </div>
      ) : (
        <Segmented
          chips
          showLabel
          label={t("settings.roles.scope")}
          value={shown.scope}
          onChange={(scope) => edit({ scope })}
          options={SCOPES.map((value) => ({ value, label: t(`settings.roles.scopes.${value}`) }))}
        />
      )}
      {refusal.fields.permissions && (
        <Banner tone="danger" alert>
          {refusal.fields.permissions}
        </Banner>
      )}
      <div className="matrix">
        {permissions.groups.map((group) => (
          <CheckList
            key={group.key}
            label={group.title[language]}
            options={permissions.items
              .filter((item) => item.group === group.key)
              .map(({ key, title, description }) => ({
                value: key,
                label: title[language],
                hint: description[language],
                // Nobody grants more than he has; what the role has already may be taken away.
                disabled: !can(key) && !shown.permissions.includes(key),
              }))}
            value={new Set(shown.permissions)}
            disabled={readOnly}
            onChange={(chosen) => edit({ permissions: [...chosen].sort() })}
          />
        ))}
      </div>
      <SaveBar
        changed={draft !== null}
        busy={busy}
        refused={refusal.rest}
        onDiscard={() => {
          setDraft(null);
          forget();
        }}
      />
    </form>
  );
}
