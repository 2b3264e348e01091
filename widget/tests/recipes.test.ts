// @vitest-environment node
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const DOCS = readFileSync(`${ROOT}docs/widget-sdk.md`, "utf8");
const OPTIONS: ts.CompilerOptions = {
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  jsx: ts.JsxEmit.ReactJSX,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  target: ts.ScriptTarget.ES2022,
  lib: ["lib.es2022.d.ts", "lib.dom.d.ts"],
  types: [],
};

function recipe(name: string): string {
  const found = new RegExp(`<!-- recipe: ${name} -->\n\`\`\`\\w+\n([\\s\\S]*?)\`\`\``).exec(DOCS);
  return (found as RegExpExecArray)[1] as string;
}

/** What the compiler says of sources beside our types, as a customer has them. */
function complaints(files: Record<string, string>): string[] {
  // Beside the console, which has React's types.
  const here = (name: string) => `${ROOT}console/src/${name}`;
  const given = new Map(Object.entries(files).map(([name, text]) => [here(name), text]));
  const host = ts.createCompilerHost(OPTIONS);
  const { getSourceFile, fileExists, readFile } = host;
  host.getSourceFile = (name, version) => {
    const text = given.get(name);
    return text === undefined ? getSourceFile(name, version) : ts.createSourceFile(name, text, version);
  };
  host.fileExists = (name) => given.has(name) || fileExists(name);
  host.readFile = (name) => given.get(name) ?? readFile(name);
  const program = ts.createProgram([...given.keys(), `${ROOT}widget/public/omni.d.ts`], OPTIONS, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map((each) => ts.flattenDiagnosticMessageText(each.messageText, " "));
}

test("the recipes for React and Next are right by our types and theirs", () => {
  expect(complaints({ "support.tsx": recipe("react"), "layout.tsx": recipe("next") })).toEqual([]);
}, 60_000);

test("our types know every command, and refuse what the widget would", () => {
  const right = `
    omni("init", "demo", { position: "left", launcher: { kind: "label", text: "Ask" }, x: 4 });
    for (const name of ["open", "close", "toggle", "reset", "shutdown"] as const) omni(name as "open");
    omni("show", "conversations");
    omni("show", "article", "a1");
    omni("track", "cart.filled", { items: 3 });
    omni("identify", { token: "a.b.c" });
    omni("on", "unread", (count) => count.toFixed());
    omni("on", "message", ({ author }) => author.name?.length);
    omni("off", "csat");`;
  const wrong = [
    `omni("init")`,
    `omni("init", "demo", { position: "top" })`,
    `omni("init", "demo", { launcher: { kind: "label" } })`,
    `omni("identify", { token: "a", name: "b" })`,
    `omni("on", "nothing", () => {})`,
    `omni("setLocale", "de")`,
    `omni("show", "article")`,
    `omni("dance")`,
  ];
  expect(complaints({ "right.ts": right })).toEqual([]);
  const files = Object.fromEntries(wrong.map((line, at) => [`wrong${at}.ts`, `export {};\n${line};`]));
  expect(complaints(files)).toHaveLength(wrong.length);
}, 60_000);
