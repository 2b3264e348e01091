import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The loader: one classic script without imports, its address is in the pages of our customers for years. */
export default defineConfig({
  publicDir: false,
  build: {
    outDir: file("../omnisupport/api/static/widget"),
    emptyOutDir: false,
    target: "es2020",
    rolldownOptions: {
      input: file("src/loader/main.ts"),
      output: { format: "iife", entryFileNames: "loader.js" },
    },
  },
});
