// Writes host/src/wit.generated.ts from wit/*.wit: a reference component with the types of all that the world `engine` imports and
// exports, read at run time by our own decoder, and TypeScript types of every interface in our lifted representation. Every page that
// loads the host carries the component, so it imports what an engine exports too: then no core code is needed to back it, nor wiring.
// With --check nothing is written; the exit code tells whether the file is what the WIT gives.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { componentEmbed, componentNew } from "@bytecodealliance/jco";
import { runnerImport } from "vite";
import { PREAMBLE_BYTES, sections } from "./lib/wasm-sections.mjs";
import { witSource } from "./lib/wit-text.mjs";
import { printInterfaces } from "./lib/wit-types.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const target = `${root}host/src/wit.generated.ts`;

const { module: linker } = await runnerImport(`${root}host/src/component/index.ts`, {
  root,
  configFile: false,
  logLevel: "error",
});
const source = witSource(root);
const exported = [...linker.decodeComponent(await componentOf(source, "engine")).exports.keys()];
const component = typesOf(await componentOf(`${source}\n${importing(exported)}`, "reference"));
const text = print(component, exported, linker);

if (process.argv.includes("--check")) {
  if (readFileSync(target, "utf8") !== text) {
    console.error("host/src/wit.generated.ts is not what wit/*.wit gives. Run: npm run wit");
    process.exitCode = 1;
  }
} else {
  writeFileSync(target, text);
  console.log(`host/src/wit.generated.ts: a reference component of ${component.length} bytes`);
}

async function componentOf(witSource, world) {
  return componentNew(await componentEmbed({ dummy: true, witSource, world }), []);
}

/** Included last, so that the types stand in the order in which `engine` has them. */
function importing(exported) {
  const imports = exported.map((name) => `import ${/\/(.*)@/.exec(name)[1]};`);
  return `world exported { ${imports.join(" ")} } world reference { include capabilities; include exported; }`;
}

/** Keeps types, aliases and imports, which come before the code. */
function typesOf(bytes) {
  const [custom, alias, type, import_] = [0, 6, 7, 10];
  const all = sections(bytes).filter(({ id }) => id !== custom);
  const code = all.findIndex(({ id }) => ![alias, type, import_].includes(id));
  const kept = all.slice(0, code < 0 ? undefined : code).map(({ from, end }) => bytes.subarray(from, end));
  return Buffer.concat([bytes.subarray(0, PREAMBLE_BYTES), ...kept]);
}

function print(bytes, exported, { decodeComponent, camelCase }) {
  const all = [...decodeComponent(bytes).imports];
  const imports = new Map(all.filter(([name]) => !exported.includes(name)));
  const exports = new Map(all.filter(([name]) => exported.includes(name)));
  return `/**
 * Made by \`npm run wit\` from wit/*.wit; do not edit. The types describe host functions and exports in the lifted
 * representation of host/src/component.
 */
${printInterfaces(imports, exports, camelCase)}
/** What the world \`engine\` exports of it. */
export const WIT_EXPORTS: readonly string[] = ${JSON.stringify(exported)};

/** A component that imports every interface of the package and does nothing, in base64. */
export const WIT_COMPONENT = "${bytes.toString("base64")}";
`;
}
