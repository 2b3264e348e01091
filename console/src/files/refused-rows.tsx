import { useTranslation } from "react-i18next";
import { Button } from "~/ui/button";
import { Download } from "~/ui/icons";
import { saveFile } from "~/ui/told-once";
import { writeTable } from "./table";

/** Why a row was left out; its line counts from 1, the head included. */
export interface Refused {
  line: number;
  field: string | null;
  text: string;
}

const SHOWN = 50;

/** What was refused of a table: the first lines to read, all of them as a file. */
export function RefusedRows({ refused, name }: { refused: readonly Refused[]; name: string }) {
  const { t, i18n } = useTranslation();
  const head = [t("import.line"), t("import.column"), t("import.reason")];
  const cells = refused.map(({ line, field, text }) => [String(line), field ?? "", text]);
  const save = () => saveFile(writeTable([head, ...cells], i18n.language), `${name}-refused.csv`);
  return (
    <div className="import__refused">
      <div className="import__head">
        <h3>{t("import.refused")}</h3>
        <Button size="sm" icon={Download} onClick={save}>
          {t("import.keepRefused")}
        </Button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long table is scrolled by keyboard too */}
      <section className="import__table" tabIndex={0} aria-label={t("import.refused")}>
        <table>
          <thead>
            <tr>
              {head.map((title) => (
                <th key={title} scope="col">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {cells.slice(0, SHOWN).map(([line, field, text], at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a line may be refused for several reasons
              <tr key={at}>
                <td>{line}</td>
                <td>{field}</td>
                <td>{text}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {refused.length > SHOWN && (
        <p className="field__hint">{t("import.moreRefused", { count: refused.length - SHOWN })}</p>
      )}
    </div>
  );
}
