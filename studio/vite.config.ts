import preact from "@preact/preset-vite";
import { defineConfig } from "vitest/config";

// The page is part of the Python package: it is built into it, and served by it under a policy that forbids inline scripts.
export default defineConfig({
  base: "./",
  plugins: [preact()],
  build: {
    outDir: "../src/chainrule/studio/page",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: "es2022",
    reportCompressedSize: false,
  },
  test: { environment: "node", include: ["tests/**/*.test.ts"] },
});
