import { useState } from "react";
import { useTranslation } from "react-i18next";
import { customers } from "~/api/customers";
import type { Note } from "~/api/types";
import { FormDialog } from "~/settings/form-dialog";
import { useSave } from "~/settings/use-save";
import { TextArea } from "~/ui/field";

interface NoteDialogProps {
  customerId: string;
  note: Note;
  queryKey: readonly unknown[];
  onClose: () => void;
}

const FIELDS = ["text"];

/** Write one's own note anew. */
export function NoteDialog({ customerId, note, queryKey, onClose }: NoteDialogProps) {
  const { t } = useTranslation();
  const [text, setText] = useState(note.text);
  const { save, busy, refusal } = useSave({
    run: () => customers.changeNote(customerId, note.id, text.trim()),
    fields: FIELDS,
    stale: [queryKey],
    onDone: onClose,
  });
  return (
    <FormDialog
      title={t("notes.edit")}
      submit={t("common.save")}
      busy={busy}
      refusal={refusal}
      ready={text.trim() !== ""}
      onSubmit={save}
      onClose={onClose}
    >
      <TextArea
        label={t("notes.words")}
        maxLength={8000}
        rows={6}
        value={text}
        error={refusal.fields.text ?? null}
        onChange={(event) => setText(event.target.value)}
      />
    </FormDialog>
  );
}
