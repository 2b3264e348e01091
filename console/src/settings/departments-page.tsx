import { useState } from "react";
import { useTranslation } from "react-i18next";
import { team } from "~/api/team";
import type { Names, TeamDepartment } from "~/api/types";
import { keys } from "~/inbox/cache";
import { useCan } from "~/session/session";
import { Badge } from "~/ui/badge";
import { Button, IconButton } from "~/ui/button";
import { Empty } from "~/ui/feedback";
import { Switch } from "~/ui/field";
import { Building2, Pencil, Plus, Trash2 } from "~/ui/icons";
import { showToast } from "~/ui/toast";
import { ConfirmDelete } from "./confirm-delete";
import { FormDialog } from "./form-dialog";
import { KeyField } from "./key-field";
import { settingKeys } from "./keys";
import { given, NameFields } from "./name-fields";
import { OpenBadge } from "./open-badge";
import { Loaded, SettingsPage, useSettings } from "./page";
import { useSave } from "./use-save";
import { ownZone, ZoneField } from "./zone-field";

type Open =
  | { kind: "edit"; department: TeamDepartment | null }
  | { kind: "delete"; department: TeamDepartment };
const STALE = [settingKeys.departments, settingKeys.members, keys.departments];
const FIELDS = ["key", "name", "timezone"];

export function DepartmentsPage() {
  const { t } = useTranslation();
  const departments = useSettings(settingKeys.departments, team.departments);
  const canManage = useCan()("team.manage");
  const [open, setOpen] = useState<Open | null>(null);
  const add = canManage && (
    <Button variant="primary" icon={Plus} onClick={() => setOpen({ kind: "edit", department: null })}>
      {t("settings.departments.add")}
    </Button>
  );
  const close = () => setOpen(null);
  return (
    <SettingsPage
      title={t("settings.sections.departments")}
      lead={t("settings.departments.lead")}
      permission="team.read"
      actions={departments.data && departments.data.length > 0 && add}
    >
      <Loaded query={departments}>
        {(items) =>
          items.length === 0 ? (
            <Empty icon={Building2} title={t("settings.departments.empty.title")} actions={add}>
              {t("settings.departments.empty.text")}
            </Empty>
          ) : (
            <ul className="records">
              {items.map((department) => (
                <DepartmentRow
                  key={department.id}
                  department={department}
                  onOpen={canManage ? setOpen : null}
                />
              ))}
            </ul>
          )
        }
      </Loaded>
      {open?.kind === "edit" && <DepartmentDialog department={open.department} onClose={close} />}
      {open?.kind === "delete" && (
        <ConfirmDelete
          title={t("settings.departments.delete.title", { name: open.department.name })}
          text={t("settings.departments.delete.text")}
          submit={t("common.delete")}
          stale={STALE}
          run={(moveTo) => team.deleteDepartment(open.department.id, moveTo)}
          onClose={close}
          move={{
            label: t("settings.departments.delete.moveTo"),
            options: [
              { value: "", label: t("settings.departments.delete.nowhere") },
              ...(departments.data ?? [])
                .filter(({ id }) => id !== open.department.id)
                .map(({ id, name }) => ({ value: id, label: name })),
            ],
          }}
        />
      )}
    </SettingsPage>
  );
}

interface RowProps {
  department: TeamDepartment;
  onOpen: ((open: Open) => void) | null;
}

function DepartmentRow({ department, onOpen }: RowProps) {
  const { t } = useTranslation();
  const { name } = department;
  return (
    <li className="record">
      <div className="record__main">
        <div className="record__text">
          <span className="record__name">{name}</span>
          <span className="record__more">
            <code className="record__key">{department.key}</code> · {department.timezone.replaceAll("_", " ")}
          </span>
        </div>
        {department.default && <Badge tone="accent">{t("settings.departments.isDefault")}</Badge>}
      </div>
      <OpenBadge open={department.open} nextOpen={department.next_open} />
      {onOpen && (
        <div className="record__actions">
          <IconButton
            icon={Pencil}
            label={t("settings.editNamed", { name })}
            onClick={() => onOpen({ kind: "edit", department })}
          />
          <IconButton
            icon={Trash2}
            label={t("settings.deleteNamed", { name })}
            onClick={() => onOpen({ kind: "delete", department })}
          />
        </div>
      )}
    </li>
  );
}

interface DialogProps {
  department: TeamDepartment | null;
  onClose: () => void;
}

function DepartmentDialog({ department, onClose }: DialogProps) {
  const { t } = useTranslation();
  const [key, setKey] = useState(department?.key ?? "");
  const [name, setName] = useState<Names>(department?.names ?? {});
  const [timezone, setTimezone] = useState(department?.timezone ?? ownZone);
  const [isDefault, setDefault] = useState(department?.default ?? false);
  const { save, busy, refusal } = useSave({
    run: () => {
      const body = { name: given(name), timezone, default: isDefault };
      return department
        ? team.changeDepartment(department.id, body)
        : team.createDepartment({ ...body, ...(key && { key }) });
    },
    fields: FIELDS,
    stale: STALE,
    onDone: () => {
      onClose();
      showToast({ tone: "success", text: t("settings.saved") });
    },
  });
  return (
    <FormDialog
      title={department ? t("settings.departments.edit") : t("settings.departments.add")}
      hint={t("settings.departments.hoursHint")}
      submit={t("common.save")}
      busy={busy}
      refusal={refusal}
      onSubmit={save}
      onClose={onClose}
    >
      <NameFields value={name} error={refusal.fields.name} onChange={setName} />
      <KeyField
        name={name.en || name.ru || ""}
        value={key}
        fixed={department !== null}
        error={refusal.fields.key}
        onChange={setKey}
      />
      <ZoneField value={timezone} error={refusal.fields.timezone} onChange={setTimezone} />
      <Switch label={t("settings.departments.takesRest")} checked={isDefault} onChange={setDefault} />
    </FormDialog>
  );
}
