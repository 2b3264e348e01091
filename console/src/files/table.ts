const BOM = "\ufeff";
const FORMULA = /^[=+\-@\t\r]/;

/** A table as CSV that spreadsheets open in its language: with a byte order mark, and no cell that is a formula. */
export function writeTable(rows: readonly (readonly string[])[], language: string): Blob {
  const delimiter = language.startsWith("ru") ? ";" : ",";
  const lines = rows.map((row) => row.map(cellOf).join(delimiter));
  return new Blob([BOM, lines.join("\r\n"), "\r\n"], { type: "text/csv;charset=utf-8" });
}

function cellOf(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",;\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A file as UTF-8, which the server reads: Excel in Russian saves CSV in the code page of Windows. */
export async function readTable(file: Blob): Promise<Blob> {
  const bytes = await file.arrayBuffer();
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return new Blob([bytes]);
  } catch {
    return new Blob([new TextDecoder("windows-1251").decode(bytes)]);
  }
}
