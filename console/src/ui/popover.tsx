import { Popover as Radix } from "radix-ui";
import type { ReactElement, ReactNode } from "react";
import { useOverlayRoot } from "./overlay-root";

interface PopoverProps {
  trigger: ReactElement;
  label: string;
  align?: "start" | "end";
  children: ReactNode;
}

export function Popover({ trigger, label, align = "end", children }: PopoverProps) {
  const root = useOverlayRoot();
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal container={root}>
        <Radix.Content
          className="popover"
          align={align}
          sideOffset={6}
          collisionPadding={8}
          aria-label={label}
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
