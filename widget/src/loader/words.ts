import type { Locale } from "../shared/protocol";

/** Label of the closed launcher, of the open one, title of the frame, the word before the unread count. */
export const WORDS: Record<Locale, [open: string, close: string, title: string, unread: string]> = {
  ru: ["Открыть чат", "Закрыть чат", "Чат поддержки", "непрочитанных"],
  en: ["Open chat", "Close chat", "Support chat", "unread"],
};

/** Label of an opening's cross. */
export const DISMISS: Record<Locale, string> = { ru: "Скрыть приглашение", en: "Dismiss the invitation" };
