import { useTranslation } from "react-i18next";
import type { Kind } from "./kinds";
import type { Preset } from "./mailbox";

type Guide = Exclude<Kind, "email"> | Preset;

/** Where to click at the provider, in order. */
export function Steps({ of }: { of: Guide }) {
  const { t } = useTranslation();
  const steps = t(`connecting.steps.${of}`).split("\n");
  return (
    <ol className="steps">
      {steps.map((step) => (
        <li key={step}>{step}</li>
      ))}
    </ol>
  );
}
