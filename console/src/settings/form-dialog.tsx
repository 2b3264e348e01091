import { type ReactNode, useEffect, useId, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "~/ui/button";
import { Dialog } from "~/ui/dialog";
import { Banner } from "~/ui/feedback";
import type { Refusal } from "./refusal";

interface FormDialogProps {
  title: string;
  hint?: string;
  submit: string;
  busy: boolean;
  refusal: Refusal;
  danger?: boolean;
  wide?: boolean;
  /** False while nothing could be sent. */
  ready?: boolean;
  onSubmit: () => void;
  onClose: () => void;
  children: ReactNode;
}

/** A form in a dialog: Enter sends it, a refusal stands where it belongs and takes the focus there. */
export function FormDialog(props: FormDialogProps) {
  const { title, hint, submit, busy, refusal, onSubmit, onClose, children } = props;
  const { t } = useTranslation();
  const id = useId();
  const form = useFocusOnRefusal(refusal);
  return (
    <Dialog
      title={title}
      hint={hint}
      onClose={onClose}
      wide={props.wide}
      footer={
        <>
          <Button variant="quiet" onClick={onClose}>
            {t("common.cancel")}
          </Button>
          <Button
            type="submit"
            form={id}
            variant={props.danger ? "danger" : "primary"}
            busy={busy}
            disabled={props.ready === false}
          >
            {submit}
          </Button>
        </>
      }
    >
      <form
        id={id}
        ref={form}
        className="dialog__body"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy && props.ready !== false) onSubmit();
        }}
      >
        {refusal.rest && (
          <Banner tone="danger" alert>
            {refusal.rest}
          </Banner>
        )}
        {children}
      </form>
    </Dialog>
  );
}

/** After a refused save the first field that is to be mended has the focus. */
export function useFocusOnRefusal(refusal: Refusal) {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (Object.keys(refusal.fields).length === 0) return;
    form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [refusal]);
  return form;
}
