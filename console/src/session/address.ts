import type { Translate } from "~/i18n";

/** What is wrong with an e-mail address at first sight; the server looks closer. */
export function addressProblem(t: Translate, email: string): string | null {
  const typed = email.trim();
  if (!typed) return t("signIn.emailMissing");
  return /^\S+@\S+$/.test(typed) ? null : t("signIn.emailInvalid");
}
