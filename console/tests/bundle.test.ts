// @vitest-environment node
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const KB = 1024;
const INITIAL_JS_MAX = 260 * KB;
const LAZY_CHUNK_MAX = 230 * KB;
const CSS_MAX = 20 * KB;

const out = mkdtempSync(join(tmpdir(), "console-build-"));
let html = "";
let files: { name: string; text: string; gzip: number }[] = [];

beforeAll(() => {
  const root = join(import.meta.dirname, "..");
  const vite = join(root, "../node_modules/vite/bin/vite.js");
  // A process of its own: in the test's, NODE_ENV would build React for development.
  execFileSync(process.execPath, [vite, "build", "--outDir", out, "--logLevel", "error"], {
    cwd: root,
    env: { ...process.env, NODE_ENV: "production" },
  });
  html = readFileSync(join(out, "index.html"), "utf8");
  files = readdirSync(join(out, "assets")).map((name) => {
    const bytes = readFileSync(join(out, "assets", name));
    return { name, text: bytes.toString("utf8"), gzip: gzipSync(bytes).length };
  });
}, 120_000);

afterAll(() => rmSync(out, { recursive: true, force: true }));

/** What the page loads before it can show anything: the scripts it names, and what these import statically. */
function initialScripts(): string[] {
  const wanted = [...html.matchAll(/(?:src|href)="\/assets\/([^"]+\.js)"/g)].map(
    (match) => match[1] as string,
  );
  for (const name of wanted) {
    const text = files.find((file) => file.name === name)?.text ?? "";
    for (const [, imported] of text.matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)) {
      if (imported && !wanted.includes(imported)) wanted.push(imported);
    }
  }
  return wanted;
}

const size = (names: string[]) =>
  files.filter((file) => names.includes(file.name)).reduce((sum, file) => sum + file.gzip, 0);

/** The texts of the language that weighs most: nothing is shown before the reader's own is here. */
function heaviestLanguage(): string {
  const languages = files.filter(({ name }) => /^(en|ru)-[\w-]{8}\.js$/.test(name));
  expect(languages).toHaveLength(2);
  return languages.sort((one, other) => other.gzip - one.gzip)[0]?.name as string;
}

describe("the built console", () => {
  test("starts with at most 260 KB of JavaScript, one language with it", () => {
    const scripts = [...initialScripts(), heaviestLanguage()];
    expect(scripts.length).toBeGreaterThan(0);
    expect(size(scripts)).toBeGreaterThan(100 * KB); // the measure itself works
    expect(size(scripts)).toBeLessThanOrEqual(INITIAL_JS_MAX);
  });

  test("loads nothing later that is heavier than 230 KB", () => {
    const scripts = initialScripts();
    for (const file of files) {
      if (file.name.endsWith(".js") && !scripts.includes(file.name))
        expect(file.gzip).toBeLessThanOrEqual(LAZY_CHUNK_MAX);
    }
  });

  test("reads the layers of its styles in one order, whichever sheet comes first", () => {
    const sheets = files.filter((file) => file.name.endsWith(".css"));
    expect(sheets.length).toBeGreaterThan(1);
    for (const { name, text } of sheets) {
      const layers = [...text.matchAll(/@layer ([a-z, ]+)[;{]/g)].flatMap(
        ([, names]) => names?.split(",") ?? [],
      );
      expect([name, ...new Set(layers)]).toEqual([name, "base", "components", "layout"]);
    }
  });

  test("has small style sheets", () => {
    for (const file of files) if (file.name.endsWith(".css")) expect(file.gzip).toBeLessThanOrEqual(CSS_MAX);
  });

  test("knows the order of the layers whichever style sheet comes first", () => {
    for (const { name, text } of files) {
      if (!name.endsWith(".css") || !text.includes("@layer")) continue;
      const named = [...text.matchAll(/@layer ([\w, ]+)[;{]/g)].flatMap(([, names = ""]) =>
        names.split(/, */),
      );
      expect([name, ...new Set(named)]).toEqual([name, "base", "components", "layout"]);
    }
  });

  test("needs no inline code and nothing from elsewhere", () => {
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)/);
    expect(html).not.toMatch(/<style|style="|\son\w+="/);
    expect(
      [...html.matchAll(/(?:src|href)="([^"]+)"/g)].every(([, url]) => url?.startsWith("/assets/")),
    ).toBe(true);
    const styles = files.filter((file) => file.name.endsWith(".css")).map((file) => file.text);
    for (const text of styles) expect(text).not.toMatch(/url\(["']?(?:https?:)?\/\//);
  });

  test("chooses the theme before the first paint, by the rule of the app", () => {
    const boot = files.find((file) => file.name.startsWith("theme-boot"));
    expect(boot?.text).toContain("omni.console.prefs");
    expect(html.indexOf(boot?.name ?? "missing")).toBeGreaterThan(0);
  });

  test("gives every file a name that changes with its content", () => {
    for (const file of files) expect(file.name).toMatch(/-[\w-]{8}\.\w+$/);
  });
});
