import { readStored, writeStored } from "./storage";
import { createStore } from "./store";

export type ThemeChoice = "system" | "light" | "dark";
export type Locale = "ru" | "en";

export interface Prefs {
  theme: ThemeChoice;
  /** null: the account's language, or the browser's before anyone has signed in. */
  locale: Locale | null;
  /** Single-key shortcuts; Ctrl-K stays, it cannot be pressed by accident (WCAG 2.1.4). */
  shortcuts: boolean;
  /** Whether the customer panel stands beside the thread on wide screens. */
  panel: boolean;
}

const DEFAULTS: Prefs = { theme: "system", locale: null, shortcuts: true, panel: true };

/** What this browser's user chose; kept in this browser only. */
export const prefs = createStore<Prefs>({ ...DEFAULTS, ...readStored<Partial<Prefs>>("prefs", {}) });

export function setPrefs(change: Partial<Prefs>): void {
  prefs.set((before) => ({ ...before, ...change }));
  writeStored("prefs", prefs.get());
  applyTheme(prefs.get().theme);
}

/** The same rule as design/theme-boot.js, which runs before the first paint. */
export function applyTheme(theme: ThemeChoice): void {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}
