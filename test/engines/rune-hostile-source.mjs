// Compiles one hostile source in the Rune component under jco, in a process of its own. Prints how it ended: `diagnostics` with
// the first message, `compiled`, or `trap` with the engine's reason.
//
//   node rune-hostile-source.mjs FOLDER-OF-JCO OPENING MIDDLE CLOSING COUNT

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [folder, opening, middle, closing, count] = process.argv.slice(2);
const { instantiate } = await import(pathToFileURL(join(folder, "rune.js")).href);
const nothing = new Proxy(Object.create(null), { get: () => class {} });
const imports = new Proxy(Object.create(null), { get: () => nothing });
const engine = await instantiate((name) => new WebAssembly.Module(readFileSync(join(folder, name))), imports);
const text = `pub fn main(args) { ${opening.repeat(Number(count))}${middle}${closing.repeat(Number(count))} }`;
try {
  engine.compiler.compile([{ path: "a.rn", text }], { entry: "a.rn" });
  console.log("compiled");
} catch (error) {
  if (Array.isArray(error.payload)) console.log(`diagnostics: ${error.payload[0].message}`);
  else console.log(`trap: ${error.constructor.name} ${error.message}`);
}
