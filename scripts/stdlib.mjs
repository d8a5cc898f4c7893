// Writes the reference of what plugins can call, from the tables of the crate plugins/engines/stdlib: docs/stdlib.json, which
// also the types of every language are made from, and docs/stdlib.md for readers. The check needs no Rust: the JSON carries the
// hash of the sources that it was made from.
//
//   npm run stdlib      runs `cargo run --example reference` in the crate and writes both files

import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { filesBelow, hashFiles, sha256 } from "./lib/hashes.mjs";
import { runWhenCalled } from "./lib/run-command.mjs";
import { printReference } from "./lib/stdlib-reference.mjs";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const CRATE = "plugins/engines/stdlib";
const TABLES = "docs/stdlib.json";
const REFERENCE = "docs/stdlib.md";

/**
 * Compares both files with the crate's sources, by hashes and text alone.
 *
 * @returns {string[]} one sentence per disagreement; empty when all is well
 */
export function checkReference() {
  const tables = existsSync(join(ROOT, TABLES)) ? JSON.parse(readFileSync(join(ROOT, TABLES), "utf8")) : {};
  if (tables.sources !== sourcesHash()) return [`${TABLES} is older than ${CRATE}. Run: npm run stdlib`];
  const reference = existsSync(join(ROOT, REFERENCE)) ? readFileSync(join(ROOT, REFERENCE), "utf8") : "";
  return reference === printReference(tables) ? [] : [`${REFERENCE} is not what ${TABLES} gives. Run: npm run stdlib`];
}

/** One hash over the files that decide the tables. */
function sourcesHash() {
  const files = ["src", "examples"].flatMap((folder) => filesBelow(ROOT, `${CRATE}/${folder}`));
  return sha256(JSON.stringify(hashFiles(ROOT, files)));
}

function write() {
  const options = {
    cwd: join(ROOT, CRATE),
    encoding: "utf8",
    maxBuffer: 16 << 20,
    stdio: ["ignore", "pipe", "inherit"],
  };
  const printed = execFileSync("cargo", ["run", "--quiet", "--locked", "--example", "reference"], options);
  const tables = { sources: sourcesHash(), ...JSON.parse(printed) };
  writeFileSync(join(ROOT, TABLES), formatted(JSON.stringify(tables)));
  writeFileSync(join(ROOT, REFERENCE), printReference(tables));
  console.log(`${TABLES}: ${tables.functions.length} functions, ${tables.classes.length} classes`);
  return [];
}

function formatted(json) {
  const biome = join(ROOT, "node_modules/@biomejs/biome/bin/biome");
  const args = [biome, "format", `--stdin-file-path=${TABLES}`];
  const result = spawnSync(process.execPath, args, { cwd: ROOT, input: json, encoding: "utf8" });
  if (result.status !== 0) throw new Error(`biome could not format ${TABLES}: ${result.stderr}`);
  return result.stdout;
}

await runWhenCalled(import.meta.url, write);
