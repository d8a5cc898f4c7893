// Builds the language engines from their sources, proves that a build gives the committed bytes, and tells whether sources and
// artifacts belong together. It does not decide what an engine is: that is the source under `plugins/engines/`.
//
//   npm run engines                 builds every engine, writes its .wasm and its build.lock
//   npm run engines -- rune         builds one
//   npm run engines -- --verify     builds in a new folder elsewhere and compares the bytes with what is here; writes nothing
//   npm run engines -- --check      compares hashes only; needs no Rust (also part of `npm run check`)

import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { checkLock, replace, writeLock } from "./lib/build-lock.mjs";
import { filesBelow, hashFiles, sha256 } from "./lib/hashes.mjs";
import { optimizeComponent, optimizerVersion } from "./lib/optimize.mjs";
import { runWhenCalled } from "./lib/run-command.mjs";
import { buildComponent, findToolchain } from "./lib/rust-component.mjs";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");

/**
 * Every engine that is built here. `uses` are our own crates, to each of which a link in the engine's folder leads. `patched` are the published crates to which `patches/NAME-VERSION.patch` is applied, each
 * with the SHA-256 that crates.io gives for it. With `optimize` the module goes through wasm-opt, with these arguments.
 */
const ENGINES = [
  {
    name: "rune",
    directory: "plugins/engines/rune",
    artifact: "rune.wasm",
    library: "rune_engine",
    uses: ["plugins/engines/stdlib"],
    patched: [
      { name: "rune", version: "0.14.2", sha256: "e7a577a0dc4b3e4cfe89247325b14b5f30096ddc82fa51fffb1d823fbc85b410" },
      {
        name: "rune-core",
        version: "0.14.2",
        sha256: "8fab02420e2189ad2d8d9efceca5319782873eb547c61b68732746cc161547aa",
      },
    ],
  },
  {
    name: "lua",
    directory: "plugins/engines/lua",
    artifact: "lua.wasm",
    library: "lua_engine",
    // Functions with one caller stay where they are: the interpreter's loop is at its limit (docs/decisions/0005-engine-builds.md).
    optimize: ["-O3", "-ocimfs", "10"],
    uses: ["plugins/engines/stdlib"],
    patched: [
      {
        name: "lua-src",
        version: "547.1.0",
        sha256: "2a1074d33e0b22489633685b9a33193d766dbf5d802d33a6639a97b3c99f8ebf",
      },
    ],
  },
  {
    name: "js",
    directory: "plugins/engines/js",
    artifact: "js.wasm",
    library: "js_engine",
    uses: ["plugins/engines/stdlib"],
    sources: [
      {
        name: "rquickjs-sys",
        version: "0.14.0",
        sha256: "cee271d0eeba64f0915b846cb7ae02e16faf3dfdffdca91731101d9d30fe3423",
      },
    ],
  },
  {
    name: "typescript",
    directory: "plugins/engines/typescript",
    artifact: "typescript.wasm",
    library: "typescript_engine",
  },
];

/** Where the host keeps the hash of each artifact, to know it when it comes over a network. */
const TABLE = "host/src/engines.ts";
const tableHash = ({ name }) => new RegExp(`\\b${name}: \\{[^}]*\\bsha256: "([0-9a-f]*)"`);

/** What decides the bytes besides the engine's own folder. */
const RECIPE = ["scripts/lib/rust-component.mjs"];
const OPTIMIZER = "scripts/lib/optimize.mjs";

/**
 * Compares sources and artifacts with the locks, by hashes alone.
 *
 * @param {string} [root] the repository
 * @returns {string[]} one sentence per disagreement; empty when all is well
 */
export function checkEngineLocks(root = ROOT) {
  return ENGINES.flatMap((engine) => checkEngine(root, engine));
}

function checkEngine(root, engine) {
  const built = asBuilt(engine);
  const { problems, lock } = checkLock(root, built, inputs(root, engine));
  if (lock && tableHash(engine).exec(readFileSync(join(root, TABLE), "utf8"))?.[1] !== lock.artifact.sha256) {
    problems.push(`${TABLE} has another sha256 for "${engine.name}" than its build.lock: run \`${built.rebuild}\``);
  }
  return problems;
}

function asBuilt({ name, directory, artifact }) {
  return { title: `Engine "${name}"`, directory, artifact, rebuild: `npm run engines -- ${name}` };
}

/** Hashes of every file that the artifact is made from, by path in the repository. */
function inputs(root, engine) {
  const files = [
    ...[engine.directory, ...(engine.uses ?? [])].flatMap((folder) => crateFiles(root, folder)),
    ...filesBelow(root, "wit").filter((file) => file.endsWith(".wit")),
    ...RECIPE,
    ...(engine.optimize ? [OPTIMIZER] : []),
  ];
  return hashFiles(root, files);
}

/** What cargo and our recipe read of a crate of ours, as paths in the repository. */
function crateFiles(root, folder) {
  const own = ["Cargo.toml", "Cargo.lock", "build.rs"].filter((file) => existsSync(join(root, folder, file)));
  const below = ["src", "c", "patches"].flatMap((name) => filesBelow(join(root, folder), name));
  return [...own, ...below].map((file) => `${folder}/${file}`);
}

async function build(root, engine, toolchain) {
  const started = Date.now();
  const sources = inputs(root, engine);
  const folder = join(root, engine.directory);
  const plain = await buildComponent(folder, engine, toolchain);
  const wasm = engine.optimize ? await optimizeComponent(folder, engine) : plain;
  const seconds = Math.round((Date.now() - started) / 1000);
  console.log(`${engine.name}: ${wasm.length} bytes in ${seconds} s, sha256 ${sha256(wasm)}`);
  return { wasm, sources };
}

function versions(engine, toolchain) {
  return engine.optimize ? { ...toolchain.versions, optimizer: optimizerVersion() } : toolchain.versions;
}

async function rebuild(engine, toolchain) {
  const { wasm, sources } = await build(ROOT, engine, toolchain);
  const lock = writeLock(ROOT, asBuilt(engine), { engine: engine.name }, versions(engine, toolchain), wasm, sources);
  const table = readFileSync(join(ROOT, TABLE), "utf8");
  replace(
    join(ROOT, TABLE),
    table.replace(tableHash(engine), (row, hash) => `${row.slice(0, -hash.length - 1)}${lock.artifact.sha256}"`),
  );
}

/** Builds a copy of the sources somewhere else: neither the folder nor what an earlier build left can matter. */
async function verify(engine, toolchain) {
  const stage = mkdtempSync(join(tmpdir(), "engines-verify-"));
  try {
    for (const file of Object.keys(inputs(ROOT, engine))) {
      mkdirSync(dirname(join(stage, file)), { recursive: true });
      cpSync(join(ROOT, file), join(stage, file));
    }
    for (const used of engine.uses ?? []) {
      symlinkSync(relative(engine.directory, used), join(stage, engine.directory, basename(used)));
    }
    const { wasm } = await build(stage, engine, toolchain);
    const committed = readFileSync(join(ROOT, engine.directory, engine.artifact));
    if (wasm.equals(committed)) {
      console.log(`${engine.name}: the sources give the committed bytes`);
      return [];
    }
    const lock = JSON.parse(readFileSync(join(ROOT, engine.directory, "build.lock"), "utf8"));
    const built = JSON.stringify(lock.toolchain);
    const here = JSON.stringify(versions(engine, toolchain));
    const why = built === here ? "" : ` It was built by ${built}, this is ${here}.`;
    return [`Engine "${engine.name}": the sources give ${sha256(wasm)}, committed is ${sha256(committed)}.${why}`];
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

async function main(args) {
  const flags = args.filter((arg) => arg.startsWith("--"));
  const names = args.filter((arg) => !arg.startsWith("--"));
  const unknown = [
    ...flags.filter((flag) => flag !== "--verify" && flag !== "--check"),
    ...names.filter((name) => !ENGINES.some((engine) => engine.name === name)),
  ];
  if (unknown.length > 0) {
    const known = ENGINES.map((engine) => engine.name).join(", ");
    return [`Cannot build engines: "${unknown[0]}" is neither --verify, --check nor an engine (${known})`];
  }
  if (flags.includes("--check")) return checkEngineLocks();
  const chosen = ENGINES.filter((engine) => names.length === 0 || names.includes(engine.name));
  const toolchain = findToolchain();
  const problems = [];
  for (const engine of chosen) {
    console.log(`${engine.name}: building in ${relative(process.cwd(), join(ROOT, engine.directory)) || "."} …`);
    if (flags.includes("--verify")) problems.push(...(await verify(engine, toolchain)));
    else await rebuild(engine, toolchain);
  }
  return problems;
}

await runWhenCalled(import.meta.url, main);
