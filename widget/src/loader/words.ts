import type { Locale } from "../shared/protocol";

/** Label of the closed launcher, of the open one, title of the frame, the word before the unread count, dismissing. */
export const WORDS: Record<
  Locale,
  [open: string, close: string, title: string, unread: string, dismiss: string]
> = {
  ru: ["Открыть чат", "Закрыть чат", "Чат поддержки", "непрочитанных", "Скрыть приглашение"],
  en: ["Open chat", "Close chat", "Support chat", "unread", "Dismiss the invitation"],
};
