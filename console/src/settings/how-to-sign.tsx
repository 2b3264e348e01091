import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSession } from "~/session/session";
import { Button } from "~/ui/button";
import { Segmented } from "~/ui/field";
import { Copy } from "~/ui/icons";
import { showToast } from "~/ui/toast";

const LANGUAGES = ["node", "python", "php"] as const;
type Language = (typeof LANGUAGES)[number];
const LABELS: Record<Language, string> = { node: "Node.js", python: "Python", php: "PHP" };

/** Code for the company's server; the key stands in its environment, never in a page. */
export function snippetOf(language: Language, slug: string): string {
  if (language === "node") {
    return `import jwt from "jsonwebtoken";

const token = jwt.sign(
  { aud: "${slug}", sub: String(user.id), name: user.name, email: user.email },
  process.env.OMNI_IDENTITY_KEY,
  { algorithm: "HS256", expiresIn: "10m" },
);`;
  }
  if (language === "python") {
    return `import os, time, jwt

now = int(time.time())
token = jwt.encode(
    {"aud": "${slug}", "sub": str(user.id), "name": user.name,
     "email": user.email, "iat": now, "exp": now + 600},
    os.environ["OMNI_IDENTITY_KEY"], algorithm="HS256",
)`;
  }
  return `use Firebase\\JWT\\JWT;

$token = JWT::encode([
    'aud' => '${slug}', 'sub' => (string) $user->id, 'name' => $user->name,
    'email' => $user->email, 'iat' => time(), 'exp' => time() + 600,
], getenv('OMNI_IDENTITY_KEY'), 'HS256');`;
}

const IN_PAGE = `omni("identify", { token });`;

/** How a server signs who a visitor is, and how the page hands it to the widget. */
export function HowToSign() {
  const { t } = useTranslation();
  const { me } = useSession();
  const [language, setLanguage] = useState<Language>("node");
  return (
    <details className="how-to">
      <summary>{t("security.howTo")}</summary>
      <div className="how-to__body">
        <p className="setting__text">{t("security.howToServer")}</p>
        <Segmented
          label={t("security.howTo")}
          value={language}
          onChange={setLanguage}
          options={LANGUAGES.map((value) => ({ value, label: LABELS[value] }))}
        />
        <Code text={snippetOf(language, me.tenant.slug)} label={LABELS[language]} />
        <p className="setting__text">{t("security.howToPage")}</p>
        <Code text={IN_PAGE} label="JavaScript" />
      </div>
    </details>
  );
}

/** A few lines to be copied. */
export function Code({ text, label }: { text: string; label: string }) {
  const { t } = useTranslation();
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => showToast({ tone: "success", text: t("common.copied") }),
      () => showToast({ tone: "error", text: t("common.copyFailed") }),
    );
  return (
    <section className="snippet" aria-label={label}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long lines are scrolled by keyboard too */}
      <pre className="snippet__text" tabIndex={0}>
        <code>{text}</code>
      </pre>
      <Button size="sm" icon={Copy} aria-label={`${t("common.copy")}: ${label}`} onClick={() => void copy()}>
        {t("common.copy")}
      </Button>
    </section>
  );
}
