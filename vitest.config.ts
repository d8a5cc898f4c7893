import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (path: string) => fileURLToPath(new URL(`./host/src/${path}`, import.meta.url));

export default defineConfig({
  resolve: {
    alias: [
      { find: /^crucible-plugin-host$/, replacement: source("index.ts") },
      { find: /^crucible-plugin-host\/(wasm|component)$/, replacement: source("$1/index.ts") },
      { find: /^crucible-plugin-host\/browser$/, replacement: source("browser.ts") },
    ],
  },
  test: {
    include: ["host/src/**/*.test.ts", "test/**/*.test.ts", "plugins/examples/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: "forks",
    maxWorkers: 2,
  },
});
