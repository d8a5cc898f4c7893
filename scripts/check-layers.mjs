// The dependency rule of ARCHITECTURE.md, checked: which folder of host/src may import which, who may import node:*, and who may
// touch the page.
// Tests are exempt; they stand outside the product.
import { readdirSync, readFileSync } from "node:fs";
import { join, posix, relative } from "node:path";
import { fileURLToPath } from "node:url";

/** Folder → folders and modules that it may import besides itself and the leaves. A file directly in host/src is a layer of its own. */
const MAY_IMPORT = {
  errors: [],
  limits: [],
  text: [],
  "build-id": [],
  "json-shape": [],
  recording: [],
  wasm: [],
  component: ["wasm"],
  "wit.generated": ["component"],
  wit: ["component", "wit.generated"],
  sandbox: ["component", "wasm", "powers/types"],
  worker: ["sandbox", "capabilities/random-local"],
  powers: ["kiln/path"],
  kiln: ["powers/types"],
  capabilities: ["kiln", "powers/types", "component", "wit", "wit.generated"],
  engines: [],
  plugins: ["capabilities", "sandbox", "component", "wasm/emit", "kiln", "powers/types", "engines", "wit"],
  node: ["plugins", "powers", "sandbox", "engines"],
  cli: ["node", "plugins", "capabilities", "powers", "engines"],
  portable: [
    "wasm",
    "component",
    "sandbox",
    "plugins",
    "capabilities",
    "powers/types",
    "powers/memory",
    "engines",
    "wit",
  ],
  browser: ["portable", "plugins", "sandbox", "engines", "powers/types", "powers/browser"],
  index: ["portable", "node", "powers"],
};
/** Leaves that every layer may import. */
const LEAVES = ["errors", "limits", "text", "json-shape", "build-id", "recording"];
const MAY_IMPORT_NODE = ["powers/node", "worker/node", "cli"];
const MAY_TOUCH_PAGE = ["powers/browser"];

const COMMENT = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm;
const PAGE = /(?<![.\w"'`])(window|navigator|indexedDB|localStorage|sessionStorage)\s*[.[]/;

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s[^"';]*?from\s*"([^"]+)"|(?:^|[^.\w])import\s*\(\s*"([^"]+)"\s*\)|(?:^|\n)\s*import\s*"([^"]+)"/g;

/** Problems found, one sentence each. */
export function checkLayers(source = fileURLToPath(new URL("../host/src", import.meta.url))) {
  const problems = [];
  for (const file of sourceFiles(source)) {
    const module = relative(source, file).replaceAll("\\", "/").replace(/\.ts$/, "");
    const layer = module.split("/")[0];
    if (MAY_IMPORT[layer] === undefined) {
      problems.push(`host/src/${module}.ts: no dependency rule for "${layer}"; add one to scripts/check-layers.mjs`);
      continue;
    }
    const text = readFileSync(file, "utf8");
    const [, global] = PAGE.exec(text.replace(COMMENT, "")) ?? [];
    if (global !== undefined && !MAY_TOUCH_PAGE.some((folder) => isInside(module, folder))) {
      problems.push(`host/src/${module}.ts: touches ${global}, which only ${MAY_TOUCH_PAGE.join(" and ")} may`);
    }
    for (const target of importsOf(text)) {
      if (target.startsWith("node:")) {
        if (!MAY_IMPORT_NODE.some((folder) => isInside(module, folder))) {
          problems.push(`host/src/${module}.ts: imports ${target}, which only ${MAY_IMPORT_NODE.join(" and ")} may`);
        }
      } else if (target.startsWith(".")) {
        const to = posix.join(posix.dirname(module), target).replace(/\.ts$/, "");
        if (!mayImport(module, to)) problems.push(`host/src/${module}.ts: must not import ${to}`);
      }
    }
  }
  return problems;
}

/** Powers keep apart from each other: `node/` and `memory/` share only what lies above them. */
function mayImport(module, to) {
  if (LEAVES.includes(to)) return true;
  const layer = module.split("/")[0];
  if (layer === "powers" && isInside(to, "powers")) {
    return posix.dirname(to) === "powers" || posix.dirname(to) === posix.dirname(module);
  }
  return isInside(to, layer) || MAY_IMPORT[layer].some((folder) => isInside(to, folder));
}

function isInside(module, folder) {
  return module === folder || module.startsWith(`${folder}/`);
}

function importsOf(text) {
  return [...text.matchAll(IMPORT)].map((match) => match[1] ?? match[2] ?? match[3]);
}

function* sourceFiles(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* sourceFiles(path);
    else if (entry.name.endsWith(".ts") && !entry.name.endsWith(".test.ts")) yield path;
  }
}
