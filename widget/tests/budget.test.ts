// @vitest-environment node
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const LOADER_LIMIT = 3 * 1024;
const FIRST_MESSAGE_LIMIT = 40 * 1024;

let out = "";
const text = (path: string) => readFile(join(out, path), "utf8");
const weigh = async (path: string) => gzipSync(await readFile(join(out, path)), { level: 9 }).length;

beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), "widget-"));
  for (const [configFile, part] of [
    ["vite.config.ts", ""],
    ["vite.loader.config.ts", ""],
    ["vite.sdk.config.ts", "sdk"],
    ["vite.sdk.config.ts", "openings"],
  ] as const) {
    process.env.PART = part;
    await build({
      root: ROOT,
      configFile: join(ROOT, configFile),
      logLevel: "error",
      build: { outDir: out },
    });
  }
}, 60_000);
afterAll(() => rm(out, { recursive: true, force: true }));

/** What the browser fetches before the first message: the page and what it names. */
async function firstFiles(): Promise<string[]> {
  const html = await text("chat/index.html");
  const named = [...html.matchAll(/(?:src|href)="\/widget\/(assets\/[^"]+\.(?:js|css))"/g)].map(
    (match) => match[1],
  );
  return ["chat/index.html", ...(await withImports(named as string[]))];
}

/** Scripts, and what they import without being asked to: a chunk that views share with the chat is one of those. */
async function withImports(files: string[]): Promise<string[]> {
  const all = new Set(files);
  for (const file of all) {
    if (!file.endsWith(".js")) continue;
    for (const [, name] of (await text(file)).matchAll(/(?:^|[;}])import[^(;]*?["'`]\.\/([^"'`]+)["'`]/g))
      all.add(`assets/${name}`);
  }
  return [...all];
}

describe("weight", () => {
  test("the loader stays within 3 KB gzipped", async () => {
    expect(await weigh("loader.js")).toBeLessThanOrEqual(LOADER_LIMIT);
  });

  test("everything to the first message stays within 40 KB gzipped", async () => {
    const files = await firstFiles();
    expect(files.filter((file) => file.endsWith(".js")).length).toBeLessThanOrEqual(2);
    expect(files.filter((file) => file.endsWith(".css"))).toHaveLength(1);
    const weights = await Promise.all(["loader.js", "sdk.js", ...files].map(weigh));
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeLessThanOrEqual(FIRST_MESSAGE_LIMIT);
  });

  test("articles, forms, files, voice and the score travel only to who asks for them", async () => {
    const first = (await Promise.all((await firstFiles()).map(text))).join("");
    for (const words of ["Was this helpful?", "MediaRecorder", "XMLHttpRequest", "We need your consent"]) {
      expect(first).not.toContain(words);
      const assets = await Promise.all(
        (await readdir(join(out, "assets"))).map((name) => text(`assets/${name}`)),
      );
      expect(assets.join("")).toContain(words);
    }
  });

  test("the mock travels only to who asks for it", async () => {
    const sizes = await Promise.all((await firstFiles()).map(text));
    expect(sizes.join("")).not.toContain("Listva Tea House");
    const assets = await Promise.all(
      (await readdir(join(out, "assets"))).map((name) => text(`assets/${name}`)),
    );
    expect(assets.join("")).toContain("Listva Tea House");
  });
});

describe("a strict CSP", () => {
  test("finds nothing inline in the page", async () => {
    const html = await text("chat/index.html");
    expect(html).not.toMatch(/<script(?![^>]*\ssrc=)/);
    expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|data:/);
  });

  test("finds no address of another host and no font", async () => {
    const files = ["loader.js", "sdk.js", "openings.js", ...(await firstFiles())];
    const all = (await Promise.all(files.map(text))).join("\n");
    const addresses = all.match(/https?:\/\/[\w.-]+/g) ?? [];
    // Names of XML namespaces, never fetched.
    expect([...new Set(addresses)].filter((address) => address !== "http://www.w3.org")).toEqual([]);
    expect(all).not.toMatch(/@font-face|@import/);
  });

  test("finds no markup made from strings", async () => {
    const all = (await Promise.all(["loader.js", "sdk.js", ...(await firstFiles())].map(text))).join("\n");
    expect(all).not.toMatch(/\beval\(|new Function|document\.write|insertAdjacentHTML|outerHTML/);
  });
});

test("the loader is one classic script that leaves no names behind", async () => {
  const code = await text("loader.js");
  // It asks for the rest by a call, which a classic script may make.
  expect(code).not.toMatch(/\bimport\b(?!\()|\bexport\b/);
  expect(code.trim()).toMatch(/^\(?(?:function|\()/);
});
