#!/usr/bin/env node
// A plugin in Rust to a component: `node build.mjs FOLDER -o NAME.wasm`. Runs cargo so that neither the folder nor the time reaches
// the bytes, and wraps the core module, which says itself which world it is for. Also `buildPlugin` for scripts.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { componentNew } from "@bytecodealliance/jco";
import { findToolchain } from "../../scripts/lib/rust-component.mjs";

export { findToolchain };

const TARGET = "wasm32-unknown-unknown";
/** Bytes of the plugin's own stack. It lies below everything else, so that running over its end traps. */
const STACK = 1 << 20;
const sdk = fileURLToPath(new URL(".", import.meta.url)).replace(/\/$/, "");

/**
 * @param {string} folder with Cargo.toml
 * @param {ReturnType<typeof findToolchain>} [toolchain] the one of this machine
 * @returns {Promise<Uint8Array>} the component @throws Error where there is no toolchain or cargo fails; cargo says itself why
 */
export async function buildPlugin(folder, toolchain = findToolchain()) {
  const crate = realpathSync(folder);
  const target = join(crate, "target/component");
  cargo(toolchain, ["build", "--release", "--target", TARGET, ...toolchain.args], crate, {
    CARGO_TARGET_DIR: target,
    CARGO_ENCODED_RUSTFLAGS: flags(toolchain).join("\u001f"),
  });
  return componentNew(readFileSync(join(target, TARGET, "release", `${libraryOf(toolchain, crate)}.wasm`)));
}

/** The crate's own files are named relative to it; these are what lies elsewhere. */
function flags(toolchain) {
  const sources = join(process.env.CARGO_HOME ?? join(homedir(), ".cargo"), "registry/src");
  const registries = existsSync(sources) ? readdirSync(sources).map((name) => join(sources, name)) : [];
  const names = [
    ...registries.map((folder) => [folder, "/registry"]),
    [join(toolchain.sysroot, "lib/rustlib/src/rust"), "/rust"],
    [sdk, "/guest-sdk"],
  ];
  return [
    ...toolchain.flags,
    "-Clink-arg=--stack-first",
    `-Clink-arg=-zstack-size=${STACK}`,
    ...names.map(([folder, name]) => `--remap-path-prefix=${folder}=${name}`),
  ];
}

/** The name of the crate's own library, which has to be a `cdylib`. */
function libraryOf(toolchain, crate) {
  const metadata = JSON.parse(cargo(toolchain, ["metadata", "--no-deps", "--format-version", "1"], crate, {}, "pipe"));
  const library = metadata.packages[0].targets.find(({ crate_types }) => crate_types.includes("cdylib"));
  if (library === undefined)
    throw new Error(`Cannot build ${crate}: Cargo.toml has no [lib] with crate-type = ["cdylib"]`);
  return library.name.replaceAll("-", "_");
}

function cargo(toolchain, args, cwd, env, stdout = "inherit") {
  const [command, ...before] = toolchain.cargo;
  return execFileSync(command, [...before, ...args], {
    cwd,
    env: { ...process.env, ...toolchain.env, ...env },
    stdio: ["ignore", stdout, "inherit"],
    encoding: "utf8",
    maxBuffer: 64 << 20,
  });
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { output: { type: "string", short: "o" } },
  });
  const [folder = ".", ...rest] = positionals;
  if (rest.length > 0 || values.output === undefined) {
    console.error("usage: node build.mjs [FOLDER] -o NAME.wasm");
    process.exit(2);
  }
  try {
    const component = await buildPlugin(folder);
    writeFileSync(resolve(values.output), component);
    console.log(`${values.output}: ${component.length} bytes`);
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
