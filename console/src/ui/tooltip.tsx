import { Tooltip as Radix } from "radix-ui";
import type { ReactElement } from "react";
import { Kbd } from "./kbd";

export const TooltipProvider = Radix.Provider;

interface TooltipProps {
  label: string;
  /** A key, shown after the words. */
  hint?: string;
  side?: "top" | "bottom" | "left" | "right";
  children: ReactElement;
}

/** Says what a control is called; never the only place where something can be learned. */
export function Tooltip({ label, hint, side = "bottom", children }: TooltipProps) {
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content className="tooltip" side={side} sideOffset={6} collisionPadding={8}>
          {label}
          {hint && <Kbd>{hint}</Kbd>}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
