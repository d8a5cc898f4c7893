// Writes host/src/wit.generated.ts from wit/*.wit: a reference component of the world `engine` (the types of all imports and
// exports, read at run time by our own decoder) and TypeScript types of every interface in our lifted representation.
// With --check nothing is written; the exit code tells whether the file is what the WIT gives.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { componentEmbed, componentNew } from "@bytecodealliance/jco";
import { runnerImport } from "vite";
import { witSource } from "./lib/wit-text.mjs";
import { printInterfaces } from "./lib/wit-types.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const target = `${root}host/src/wit.generated.ts`;

const component = withoutCustomSections(await referenceComponent());
const { module: linker } = await runnerImport(`${root}host/src/component/index.ts`, {
  root,
  configFile: false,
  logLevel: "error",
});
const text = print(component, linker);

if (process.argv.includes("--check")) {
  if (readFileSync(target, "utf8") !== text) {
    console.error("host/src/wit.generated.ts is not what wit/*.wit gives. Run: npm run wit");
    process.exitCode = 1;
  }
} else {
  writeFileSync(target, text);
  console.log(`host/src/wit.generated.ts: a reference component of ${component.length} bytes`);
}

async function referenceComponent() {
  const core = await componentEmbed({ dummy: true, witSource: witSource(root), world: "engine" });
  return componentNew(core, []);
}

/** Drops names and producers, inside of core modules and nested components too. */
function withoutCustomSections(bytes) {
  const out = [...bytes.subarray(0, 8)];
  const isComponent = bytes[6] === 1;
  for (let at = 8; at < bytes.length; ) {
    const id = bytes[at++];
    const [size, start] = readLeb(bytes, at);
    at = start + size;
    if (id === 0) continue;
    const holdsAnother = isComponent && (id === 1 || id === 4);
    const body = bytes.subarray(start, at);
    const kept = holdsAnother ? withoutCustomSections(body) : body;
    out.push(id, ...leb(kept.length), ...kept);
  }
  return Uint8Array.from(out);
}

function readLeb(bytes, at) {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++];
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return [value, at];
  }
}

function leb(value) {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...leb(value >>> 7)];
}

function print(bytes, { decodeComponent, camelCase }) {
  const { imports, exports } = decodeComponent(bytes);
  const base64 = Buffer.from(bytes).toString("base64");
  return `/**
 * Made by \`npm run wit\` from wit/*.wit; do not edit. The types describe host functions and exports in the lifted
 * representation of host/src/component.
 */
${printInterfaces(imports, exports, camelCase)}
/** The reference component of the world \`engine\`, in base64. */
export const WIT_COMPONENT = "${base64}";
`;
}
