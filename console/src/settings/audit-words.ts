import { useTranslation } from "react-i18next";

/** An action of the audit log in words: "Role: changed". A word that is not known here stays the code that it is. */
export function useActionText(): (action: string) => string {
  const { t, i18n } = useTranslation();
  const word = (key: string, code: string) => (i18n.exists(key) ? t(key as never) : code);
  return (action) => {
    const [noun = "", verb = ""] = action.split(".");
    return `${word(`settings.audit.nouns.${noun}`, noun)}: ${word(`settings.audit.verbs.${verb}`, verb)}`;
  };
}
