// The dependency rule of ARCHITECTURE.md, checked: which folder of host/src may import which, and who may import node:*.
// Tests are exempt; they stand outside the product.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix, relative } from "node:path";
import { fileURLToPath } from "node:url";

/** Folder → the folders it may import besides itself. A file directly in host/src is a layer named after itself. */
const MAY_IMPORT = {
  errors: [],
  limits: [],
  wasm: ["errors", "limits"],
  component: ["wasm", "errors", "limits"],
  wit: ["component"],
  "wit.generated": ["component"],
  sandbox: ["component", "wasm", "wit", "errors", "limits"],
  powers: ["errors", "limits"],
  kiln: ["powers/types", "errors", "limits"],
  capabilities: ["kiln", "powers/types", "component", "wit", "wit.generated", "errors", "limits"],
  engines: ["errors", "limits"],
  plugins: ["capabilities", "sandbox", "component", "kiln", "powers/types", "engines", "wit", "errors", "limits"],
  node: ["plugins", "powers", "powers/types", "powers/node", "powers/memory", "engines", "capabilities", "sandbox", "errors", "limits"],
  cli: ["node", "index", "plugins", "capabilities", "powers", "powers/types", "powers/node", "engines", "errors", "limits"],
  index: "anything",
  browser: ["wasm", "component", "sandbox", "plugins", "capabilities", "powers", "powers/types", "powers/memory", "engines", "wit", "errors", "limits"],
};
const MAY_IMPORT_NODE = ["powers/node", "cli", "node"];
const EVERYWHERE = ["powers/types"];

const IMPORT = /(?:^|\n)\s*(?:import|export)\s[^"';]*?from\s*"([^"]+)"|(?:^|[^.\w])import\s*\(\s*"([^"]+)"\s*\)|(?:^|\n)\s*import\s*"([^"]+)"/g;

/** Problems found, one sentence each. */
export function checkLayers(source = fileURLToPath(new URL("../host/src", import.meta.url))) {
  const problems = [];
  for (const file of sourceFiles(source)) {
    const path = relative(source, file).replaceAll("\\", "/");
    const layer = layerOf(path);
    const rule = MAY_IMPORT[topOf(layer)];
    if (rule === undefined) {
      problems.push(`host/src/${path}: no dependency rule for "${topOf(layer)}"; add one to scripts/check-layers.mjs`);
      continue;
    }
    for (const target of importsOf(readFileSync(file, "utf8"))) {
      if (target.startsWith("node:")) {
        if (!MAY_IMPORT_NODE.includes(layer)) problems.push(`host/src/${path}: imports ${target}, which only ${MAY_IMPORT_NODE.join(", ")} may`);
      } else if (target.startsWith(".")) {
        const to = layerOf(posix.normalize(posix.join(dirname(path).replaceAll("\\", "/"), target)));
        if (!mayImport(layer, rule, to)) problems.push(`host/src/${path}: ${layer} must not import ${to} (${target})`);
      }
    }
  }
  return problems;
}

function mayImport(layer, rule, to) {
  if (rule === "anything" || topOf(to) === topOf(layer)) return to !== "powers/node" || topOf(layer) !== "powers" || layer === "powers/node";
  return rule.includes(to) || rule.includes(topOf(to)) && topOf(to) !== "powers" || EVERYWHERE.includes(to) && rule.includes("powers/types");
}

/** "powers/node/x.ts" → "powers/node"; "powers/types.ts" → "powers/types"; "wasm/meter.ts" → "wasm"; "errors.ts" → "errors". */
function layerOf(path) {
  const parts = path.replace(/\.(ts|js)$/, "").split("/");
  return parts[0] === "powers" ? parts.slice(0, 2).join("/") : parts[0];
}

function topOf(layer) {
  return layer.split("/")[0];
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
