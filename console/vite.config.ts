import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const api = process.env.OMNI_API ?? "http://127.0.0.1:8100";
const LAYERS = "@layer base, components, layout;";
const THEME_BOOT = "src/design/theme-boot.js";

/** Loads the theme script before the first paint, as a hashed file of its own: inline code is forbidden. */
function themeBoot(): Plugin {
  return {
    name: "theme-boot",
    buildStart() {
      if (this.environment.mode !== "build") return;
      const source = readFileSync(here(`./${THEME_BOOT}`), "utf8");
      this.emitFile({ type: "asset", name: "theme-boot.js", source });
    },
    transformIndexHtml: {
      order: "post",
      handler(_html, { bundle }) {
        const built = bundle && Object.values(bundle).find((file) => file.fileName.includes("theme-boot"));
        const src = built ? `/${built.fileName}` : `/${THEME_BOOT}`;
        return [{ tag: "script", attrs: { src }, injectTo: "head" }];
      },
    },
  };
}

/** Each style sheet names the order of the layers itself: whichever of them a browser reads first decides it. */
function layerOrder(): Plugin {
  return {
    name: "layer-order",
    enforce: "pre",
    transform: (code, id) => (id.endsWith(".css") ? { code: `${LAYERS}\n${code}`, map: null } : null),
  };
}

export default defineConfig({
  plugins: [layerOrder(), react(), themeBoot()],
  resolve: { alias: { "~": here("./src") } },
  build: {
    outDir: here("../omnisupport/api/static/console"),
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 900, // of raw bytes; tests/bundle.test.ts holds the gzipped budget
  },
  server: { proxy: { "/api": { target: api, ws: true } } },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.{ts,tsx}", "tests/**/*.test.{ts,tsx}"],
    setupFiles: [here("./tests/both-languages.ts")],
  },
});
