// Builds the component that Extism plug-ins run in (plugins/engines/extism) from C and WAT, and writes it where the host has it at hand:
// as text in a module of TypeScript, since it is small and every platform needs it. Tells whether sources and result belong together.
//
//   node scripts/extism-shell.mjs            builds and writes; needs clang-19, lld-19 (see CONTRIBUTING.md)
//   node scripts/extism-shell.mjs --verify   builds and compares; writes nothing

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { filesBelow, sha256 } from "./lib/hashes.mjs";
import { runWhenCalled } from "./lib/run-command.mjs";
import { PREAMBLE_BYTES, sections } from "./lib/wasm-sections.mjs";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const FOLDER = "plugins/engines/extism";
const RESULT = "host/src/plugins/extism/shell.generated.ts";

/** What decides the bytes besides the sources. */
const RECIPE = ["scripts/extism-shell.mjs", "scripts/lib/wasm-sections.mjs"];

const COMPILE = [
  "--target=wasm32-unknown-unknown",
  ..."-Os -std=c17 -ffreestanding -fno-builtin -nostdlib -mbulk-memory -mmutable-globals -msign-ext -fuse-ld=lld".split(
    " ",
  ),
  ..."-Wall -Wextra -Werror -Wno-int-to-pointer-cast -Wno-pointer-to-int-cast".split(" "),
  ..."-Wl,--no-entry -Wl,--strip-all".split(" "),
];
/** Works in a memory that is another module's: it has no data and no stack. */
const GUEST_OF_A_MEMORY = ["-Wl,--import-memory", "-Wl,-z,stack-size=0", "-Wl,--global-base=0"];

/** Name in shell.wat → sources and what they need of the linker. The stack lies below everything else: running over its end traps. */
const MODULES = {
  kernel: {
    files: ["heap.c", "exchange.c", "variables.c", "settings.c", "text.c", "guest.c"],
    link: ["-Wl,--stack-first", "-Wl,-z,stack-size=8192"],
  },
  host: { files: ["host.c"], link: GUEST_OF_A_MEMORY },
  wasi: { files: ["wasi.c"], link: GUEST_OF_A_MEMORY },
};

/** One sentence for each disagreement between sources and result, by hashes alone. */
export function checkExtismShell(root = ROOT) {
  const found = /^ \* sources (\w+)$/m.exec(readFileSync(join(root, RESULT), "utf8"))?.[1];
  if (found === sourcesHash(root)) return [];
  return [`${RESULT} is older than ${FOLDER}: run \`node scripts/extism-shell.mjs\` and commit the result`];
}

function sourcesHash(root) {
  const files = [...filesBelow(root, `${FOLDER}/c`), `${FOLDER}/shell.wat`, ...RECIPE].sort();
  return sha256(files.map((file) => `${file} ${sha256(readFileSync(join(root, file)))}\n`).join(""));
}

/** The component, and the names of its core modules in their order. */
async function build() {
  const { parse } = await import("@bytecodealliance/jco");
  const scratch = mkdtempSync(join(tmpdir(), "extism-shell-"));
  try {
    const wat = readFileSync(join(ROOT, FOLDER, "shell.wat"), "utf8");
    const built = new Map();
    for (const [name, { files, link }] of Object.entries(MODULES)) {
      const out = join(scratch, `${name}.wasm`);
      const sources = files.map((file) => join(ROOT, FOLDER, "c", file));
      const run = spawnSync("clang-19", [...COMPILE, ...link, ...sources, "-o", out], { encoding: "utf8" });
      if (run.status !== 0) throw new Error(`clang-19 cannot build ${name}:\n${run.error ?? run.stderr}`);
      const bytes = plain(readFileSync(out));
      if (link === GUEST_OF_A_MEMORY) checkStateless(name, bytes);
      built.set(name, bytes);
    }
    const names = moduleNames(wat);
    return { component: filled(plain(Buffer.from(await parse(wat))), names, built), names };
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

/** Names of the core modules of the component, in their order. */
const moduleNames = (wat) => [...wat.matchAll(/^\s*\(core module \$([\w-]+)/gm)].map(([, name]) => name);

/** The component with other core modules in the places of those of the same names. */
function filled(component, names, modules) {
  let index = -1;
  const parts = sections(component).map(({ id, from, end }) => {
    const module = id === CORE_MODULE ? modules.get(names[++index]) : undefined;
    return module === undefined
      ? component.subarray(from, end)
      : Buffer.concat([Buffer.from([CORE_MODULE, ...leb128(module.length)]), module]);
  });
  return Buffer.concat([component.subarray(0, PREAMBLE_BYTES), ...parts]);
}

const CORE_MODULE = 1;

function leb128(value) {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...leb128(value >>> 7)];
}

/** Without custom sections. */
function plain(bytes) {
  const kept = sections(bytes).filter(({ id }) => id !== 0);
  return Buffer.concat([bytes.subarray(0, PREAMBLE_BYTES), ...kept.map(({ from, end }) => bytes.subarray(from, end))]);
}

/** It would share data or a stack with the program whose memory it works in. */
function checkStateless(name, bytes) {
  const GLOBAL = 6;
  const DATA = 11;
  if (sections(bytes).some(({ id }) => id === GLOBAL || id === DATA))
    throw new Error(`${name} has a stack or data: its code must need neither`);
}

function text({ component, names }) {
  const lines = component.toString("base64").match(/.{1,120}/g);
  return `/**
 * The component that Extism plug-ins run in, built by scripts/extism-shell.mjs from plugins/engines/extism. Do not edit.
 *
 * sources ${sourcesHash(ROOT)}
 * sha256 ${sha256(component)}
 */

/** Its core modules, in their order; those that are empty are made for each plug-in. */
// biome-ignore format: made by a script
export const SHELL_MODULES = [${names.map((name) => `"${name}"`).join(", ")}] as const;

// biome-ignore format: made by a script
export const EXTISM_SHELL: string =
${lines.map((line) => `  "${line}"`).join(" +\n")};
`;
}

async function main(args) {
  const built = text(await build());
  const path = join(ROOT, RESULT);
  if (!args.includes("--verify")) writeFileSync(path, built);
  else if (readFileSync(path, "utf8") !== built) return [`The sources give other bytes than ${RESULT} has`];
  else console.log(`The sources give the bytes of ${RESULT}`);
  return [];
}

await runWhenCalled(import.meta.url, main);
