import { useMutation, useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "~/api/endpoints";
import { useErrorText } from "~/api/error-text";
import { useRefusals } from "~/api/refusals";
import type { Enrolment } from "~/api/types";
import { Button } from "~/ui/button";
import { Dialog } from "~/ui/dialog";
import { Banner, Skeleton } from "~/ui/feedback";
import { TextField } from "~/ui/field";
import { Form } from "~/ui/form";
import { ToldOnce } from "~/ui/told-once";

/** From the picture to the recovery codes, in a dialog of the profile. */
export function EnrolDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Dialog title={t("factor.enrol")} onClose={onClose}>
      <div className="dialog__body">
        <Enrol onDone={onClose} />
      </div>
    </Dialog>
  );
}

/** Scan the picture, confirm by a code, keep the recovery codes. */
export function Enrol({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [codes, setCodes] = useState<string[] | null>(null);
  // Each question is a new seed, so it is asked once and never again by itself.
  const begun = useQuery({
    queryKey: ["enrolment"],
    queryFn: () => api.beginTwoFactor(),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  });
  if (codes) return <KeepCodes codes={codes} onDone={onDone} />;
  if (begun.isError)
    return (
      <Banner
        tone="danger"
        alert
        action={
          <Button size="sm" onClick={() => void begun.refetch()}>
            {t("common.retry")}
          </Button>
        }
      >
        {errorText(begun.error)}
      </Banner>
    );
  if (!begun.data)
    return (
      <div aria-busy="true">
        <Skeleton width="12rem" height="12rem" />
      </div>
    );
  return <Confirm seed={begun.data} onConfirmed={setCodes} />;
}

function Confirm({ seed, onConfirmed }: { seed: Enrolment; onConfirmed: (codes: string[]) => void }) {
  const { t } = useTranslation();
  return (
    <>
      <p>{t("factor.scan")}</p>
      <img className="qr" alt={t("factor.qr")} src={pictureOf(seed.qr_svg)} />
      <details>
        <summary>{t("factor.cannotScan")}</summary>
        <ToldOnce label={t("factor.secret")} lines={[seed.secret]} />
      </details>
      <CodeForm
        submit={t("factor.confirm")}
        onSubmit={async (code) => onConfirmed((await api.confirmTwoFactor(code)).recovery_codes)}
      />
    </>
  );
}

/** An image of its own, not markup of the page; as one it has to name its namespace. */
export function pictureOf(svg: string): string {
  const whole = svg.includes("xmlns=") ? svg : svg.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"');
  return `data:image/svg+xml,${encodeURIComponent(whole)}`;
}

interface CodeFormProps {
  submit: string;
  onSubmit: (code: string) => Promise<void>;
  hint?: string;
  children?: ReactNode;
}

/** A code of the app; recovery codes go through the same field where the server takes them. */
export function CodeForm({ submit, onSubmit, hint }: CodeFormProps) {
  const { t } = useTranslation();
  const [code, setCode] = useState("");
  const [missing, setMissing] = useState<object | null>(null);
  const send = useMutation({ mutationFn: () => onSubmit(code.trim()) });
  const refusals = useRefusals(send.error, ["code"]);
  return (
    <Form
      refused={missing ?? send.error}
      onSubmit={() => {
        setMissing(code.trim() ? null : {});
        if (code.trim() && !send.isPending) send.mutate();
      }}
    >
      {refusals.rest && (
        <Banner tone="danger" alert>
          {refusals.rest}
        </Banner>
      )}
      <TextField
        label={t("secondFactor.code")}
        hint={hint}
        name="one-time-code"
        autoComplete="one-time-code"
        inputMode="numeric"
        maxLength={40}
        data-autofocus
        value={code}
        error={missing ? t("secondFactor.missing") : refusals.at("code")}
        onChange={(event) => setCode(event.target.value)}
      />
      <Button variant="primary" type="submit" busy={send.isPending}>
        {submit}
      </Button>
    </Form>
  );
}

/** The one time that recovery codes are shown. */
export function KeepCodes({ codes, onDone }: { codes: string[]; onDone: () => void }) {
  const { t } = useTranslation();
  return (
    <>
      <Banner tone="warning" alert>
        {t("factor.keep")}
      </Banner>
      <ToldOnce label={t("factor.codes")} lines={codes} fileName="omnisupport-recovery-codes.txt" />
      <Button variant="primary" onClick={onDone}>
        {t("factor.kept")}
      </Button>
    </>
  );
}
