import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (path: string) => fileURLToPath(new URL(`./host/src/${path}`, import.meta.url));

// Tests touch no folder of the person who runs them. The environment hands the folder on to forks, which read this file again.
process.env.CRUCIBLE_TEST_HOME ??= mkdtempSync(join(tmpdir(), "crucible-test-"));
const home = process.env.CRUCIBLE_TEST_HOME;

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
    env: {
      XDG_CACHE_HOME: join(home, "cache"),
      XDG_CONFIG_HOME: join(home, "config"),
      XDG_DATA_HOME: join(home, "data"),
    },
    globalSetup: "test/remove-home.ts",
    pool: "forks",
    maxWorkers: 2,
  },
});
