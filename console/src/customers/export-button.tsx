import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api } from "~/api/endpoints";
import { useErrorText } from "~/api/error-text";
import { Button } from "~/ui/button";
import { Download } from "~/ui/icons";
import { showToast } from "~/ui/toast";
import { saveFile } from "~/ui/told-once";
import type { CustomerSearch } from "./search";

/** The customers that the list shows, as a file for spreadsheets. */
export function ExportButton({ search }: { search: CustomerSearch }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const take = useMutation({
    mutationFn: () => api.exportCustomers(search),
    onSuccess: (file) => saveFile(file, "customers.csv"),
    onError: (error) => showToast({ tone: "error", text: errorText(error), about: "export" }),
  });
  return (
    <Button icon={Download} busy={take.isPending} onClick={() => take.mutate()}>
      {t(take.isPending ? "customers.exporting" : "customers.export")}
    </Button>
  );
}
