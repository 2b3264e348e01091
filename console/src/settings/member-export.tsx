import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useErrorText } from "~/api/error-text";
import { memberFiles } from "~/api/member-files";
import { Button } from "~/ui/button";
import { Download } from "~/ui/icons";
import { showToast } from "~/ui/toast";
import { saveFile } from "~/ui/told-once";

/** The team as a table. */
export function ExportMembers() {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const take = useMutation({
    mutationFn: memberFiles.export,
    onSuccess: (file) => saveFile(file, "members.csv"),
    onError: (error) => showToast({ tone: "error", text: errorText(error), about: "export" }),
  });
  return (
    <Button icon={Download} busy={take.isPending} onClick={() => take.mutate()}>
      {t(take.isPending ? "customers.exporting" : "customers.export")}
    </Button>
  );
}
