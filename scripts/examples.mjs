// Builds the example plugins that bring their own WebAssembly from their sources, and tells whether what is committed belongs to them.
//
//   npm run examples                  builds all of them, writes each .wasm and its build.lock
//   npm run examples -- reading-time  builds one
//   npm run examples -- --check       compares hashes only (also part of `npm run check`)
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { checkLock, writeLock } from "./lib/build-lock.mjs";
import { filesBelow, hashFiles } from "./lib/hashes.mjs";
import { runWhenCalled } from "./lib/run-command.mjs";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const AS_SDK = "guest-sdk/assemblyscript";
const RUST_SDK = "guest-sdk/rust";
const require = createRequire(import.meta.url);

/** How each kind is built: from which files, with what, and into which bytes. */
const KINDS = {
  assemblyscript: {
    sources: ({ directory }) => [
      ...filesBelow(ROOT, `${directory}/assembly`),
      ...filesBelow(ROOT, `${AS_SDK}/assembly`),
      ...["index.ts", "build.mjs", "plugin.wit"].map((name) => `${AS_SDK}/${name}`),
    ],
    toolchain: () => ({
      assemblyscript: versionOf("assemblyscript/package.json"),
      jco: JSON.parse(readFileSync(join(ROOT, AS_SDK, "package.json"), "utf8")).dependencies["@bytecodealliance/jco"],
    }),
    build: async ({ directory }) => {
      // Not before it is needed: to compare hashes takes no compiler.
      const { buildPlugin } = await import("../guest-sdk/assemblyscript/build.mjs");
      return buildPlugin("assembly/index.ts", { folder: join(ROOT, directory) });
    },
  },
  rust: {
    sources: ({ directory }) => [
      ...[directory, RUST_SDK].flatMap((crate) => [
        ...["Cargo.toml", "Cargo.lock"]
          .map((name) => `${crate}/${name}`)
          .filter((file) => existsSync(join(ROOT, file))),
        ...filesBelow(ROOT, `${crate}/src`),
      ]),
      `${RUST_SDK}/build.mjs`,
      ...filesBelow(ROOT, "wit"),
    ],
    toolchain: async () => (await import("../guest-sdk/rust/build.mjs")).findToolchain().versions,
    build: async ({ directory }) => {
      const { buildPlugin } = await import("../guest-sdk/rust/build.mjs");
      return Buffer.from(await buildPlugin(join(ROOT, directory)));
    },
  },
};

const EXAMPLES = [example("reading-time", "assemblyscript"), example("related-notes", "rust")];

function example(name, kind) {
  const rebuild = `npm run examples -- ${name}`;
  return {
    name,
    kind,
    title: `Example "${name}"`,
    directory: `plugins/examples/${name}`,
    artifact: `${name}.wasm`,
    rebuild,
  };
}

function versionOf(file) {
  return JSON.parse(readFileSync(require.resolve(file), "utf8")).version;
}

/** @returns {string[]} one sentence per disagreement of sources, lock and artifact; empty when all is well */
export function checkExamples() {
  return EXAMPLES.flatMap((one) => checkLock(ROOT, one, hashFiles(ROOT, KINDS[one.kind].sources(one))).problems);
}

async function main(args) {
  if (args.includes("--check")) return checkExamples();
  const unknown = args.filter((arg) => !EXAMPLES.some(({ name }) => name === arg));
  if (unknown.length > 0) {
    const known = EXAMPLES.map(({ name }) => name).join(", ");
    return [`Cannot build examples: "${unknown[0]}" is neither --check nor an example (${known})`];
  }
  for (const one of EXAMPLES.filter(({ name }) => args.length === 0 || args.includes(name))) {
    const { sources, toolchain, build } = KINDS[one.kind];
    const hashes = hashFiles(ROOT, sources(one));
    const wasm = await build(one);
    const { artifact } = writeLock(ROOT, one, { example: one.name }, await toolchain(), wasm, hashes);
    console.log(`${one.name}: ${artifact.bytes} bytes, ${artifact.brotliBytes} in brotli`);
  }
  return [];
}

await runWhenCalled(import.meta.url, main);
