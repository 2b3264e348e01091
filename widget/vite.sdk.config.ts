import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** What the loader fetches: a module of one file each, whose names stay. `PART=openings` builds the second. */
const part = process.env.PART ?? "sdk";

export default defineConfig({
  publicDir: false,
  build: {
    outDir: file("../omnisupport/api/static/widget"),
    emptyOutDir: false,
    target: "es2020",
    cssTarget: ["chrome87", "safari14.1", "firefox78"],
    rolldownOptions: {
      input: file(`src/loader/${part}.ts`),
      preserveEntrySignatures: "strict",
      output: { format: "es", entryFileNames: `${part}.js` },
    },
  },
});
