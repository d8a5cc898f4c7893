// Peers that are not, or not all, in package.json: Extism's SDK with a plugin that gives its input back, and the newest jco.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import createPlugin from "@extism/extism";
import wabt from "wabt";

const require = createRequire(import.meta.url);

export const extismVersion = require("../../package.json").devDependencies["@extism/extism"];

/** `start()` answers a new plugin, of a module that is compiled already; its `call("echo", text)` gives the text back. */
export async function extism() {
  const wat = `(module
    (import "extism:host/env" "input_offset" (func $offset (result i64)))
    (import "extism:host/env" "input_length" (func $length (result i64)))
    (import "extism:host/env" "output_set" (func $output (param i64 i64)))
    (memory (export "memory") 1)
    (func (export "echo") (result i32) (call $output (call $offset) (call $length)) (i32.const 0)))`;
  const bytes = (await wabt()).parseWat("echo.wat", wat).toBinary({}).buffer;
  const module = await WebAssembly.compile(bytes);
  return { start: () => createPlugin(module, {}) };
}

/** The newest jco, installed by npm into a folder of the system's temporary ones, once. Throws the reason where that is not possible. */
export async function newestJco() {
  const prefix = join(tmpdir(), "crucible-bench-jco");
  const folder = join(prefix, "node_modules/@bytecodealliance/jco");
  if (!existsSync(join(folder, "package.json"))) {
    const options = ["--no-audit", "--no-fund", "--silent", "--ignore-scripts"];
    execFileSync("npm", ["install", "--prefix", prefix, ...options, "@bytecodealliance/jco@latest"], {
      timeout: 300_000,
      stdio: "ignore",
    });
  }
  const { version, exports } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const entry = exports["."].default ?? exports["."];
  const { transpile } = await import(pathToFileURL(join(folder, entry)));
  return { version, transpile };
}
