// Writes what the guest SDKs have from elsewhere: from wit/*.wit the AssemblyScript bindings and the package in one text, from
// docs/stdlib.json what editors know of the standard library in each language.
// With --check nothing is written; the exit code tells whether the files are what they are made from.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { runnerImport } from "vite";
import { printAssemblyScript } from "./lib/assemblyscript.mjs";
import { printLua } from "./lib/stdlib-lua.mjs";
import { printRune } from "./lib/stdlib-rune.mjs";
import { printTypeScript } from "./lib/stdlib-typescript.mjs";
import { witDocs, witSource } from "./lib/wit-text.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const files = [...(await fromWit()), ...fromTables()];

if (process.argv.includes("--check")) {
  const stale = files.filter(({ path, text }) => readIfThere(path) !== text);
  for (const { path, command } of stale) console.error(`${path} is older than what it is made from. Run: ${command}`);
  process.exitCode = stale.length > 0 ? 1 : 0;
} else {
  for (const { path, text } of files) writeFileSync(`${root}${path}`, text);
  console.log(`${files.length} files of guest-sdk`);
}

async function fromWit() {
  const { module } = await runnerImport(`${root}host/src/wit.ts`, { root, configFile: false, logLevel: "error" });
  const wit = witSource(root);
  const bindings = printAssemblyScript(module.witImports(), module.witExports(), witDocs(wit));
  return [["plugin.wit", wit], ...[...bindings].map(([name, text]) => [`assembly/${name}`, text])].map(
    ([name, text]) => {
      return { path: `guest-sdk/assemblyscript/${name}`, text, command: "npm run wit" };
    },
  );
}

function fromTables() {
  const tables = JSON.parse(readFileSync(`${root}docs/stdlib.json`, "utf8"));
  return [
    ["crucible.lua", printLua],
    ["crucible.d.ts", printTypeScript],
    ["rune.md", printRune],
  ].map(([name, print]) => ({ path: `guest-sdk/types/${name}`, text: print(tables), command: "npm run stdlib" }));
}

function readIfThere(path) {
  try {
    return readFileSync(`${root}${path}`, "utf8");
  } catch {
    return undefined;
  }
}
