import { type ReactNode, useState } from "react";
import { type Option, SelectField } from "~/ui/select";
import { FormDialog } from "./form-dialog";
import { useSave } from "./use-save";

export interface ConfirmDeleteProps {
  title: string;
  /** What happens to whatever hangs on it. */
  text: ReactNode;
  submit: string;
  stale: readonly (readonly unknown[])[];
  run: (moveTo: string | undefined) => Promise<unknown>;
  onClose: () => void;
  onDone?: () => void;
  /** Where to move what hangs on it: asked for when given. */
  move?: { label: string; options: readonly Option[] };
}

const FIELDS = ["move_to"];

/** Ask before something is gone for good. */
export function ConfirmDelete({
  title,
  text,
  submit,
  stale,
  run,
  onClose,
  onDone,
  move,
}: ConfirmDeleteProps) {
  const [moveTo, setMoveTo] = useState("");
  const { save, busy, refusal } = useSave({
    run: () => run(moveTo || undefined),
    stale,
    fields: move ? FIELDS : undefined,
    onDone: () => {
      onClose();
      onDone?.();
    },
  });
  return (
    <FormDialog
      title={title}
      submit={submit}
      busy={busy}
      refusal={refusal}
      danger
      onSubmit={save}
      onClose={onClose}
    >
      <p>{text}</p>
      {move && (
        <SelectField
          label={move.label}
          options={move.options}
          value={moveTo}
          error={refusal.fields.move_to}
          onChange={setMoveTo}
          data-autofocus
        />
      )}
    </FormDialog>
  );
}
