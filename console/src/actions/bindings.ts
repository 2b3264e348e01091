/** Which key does what. Keys are places on the keyboard (`event.code`), so any layout works, Russian too. */

export type ActionId =
  | "next"
  | "previous"
  | "reply"
  | "note"
  | "take-over"
  | "hand-back"
  | "resolve"
  | "reopen"
  | "assign"
  | "assign-me"
  | "transfer"
  | "snooze"
  | "panel"
  | "command"
  | "help"
  | "view-mine"
  | "view-unassigned"
  | "view-bot"
  | "view-all"
  | "settings"
  | "theme"
  | "language"
  | "shortcuts"
  | "sign-out";

export interface Binding {
  code: string;
  shift?: boolean;
  /** Ctrl, or Command on a Mac. */
  mod?: boolean;
}

export const BINDINGS: Partial<Record<ActionId, Binding[]>> = {
  next: [{ code: "KeyJ" }],
  previous: [{ code: "KeyK" }],
  reply: [{ code: "KeyR" }],
  note: [{ code: "KeyN" }],
  "take-over": [{ code: "KeyT" }],
  "hand-back": [{ code: "KeyH" }],
  resolve: [{ code: "KeyE" }],
  reopen: [{ code: "KeyE", shift: true }],
  assign: [{ code: "KeyA" }],
  "assign-me": [{ code: "KeyA", shift: true }],
  snooze: [{ code: "KeyS" }],
  panel: [{ code: "KeyP" }],
  command: [{ code: "KeyK", mod: true }, { code: "Slash" }],
  help: [{ code: "Slash", shift: true }],
  "view-mine": [{ code: "Digit1" }],
  "view-unassigned": [{ code: "Digit2" }],
  "view-bot": [{ code: "Digit3" }],
  "view-all": [{ code: "Digit4" }],
};

export interface KeyPress {
  code: string;
  shiftKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}

/**
 * The action of a key press. `single` false leaves only combinations with Ctrl or Command: single keys are
 * off while someone types, while a dialog is open, or when the user has switched them off (WCAG 2.1.4).
 */
export function actionFor(press: KeyPress, single: boolean): ActionId | null {
  if (press.altKey) return null;
  const mod = press.ctrlKey || press.metaKey;
  for (const [id, bindings] of Object.entries(BINDINGS)) {
    for (const binding of bindings) {
      if (binding.code !== press.code) continue;
      if (Boolean(binding.mod) !== mod || Boolean(binding.shift) !== press.shiftKey) continue;
      if (!mod && !single) continue;
      return id as ActionId;
    }
  }
  return null;
}

const NAMES: Record<string, string> = { Slash: "/" };

/** How a binding is written on screen; `?` because that is what Shift and / print. */
export function keyLabel(binding: Binding, isMac: boolean): string {
  if (binding.code === "Slash" && binding.shift) return "?";
  const key = NAMES[binding.code] ?? binding.code.replace(/^(Key|Digit)/, "");
  if (binding.mod) return isMac ? `⌘${key}` : `Ctrl ${key}`;
  return binding.shift ? `⇧${key}` : key;
}

const isMac = typeof navigator !== "undefined" && /mac|iphone|ipad/i.test(navigator.platform);

export function hintFor(id: ActionId): string | undefined {
  const binding = BINDINGS[id]?.[0];
  return binding && keyLabel(binding, isMac);
}

export function allHints(id: ActionId): string[] {
  return (BINDINGS[id] ?? []).map((binding) => keyLabel(binding, isMac));
}

/** Whether a key press belongs to a control that takes letters itself. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  if (target instanceof HTMLInputElement)
    return !["checkbox", "radio", "button", "submit"].includes(target.type);
  return (
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement ||
    Boolean(target.closest("[role=menu]"))
  );
}
