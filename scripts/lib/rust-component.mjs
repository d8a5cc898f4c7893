// A Rust crate to a WebAssembly component: finds a toolchain, patches the published crates that need it, runs cargo so that
// neither the folder nor the time reaches the bytes, and wraps the core module. Part of every engine's lock: a change here is a
// change of the artifact.

import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { sha256 } from "./hashes.mjs";

const TARGET = "wasm32-unknown-unknown";
const RUST = "1.96.0";
const DEBIAN = "rustc-web cargo-web rust-web-src rust-web-llvm lld-19 clang-19 llvm-19 wasi-libc binaryen patch";

/** @typedef {{ name: string, version: string, sha256: string }} PublishedCrate the hash is the one that crates.io gives */

/** Bytes of the guest's own stack. It lies below everything else, so that running over its end traps. */
const STACK = 1 << 20;

/**
 * The Rust toolchain of this machine: Debian's packages, or rustup's.
 *
 * @returns {{ cargo: string[], env: Record<string, string>, flags: string[], args: string[], sysroot: string, versions: Record<string, string> }}
 */
export function findToolchain() {
  const found = debian() ?? rustup();
  if (found !== undefined) return found;
  throw new Error(
    `Cannot build engines: no Rust ${RUST} for ${TARGET} here. On Debian: apt-get install -y ${DEBIAN}. ` +
      `Elsewhere: rustup toolchain install ${RUST} --target ${TARGET}`,
  );
}

function debian() {
  const rustc = "/usr/bin/rustc";
  const cargo = "/usr/bin/cargo";
  const linker = "wasm-ld-19";
  if (!existsSync(rustc) || !existsSync(cargo)) return undefined;
  const version = output(rustc, ["--version"]);
  const sysroot = output(rustc, ["--print", "sysroot"]);
  if (!version?.startsWith(`rustc ${RUST} `) || sysroot === undefined) return undefined;
  if (!existsSync(join(sysroot, "lib/rustlib/src/rust/library/std"))) return undefined;
  const linkerVersion = output(linker, ["--version"]);
  if (linkerVersion === undefined) return undefined;
  return {
    cargo: [cargo],
    // Debian ships the standard library as source: it is built with the crate, which needs an unstable switch.
    env: { RUSTC: rustc, RUSTC_BOOTSTRAP: "1" },
    flags: [`-Clinker=${linker}`],
    args: ["-Zbuild-std=std,panic_abort"],
    sysroot,
    versions: { rustc: version, linker: linkerVersion, std: "built from source" },
  };
}

function rustup() {
  const run = ["rustup", "run", RUST];
  const version = output(run[0], [...run.slice(1), "rustc", "--version"]);
  const sysroot = output(run[0], [...run.slice(1), "rustc", "--print", "sysroot"]);
  if (version === undefined || sysroot === undefined) return undefined;
  if (!existsSync(join(sysroot, "lib/rustlib", TARGET))) return undefined;
  return {
    cargo: [...run, "cargo"],
    env: {},
    flags: [],
    args: [],
    sysroot,
    versions: { rustc: version, linker: "rust-lld of the toolchain", std: "as shipped" },
  };
}

function output(command, args) {
  const run = spawnSync(command, args, { encoding: "utf8" });
  return run.status === 0 ? run.stdout.trim() : undefined;
}

/** Where cargo unpacks crates: a folder named after each registry, which must not show in the artifact. */
function registryFolders(cargoHome) {
  const sources = join(cargoHome, "registry/src");
  return existsSync(sources) ? readdirSync(sources).map((name) => join(sources, name)) : [];
}

/**
 * Builds the crate in `folder` and wraps it.
 *
 * @param {string} folder the crate; its `target` folder is used
 * @param {{ library: string, patched?: PublishedCrate[], sources?: PublishedCrate[] }} engine `sources` are crates of which only
 *   the files are wanted, in `target/sources`
 * @param {ReturnType<typeof findToolchain>} toolchain
 * @returns {Promise<Buffer>} the component
 */
export async function buildComponent(folder, engine, toolchain) {
  for (const crate of engine.patched ?? []) patchCrate(folder, crate, toolchain);
  for (const crate of engine.sources ?? []) copyCrate(folder, crate, toolchain);
  const cargoHome = process.env.CARGO_HOME ?? join(homedir(), ".cargo");
  const flags = [
    ...toolchain.flags,
    "-Clink-arg=--stack-first",
    `-Clink-arg=-zstack-size=${STACK}`,
    `--remap-path-prefix=${folder}=/engine`,
    ...registryFolders(cargoHome).map((registry) => `--remap-path-prefix=${registry}=/registry`),
    `--remap-path-prefix=${join(toolchain.sysroot, "lib/rustlib/src/rust")}=/rust`,
  ];
  const target = join(folder, "target/component");
  cargo(toolchain, ["build", "--release", "--locked", "-j2", "--target", TARGET, ...toolchain.args], {
    cwd: folder,
    env: { CARGO_TARGET_DIR: target, CARGO_ENCODED_RUSTFLAGS: flags.join("\u001f") },
  });
  const core = readFileSync(join(target, TARGET, "release", `${engine.library}.wasm`));
  const { componentNew } = await import("@bytecodealliance/jco");
  return Buffer.from(await componentNew(core));
}

/** Puts the published crate with our patch applied where Cargo.toml expects it. */
function patchCrate(folder, crate, toolchain) {
  const name = `${crate.name}-${crate.version}`;
  const patch = join(folder, "patches", `${name}.patch`);
  const into = join(folder, "target/patched", name);
  const stamp = join(into, ".patched");
  const state = `${crate.sha256} ${sha256(readFileSync(patch))}\n`;
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === state) return;
  rmSync(into, { recursive: true, force: true });
  mkdirSync(dirname(into), { recursive: true });
  cpSync(publishedCrate(folder, crate, toolchain), into, { recursive: true });
  rmSync(join(into, ".cargo-ok"), { force: true });
  const run = spawnSync("patch", ["--batch", "--forward", "-p1", "-i", patch], { cwd: into, encoding: "utf8" });
  if (run.error !== undefined)
    throw new Error(`Cannot patch ${name}: the command "patch" is missing (apt-get install -y patch)`);
  if (run.status !== 0) throw new Error(`Cannot patch ${name} with ${patch}:\n${run.stdout}${run.stderr}`);
  writeFileSync(stamp, state);
}

/** Puts the files of a published crate where the engine's build.rs expects them. */
function copyCrate(folder, crate, toolchain) {
  const into = join(folder, "target/sources", `${crate.name}-${crate.version}`);
  if (existsSync(into)) return;
  cpSync(publishedCrate(folder, crate, toolchain), `${into}.new`, { recursive: true });
  renameSync(`${into}.new`, into);
}

/** The folder of a crate as crates.io has it, fetched and checked by cargo. */
function publishedCrate(folder, crate, toolchain) {
  const probe = join(folder, "target/fetch", crate.name);
  rmSync(probe, { recursive: true, force: true });
  mkdirSync(join(probe, "src"), { recursive: true });
  writeFileSync(join(probe, "src/lib.rs"), "");
  const manifest = `[package]\nname = "probe"\nversion = "0.0.0"\nedition = "2021"\n[workspace]\n[dependencies]\n`;
  writeFileSync(
    join(probe, "Cargo.toml"),
    `${manifest}${crate.name} = { version = "=${crate.version}", default-features = false }\n`,
  );
  const metadata = JSON.parse(cargo(toolchain, ["metadata", "--format-version", "1"], { cwd: probe, capture: true }));
  const lock = readFileSync(join(probe, "Cargo.lock"), "utf8");
  const entry = lock.split("[[package]]").find((text) => text.includes(`name = "${crate.name}"\n`)) ?? "";
  const checksum = /checksum = "([0-9a-f]{64})"/.exec(entry)?.[1];
  if (checksum !== crate.sha256) {
    throw new Error(
      `Cannot patch ${crate.name} ${crate.version}: its SHA-256 is ${checksum}, expected ${crate.sha256}`,
    );
  }
  const found = metadata.packages.find((item) => item.name === crate.name && item.version === crate.version);
  return dirname(found.manifest_path);
}

function cargo(toolchain, args, { cwd, env = {}, capture = false }) {
  const [command, ...before] = toolchain.cargo;
  try {
    return execFileSync(command, [...before, ...args], {
      cwd,
      env: { ...process.env, ...toolchain.env, ...env },
      stdio: ["ignore", capture ? "pipe" : "inherit", "inherit"],
      encoding: "utf8",
      maxBuffer: 256 << 20,
    });
  } catch (error) {
    throw new Error(`cargo ${args[0]} failed in ${cwd}; its output is above`, { cause: error });
  }
}
