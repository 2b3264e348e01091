import { useMutation } from "@tanstack/react-query";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { useErrorText } from "~/api/error-text";
import { Button } from "~/ui/button";
import { Dialog } from "~/ui/dialog";
import { Banner } from "~/ui/feedback";
import { Frame } from "~/ui/field";
import { Download, Upload } from "~/ui/icons";
import { saveFile } from "~/ui/told-once";
import { type Refused, RefusedRows } from "./refused-rows";
import { readTable, writeTable } from "./table";
import "./files.css";

/** What became of a table, or after a dry run what would. */
export interface ImportOutcome {
  rows: number;
  /** In words, such as "3 new customers". */
  counts: readonly string[];
  /** Rows that change something. */
  good: number;
  refused: readonly Refused[];
}

interface ImportDialogProps {
  title: string;
  /** Which columns there are, and what stands in them. */
  hint: string;
  /** A table to begin from. */
  sample: readonly (readonly string[])[];
  /** A word for file names. */
  name: string;
  /** The button that does it, after the preview. */
  submit: (good: number) => string;
  run: (table: Blob, dryRun: boolean) => Promise<ImportOutcome>;
  onDone: () => void;
  onClose: () => void;
}

/** A file is chosen, what would become of it is shown, and only then it is done; what was refused can be kept. */
export function ImportDialog(props: ImportDialogProps) {
  const { title, hint, sample, name, submit, run, onDone, onClose } = props;
  const { t, i18n } = useTranslation();
  const [table, setTable] = useState<Blob | null>(null);
  const preview = useMutation({ mutationFn: (file: Blob) => run(file, true) });
  const take = useMutation({ mutationFn: (file: Blob) => run(file, false), onSuccess: onDone });
  const choose = async (file: File | undefined) => {
    take.reset();
    preview.reset();
    setTable(null);
    if (!file) return;
    const read = await readTable(file);
    setTable(read);
    preview.mutate(read);
  };
  const outcome = take.data ?? preview.data;
  const isDone = take.isSuccess;
  const busy = preview.isPending || take.isPending;
  return (
    <Dialog
      wide
      title={title}
      hint={hint}
      onClose={onClose}
      footer={
        isDone ? (
          <Button variant="primary" onClick={onClose}>
            {t("import.done")}
          </Button>
        ) : (
          <>
            <Button variant="quiet" onClick={onClose}>
              {t("common.cancel")}
            </Button>
            {outcome && table && outcome.good > 0 && (
              <Button variant="primary" busy={take.isPending} onClick={() => take.mutate(table)}>
                {submit(outcome.good)}
              </Button>
            )}
          </>
        )
      }
    >
      <div className="dialog__body" aria-busy={busy || undefined}>
        {!isDone && (
          <>
            <FileField label={t("import.file")} disabled={busy} onChoose={(file) => void choose(file)} />
            <Button
              size="sm"
              variant="quiet"
              icon={Download}
              className="import__sample"
              onClick={() => saveFile(writeTable(sample, i18n.language), `${name}.csv`)}
            >
              {t("import.sample")}
            </Button>
          </>
        )}
        {busy && <Banner>{t(take.isPending ? "import.taking" : "import.checking")}</Banner>}
        <Failure error={take.error ?? preview.error} />
        {outcome && !busy && <Outcome outcome={outcome} isDone={isDone} name={name} />}
      </div>
    </Dialog>
  );
}

function Failure({ error }: { error: unknown }) {
  const errorText = useErrorText();
  if (!error) return null;
  return (
    <Banner tone="danger" alert>
      {errorText(error)}
    </Banner>
  );
}

function Outcome({ outcome, isDone, name }: { outcome: ImportOutcome; isDone: boolean; name: string }) {
  const { t } = useTranslation();
  const { rows, counts, good, refused } = outcome;
  return (
    <>
      <Banner tone={isDone ? "success" : good > 0 ? "info" : "warning"}>
        <strong>{t(isDone ? "import.became" : "import.wouldBecome", { count: rows })}</strong>
        <ul className="import__counts">
          {counts.map((count) => (
            <li key={count}>{count}</li>
          ))}
        </ul>
      </Banner>
      {refused.length > 0 && <RefusedRows refused={refused} name={name} />}
    </>
  );
}

interface FileFieldProps {
  label: string;
  disabled: boolean;
  onChoose: (file: File | undefined) => void;
}

/** The native control, under words of ours: its own are in the browser's language. */
function FileField({ label, disabled, onChoose }: FileFieldProps) {
  const { t } = useTranslation();
  const id = useId();
  const [name, setName] = useState("");
  return (
    <Frame id={id} label={label}>
      <div className="file-field">
        <input
          id={id}
          className="visually-hidden file-field__input"
          type="file"
          accept=".csv,text/csv"
          disabled={disabled}
          onChange={(event) => {
            const file = event.target.files?.[0];
            setName(file?.name ?? "");
            onChoose(file);
          }}
          data-autofocus
        />
        <label htmlFor={id} className="button button--secondary button--md">
          <Upload size={16} aria-hidden />
          {t("import.choose")}
        </label>
        <span className="file-field__name">{name || t("import.noFile")}</span>
      </div>
    </Frame>
  );
}
