import { useState } from "react";
import { useTranslation } from "react-i18next";
import { team } from "~/api/team";
import type { Names, TeamDepartment } from "~/api/types";
import { keys } from "~/inbox/cache";
import { useCan } from "~/session/session";
import { Badge } from "~/ui/badge";
import { Switch } from "~/ui/field";
import { Building2 } from "~/ui/icons";
import { showToast } from "~/ui/toast";
import { FormDialog } from "./form-dialog";
import { KeyField } from "./key-field";
import { settingKeys } from "./keys";
import { given, NameFields } from "./name-fields";
import { OpenBadge } from "./open-badge";
import { useSettings } from "./page";
import { RecordsPage } from "./records-page";
import { useSave } from "./use-save";
import { ownZone, ZoneField } from "./zone-field";

const STALE = [settingKeys.departments, settingKeys.members, keys.departments];
const FIELDS = ["key", "name", "timezone"];

export function DepartmentsPage() {
  const { t } = useTranslation();
  const departments = useSettings(settingKeys.departments, team.departments);
  return (
    <RecordsPage
      title={t("settings.sections.departments")}
      lead={t("settings.departments.lead")}
      permission="team.read"
      query={departments}
      canManage={useCan()("team.manage")}
      add={t("settings.departments.add")}
      empty={{
        icon: Building2,
        title: t("settings.departments.empty.title"),
        text: t("settings.departments.empty.text"),
      }}
      keyOf={(department) => department.id}
      nameOf={(department) => department.name}
      edit={(department, onClose) => <DepartmentDialog department={department} onClose={onClose} />}
      remove={(department) => ({
        title: t("settings.departments.delete.title", { name: department.name }),
        text: t("settings.departments.delete.text"),
        stale: STALE,
        run: (moveTo) => team.deleteDepartment(department.id, moveTo),
        move: {
          label: t("settings.departments.delete.moveTo"),
          options: [
            { value: "", label: t("settings.departments.delete.nowhere") },
            ...(departments.data ?? [])
              .filter(({ id }) => id !== department.id)
              .map(({ id, name }) => ({ value: id, label: name })),
          ],
        },
      })}
    >
      {(department) => <DepartmentLine department={department} />}
    </RecordsPage>
  );
}

function DepartmentLine({ department }: { department: TeamDepartment }) {
  const { t } = useTranslation();
  return (
    <>
      <div className="record__main">
        <div className="record__text">
          <span className="record__name">{department.name}</span>
          <span className="record__more">
            <code className="record__key">{department.key}</code> · {department.timezone.replaceAll("_", " ")}
          </span>
        </div>
        {department.default && <Badge tone="accent">{t("settings.departments.isDefault")}</Badge>}
      </div>
      <OpenBadge open={department.open} nextOpen={department.next_open} />
    </>
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
