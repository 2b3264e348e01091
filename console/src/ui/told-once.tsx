import { useTranslation } from "react-i18next";
import { Button } from "./button";
import { Copy, Download } from "./icons";
import { showToast } from "./toast";

interface ToldOnceProps {
  label: string;
  lines: readonly string[];
  /** With a name it can be kept as a file. */
  fileName?: string;
}

/** A secret that the server will not tell again: to copy, and to keep as a file. */
export function ToldOnce({ label, lines, fileName }: ToldOnceProps) {
  const { t } = useTranslation();
  const text = lines.join("\n");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      showToast({ tone: "success", text: t("common.copied") });
    } catch {
      showToast({ tone: "error", text: t("common.copyFailed") });
    }
  };
  return (
    <div className="told-once">
      <ul className="told-once__lines" aria-label={label}>
        {lines.map((line) => (
          <li key={line}>
            <code>{line}</code>
          </li>
        ))}
      </ul>
      <div className="told-once__actions">
        <Button size="sm" icon={Copy} onClick={() => void copy()}>
          {t("common.copy")}
        </Button>
        {fileName && (
          <Button size="sm" icon={Download} onClick={() => saveFile(new Blob([`${text}\n`]), fileName)}>
            {t("common.download")}
          </Button>
        )}
      </div>
    </div>
  );
}

/** Hand a file to the browser's downloads. */
export function saveFile(content: Blob, name: string): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000); // Firefox reads it after the click
}
