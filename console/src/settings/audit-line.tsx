import { useTranslation } from "react-i18next";
import type { AuditLine } from "~/api/types";
import { useFormat } from "~/i18n/use-format";
import { Badge } from "~/ui/badge";
import { changesOf, OUTCOMES } from "./audit-search";
import { useActionText } from "./audit-words";

const TONES = { done: "success", refused: "warning", failed: "danger" } as const;

/** One line: who did what, when; opened, what it changed and from where. */
export function AuditRow({ line }: { line: AuditLine }) {
  const { t } = useTranslation();
  const format = useFormat();
  const actionText = useActionText();
  const outcome = OUTCOMES.find((known) => known === line.outcome);
  return (
    <li className="record record--wide">
      <details className="details">
        <summary>
          <span className="record__more">{format.dateTime(line.at)}</span>
          <bdi className="record__name">
            {line.actor.kind === "system"
              ? t("settings.audit.system")
              : line.actor.name || t("settings.audit.nobody")}
          </bdi>
          <span>{actionText(line.action)}</span>
          {outcome && outcome !== "done" && (
            <Badge tone={TONES[outcome]}>{t(`settings.audit.outcomes.${outcome}`)}</Badge>
          )}
          {line.impersonator_id && <Badge tone="note">{t("settings.audit.impersonated")}</Badge>}
        </summary>
        <dl className="facts">
          <div className="facts__one">
            <dt>{t("settings.audit.code")}</dt>
            <dd>
              <code>{line.action}</code>
            </dd>
          </div>
          {line.target && (
            <div className="facts__one">
              <dt>{t("settings.audit.target")}</dt>
              <dd>{[line.target.kind, line.target.id].filter(Boolean).join(": ")}</dd>
            </div>
          )}
          {line.address && (
            <div className="facts__one">
              <dt>{t("settings.audit.address")}</dt>
              <dd>{line.address}</dd>
            </div>
          )}
          {line.user_agent && (
            <div className="facts__one">
              <dt>{t("settings.audit.userAgent")}</dt>
              <dd>{line.user_agent}</dd>
            </div>
          )}
        </dl>
        <Changes line={line} />
      </details>
    </li>
  );
}

function Changes({ line }: { line: AuditLine }) {
  const { t } = useTranslation();
  const changes = changesOf(line.before, line.after);
  if (changes.length === 0) return null;
  return (
    <table className="changes">
      <caption className="visually-hidden">{t("settings.audit.changes")}</caption>
      <thead>
        <tr>
          <th scope="col">{t("settings.audit.field")}</th>
          <th scope="col">{t("settings.audit.before")}</th>
          <th scope="col">{t("settings.audit.after")}</th>
        </tr>
      </thead>
      <tbody>
        {changes.map(({ name, before, after }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{before}</td>
            <td>{after}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
