import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const api = process.env.OMNI_API ?? "http://127.0.0.1:8100";

/** The chat app: one page for every slug, its assets under /widget/assets/. The loader's build comes after it. */
export default defineConfig({
  base: "/widget/",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: fileURLToPath(new URL("../omnisupport/api/static/widget", import.meta.url)),
    emptyOutDir: true,
    rolldownOptions: {
      input: fileURLToPath(new URL("chat/index.html", import.meta.url)),
      preserveEntrySignatures: "allow-extension",
    },
    // The page runs under a CSP without exceptions: nothing inline, nothing as a data: address.
    modulePreload: false,
    assetsInlineLimit: 0,
    // `light-dark()` of the design tokens stays as it is written.
    cssTarget: ["chrome123", "safari17.5", "firefox120"],
  },
  server: { proxy: { "/api": { target: api, ws: true } } },
  test: {
    environment: "happy-dom",
    environmentOptions: { happyDOM: { settings: { enableIframePageLoading: true } } },
    include: ["tests/**/*.test.{ts,tsx}"],
    restoreMocks: true,
  },
});
