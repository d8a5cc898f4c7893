// Sends the core module of a component that was just built through wasm-opt, and wraps the result. Which engines want that, and with
// which arguments, `scripts/engines.mjs` says; this file is part of their locks only.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** What our modules have: wasm-opt refuses what it was not told of. */
const FEATURES = [
  "bulk-memory",
  "exception-handling",
  "multivalue",
  "mutable-globals",
  "nontrapping-float-to-int",
  "reference-types",
  "sign-ext",
].map((feature) => `--enable-${feature}`);

/** @returns {string} what the lock says of the tool */
export function optimizerVersion() {
  return run(["--version"]).trim();
}

/**
 * @param {string} folder the crate, as `buildComponent` left it
 * @param {{ library: string, optimize: string[] }} engine `optimize` are arguments of wasm-opt
 * @returns {Promise<Buffer>} the component
 */
export async function optimizeComponent(folder, { library, optimize }) {
  const linked = join(folder, "target/component/wasm32-unknown-unknown/release", `${library}.wasm`);
  const optimized = `${linked}.optimized`;
  run([...FEATURES, ...optimize, linked, "-o", optimized]);
  const { componentNew } = await import("@bytecodealliance/jco");
  return Buffer.from(await componentNew(readFileSync(optimized)));
}

function run(args) {
  const { error, status, stdout, stderr } = spawnSync("wasm-opt", args, { encoding: "utf8" });
  if (error !== undefined) {
    throw new Error('Cannot build engines: the command "wasm-opt" is missing (apt-get install -y binaryen)');
  }
  if (status !== 0) throw new Error(`Cannot build engines: wasm-opt failed:\n${stderr}`);
  return stdout;
}
