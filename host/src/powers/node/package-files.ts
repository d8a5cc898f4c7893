/** Files that the host itself reads: the engines of this package, and plugin files that a person names. */
import { createHash } from "node:crypto";
import { constants, readFileSync } from "node:fs";
import { open, readdir, readFile } from "node:fs/promises";
import { BUILD_ID } from "../../build-id.ts";
import { PluginError } from "../../errors.ts";
import { BUNDLE_BYTES, MANIFEST_BYTES } from "../../limits.ts";
import { readOpened, readWhole } from "./read-whole.ts";

/** The root of this package, from `host/src/powers/node` and from `host/dist/powers/node` alike. */
const PACKAGE = new URL("../../../../", import.meta.url);

/** Reads a file of this package. `path` is relative to its root, separated by `/`. */
export async function readPackageFile(path: string): Promise<Uint8Array> {
  try {
    return await readWhole(new URL(path, PACKAGE));
  } catch (cause) {
    throw new PluginError("unavailable", `This installation lacks ${path}`, {
      cause,
      hint: "Install the package again.",
    });
  }
}

/** Where this host's own code is: `host/src` or `host/dist`. */
const CODE = new URL("../../", import.meta.url);
/** Folders whose code decides what metering, compiling and loading give. */
const DECIDING = ["wasm", "component", "sandbox", "plugins", "."];
/** Made by the build from `codeHash`. */
const BUILD = /^build-id\./;

/** Names this version of the host: what it keeps in a cache is for itself only. */
export async function hostVersion(): Promise<string> {
  return BUILD_ID ?? (await codeHash());
}

/** SHA-256, in hex, of the code that decides what metering, compiling and loading give. */
export async function codeHash(): Promise<string> {
  const hash = createHash("sha256");
  for (const folder of DECIDING) {
    const url = new URL(`${folder}/`, CODE);
    for (const name of (await readdir(url)).sort()) {
      if (!/\.(js|ts)$/.test(name) || BUILD.test(name)) continue;
      hash.update(`${name}\0`).update(await readFile(new URL(name, url)));
    }
  }
  return hash.digest("hex");
}

/**
 * Reads a file of what the build computed of the engines (`plugins/baked-engines.ts`); undefined where it cannot be read. In
 * one go (3 ms for 9 MB), so that V8 can compile them while everything else is read.
 */
export async function readBakedFile(path: string): Promise<Uint8Array | undefined> {
  try {
    return readFileSync(new URL(`engines/${path}`, CODE));
  } catch {
    return undefined;
  }
}

export interface PluginFileContent {
  readonly path: string;
  readonly content: Uint8Array;
  /** The manifest beside it, `name.toml` for `name.rune`, where there is one. */
  readonly sidecar?: { readonly path: string; readonly text: string };
}

/**
 * Reads a plugin's file and the manifest beside it.
 * @throws PluginError `not-found`, or `invalid-arguments` for what is no regular file or is too large
 */
export async function readPluginFromDisk(name: string): Promise<PluginFileContent> {
  const content = await readBounded(name, BUNDLE_BYTES);
  if (content === undefined) throw new PluginError("not-found", `There is no file "${name}"`);
  const sidecarPath = name.replace(/\.[^./\\]+$/, ".toml");
  const sidecar = sidecarPath === name ? undefined : await readBounded(sidecarPath, MANIFEST_BYTES);
  return {
    path: name,
    content,
    ...(sidecar && { sidecar: { path: sidecarPath, text: new TextDecoder().decode(sidecar) } }),
  };
}

/** Opening a FIFO answers at once, and is refused then: nobody may write to it. */
const READ = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0);

async function readBounded(path: string, maxBytes: number): Promise<Uint8Array | undefined> {
  const file = await open(path, READ).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw new PluginError("invalid-arguments", `Cannot read "${path}": ${error.message}`, { cause: error });
  });
  if (file === undefined) return undefined;
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw new PluginError("invalid-arguments", `"${path}" is not a regular file`);
    if (stat.size > maxBytes) {
      throw new PluginError("invalid-arguments", `"${path}" has ${stat.size} bytes; the limit is ${maxBytes}`);
    }
    return await readOpened(file, stat.size);
  } finally {
    await file.close();
  }
}
