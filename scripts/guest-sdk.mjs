// Writes what the guest SDKs have from wit/*.wit: the AssemblyScript bindings and the package in one text.
// With --check nothing is written; the exit code tells whether the files are what the WIT gives.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { runnerImport } from "vite";
import { printAssemblyScript } from "./lib/assemblyscript.mjs";
import { witDocs, witSource } from "./lib/wit-text.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const sdk = `${root}guest-sdk/assemblyscript`;

const { module } = await runnerImport(`${root}host/src/wit.ts`, { root, configFile: false, logLevel: "error" });
const wit = witSource(root);
const files = new Map([[`${sdk}/plugin.wit`, wit]]);
const bindings = printAssemblyScript(module.witImports(), module.witExports(), witDocs(wit));
for (const [name, text] of bindings) files.set(`${sdk}/assembly/${name}`, text);

if (process.argv.includes("--check")) {
  const stale = [...files].filter(([path, text]) => readIfThere(path) !== text);
  for (const [path] of stale) console.error(`${path.slice(root.length)} is not what wit/*.wit gives. Run: npm run wit`);
  process.exitCode = stale.length > 0 ? 1 : 0;
} else {
  for (const [path, text] of files) writeFileSync(path, text);
  console.log(`${files.size} files from wit/*.wit`);
}

function readIfThere(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
