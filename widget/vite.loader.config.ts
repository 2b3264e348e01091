import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

/** The loader: one classic script without imports, its address is in the pages of our customers for years. */
export default defineConfig({
  publicDir: false,
  build: {
    outDir: fileURLToPath(new URL("../omnisupport/api/static/widget", import.meta.url)),
    emptyOutDir: false,
    target: "es2020",
    cssTarget: ["chrome87", "safari14.1", "firefox78"],
    rolldownOptions: {
      input: fileURLToPath(new URL("src/loader/main.ts", import.meta.url)),
      output: { format: "iife", entryFileNames: "loader.js" },
    },
  },
});
