import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { memberFiles } from "~/api/member-files";
import { ImportDialog, type ImportOutcome } from "~/files/import-dialog";
import { settingKeys } from "./keys";

const SAMPLE = [
  ["email", "name", "role", "departments", "skills"],
  ["anna@example.com", "Anna", "operator", "", ""],
];

/** Invite whom a table names. */
export function MemberImport({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const run = async (table: Blob, dryRun: boolean): Promise<ImportOutcome> => {
    const { rows, invited, refused } = await memberFiles.import(table, dryRun);
    const lines = new Set(refused.map(({ line }) => line)).size;
    return {
      rows,
      good: invited,
      counts: [
        t("settings.members.import.invited", { count: invited }),
        ...(lines ? [t("import.refusedCount", { count: lines })] : []),
      ],
      refused: refused.map(({ line, field, message }) => ({ line, field, text: message })),
    };
  };
  return (
    <ImportDialog
      title={t("settings.members.import.title")}
      hint={t("settings.members.import.hint")}
      sample={SAMPLE}
      name="members"
      submit={(count) => t("settings.members.import.submit", { count })}
      run={run}
      onDone={() => void queries.invalidateQueries({ queryKey: settingKeys.invitations })}
      onClose={onClose}
    />
  );
}
