import { expect, test } from "vitest";
import { readTable, writeTable } from "./table";

test("a table opens in spreadsheets of its language, and holds no formula", async () => {
  const rows = [
    ["Строка", "Причина"],
    ["2", '=1+1; "x"'],
  ];
  const bytes = new Uint8Array(await writeTable(rows, "ru").arrayBuffer());
  expect([...bytes.slice(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
  expect(await writeTable(rows, "ru").text()).toContain('Строка;Причина\r\n2;"\'=1+1; ""x"""\r\n');
  expect(await writeTable(rows, "en").text()).toContain("Строка,Причина\r\n");
});

test("a file in the code page of Windows becomes UTF-8, one in UTF-8 stays as it is", async () => {
  const windows = new Blob([new Uint8Array([0xc0, 0xed, 0xed, 0xe0])]);
  expect(await (await readTable(windows)).text()).toBe("Анна");
  expect(await (await readTable(new Blob(["email\nнина@пример.рф\n"]))).text()).toBe(
    "email\nнина@пример.рф\n",
  );
});
