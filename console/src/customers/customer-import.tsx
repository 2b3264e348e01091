import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { customers } from "~/api/customers";
import { isKnownCode } from "~/api/error-text";
import { ImportDialog, type ImportOutcome } from "~/files/import-dialog";
import { customerKeys } from "./use-change";

const SAMPLE = [
  ["external_id", "name", "email", "phone", "locale", "tags", "consent:marketing"],
  ["1001", "Anna", "anna@example.com", "+79161234567", "ru", "vip", "granted"],
];

/** Take customers from a table. */
export function CustomerImport({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const run = async (table: Blob, dryRun: boolean): Promise<ImportOutcome> => {
    const report = await customers.import(table, dryRun);
    const { created, updated, unchanged, refused } = report;
    return {
      rows: report.rows,
      good: created + updated,
      counts: [
        t("customers.import.created", { count: created }),
        t("customers.import.updated", { count: updated }),
        ...(unchanged ? [t("customers.import.unchanged", { count: unchanged })] : []),
        ...(refused ? [t("import.refusedCount", { count: refused })] : []),
      ],
      refused: report.refusals.map(({ line, field, code, reason }) => ({
        line,
        field,
        text: isKnownCode(code) ? t(`errors.${code}`) : reason,
      })),
    };
  };
  return (
    <ImportDialog
      title={t("customers.import.title")}
      hint={t("customers.import.hint")}
      sample={SAMPLE}
      name="customers"
      submit={(count) => t("customers.import.submit", { count })}
      run={run}
      onDone={() => void queries.invalidateQueries({ queryKey: customerKeys.lists })}
      onClose={onClose}
    />
  );
}
