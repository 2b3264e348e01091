import type { LucideIcon } from "lucide-react";
import { Check } from "lucide-react";
import { DropdownMenu as Radix } from "radix-ui";
import type { ReactElement, ReactNode } from "react";
import { Kbd } from "./kbd";
import { useOverlayRoot } from "./overlay-root";

interface MenuProps {
  trigger: ReactElement;
  label: string;
  align?: "start" | "end";
  side?: "top" | "bottom" | "right";
  children: ReactNode;
}

/** Not modal: a modal one would lock scrolling by an injected style, which our CSP forbids. */
export function Menu({ trigger, label, align = "end", side = "bottom", children }: MenuProps) {
  const root = useOverlayRoot();
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal container={root}>
        <Radix.Content
          className="menu"
          align={align}
          side={side}
          sideOffset={6}
          collisionPadding={8}
          aria-label={label}
          loop
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

interface MenuItemProps {
  icon?: LucideIcon;
  hint?: string;
  disabled?: boolean;
  onSelect: () => void;
  children: ReactNode;
}

export function MenuItem({ icon: Icon, hint, disabled = false, onSelect, children }: MenuItemProps) {
  return (
    <Radix.Item className="menu__item" disabled={disabled} onSelect={onSelect}>
      {Icon && <Icon size={16} aria-hidden />}
      <span className="menu__text">{children}</span>
      {hint && <Kbd>{hint}</Kbd>}
    </Radix.Item>
  );
}

interface MenuRadioProps<T extends string> {
  label: string;
  value: T;
  options: { value: T; label: string; icon?: LucideIcon }[];
  onChange: (value: T) => void;
}

export function MenuRadio<T extends string>({ label, value, options, onChange }: MenuRadioProps<T>) {
  return (
    <>
      <Radix.Label className="menu__label">{label}</Radix.Label>
      <Radix.RadioGroup value={value} onValueChange={(next) => onChange(next as T)}>
        {options.map(({ value: option, label: text, icon: Icon }) => (
          <Radix.RadioItem
            key={option}
            value={option}
            className="menu__item"
            onSelect={(event) => event.preventDefault()}
          >
            {Icon && <Icon size={16} aria-hidden />}
            <span className="menu__text">{text}</span>
            <Radix.ItemIndicator>
              <Check size={15} aria-hidden />
            </Radix.ItemIndicator>
          </Radix.RadioItem>
        ))}
      </Radix.RadioGroup>
    </>
  );
}

export function MenuCheck({
  checked,
  onChange,
  icon: Icon,
  children,
}: {
  checked: boolean;
  onChange: (checked: boolean) => void;
  icon?: LucideIcon;
  children: ReactNode;
}) {
  return (
    <Radix.CheckboxItem
      className="menu__item"
      checked={checked}
      onCheckedChange={onChange}
      onSelect={(event) => event.preventDefault()}
    >
      {Icon && <Icon size={16} aria-hidden />}
      <span className="menu__text">{children}</span>
      <Radix.ItemIndicator>
        <Check size={15} aria-hidden />
      </Radix.ItemIndicator>
    </Radix.CheckboxItem>
  );
}

export function MenuLabel({ children }: { children: ReactNode }) {
  return <Radix.Label className="menu__label">{children}</Radix.Label>;
}

export function MenuSeparator() {
  return <Radix.Separator className="menu__separator" />;
}
