/**
 * The container of a compiled plugin (`.crub`): writes it, and reads it with every check that needs no engine. The bytes are
 * described in docs/bundle.md. The hashes find damage; they prove no origin, and code of a bundle stays as untrusted as source.
 *
 * ```text
 * magic 8 bytes | format u32 | header length u32 | header: JSON | sections one after the other | SHA-256 of all before
 * ```
 */
import { ENGINES, type EngineName } from "../engines.ts";
import { PluginError } from "../errors.ts";
import { BUNDLE_BYTES, MANIFEST_BYTES } from "../limits.ts";
import { BUNDLE_MAGIC, isBundle } from "./bundle-magic.ts";
import { concatenate, sha256, sha256Hex, toHex } from "./hash.ts";
import { canonicalJson, isJsonObject, type JsonObject, type JsonValue } from "./json.ts";
import { type Manifest, parseManifest, printManifest } from "./manifest.ts";
import { requireManifest } from "./manifest-text.ts";
import type { NativeName } from "./program.ts";

export interface Bundle {
  readonly manifest: Manifest;
  /** `wasm`: the code is the plugin's own component; `extism`: its core module. */
  readonly engine: EngineName | NativeName;
  /** The format of the code; only an engine with the same id runs it. */
  readonly abi: string;
  /** SHA-256 of the engine that compiled it, in hex. Another engine with the same ABI id runs the code too. */
  readonly engineHash: string;
  /** SHA-256 of the sources, in hex. */
  readonly sourceHash: string;
  readonly code: Uint8Array;
}

const FORMAT = 1;
const PREFIX = BUNDLE_MAGIC.length + 8;
const DIGEST = 32;
/** A manifest in canonical JSON can be longer than its YAML. */
const HEADER_BYTES = 8 * MANIFEST_BYTES;
const SECTIONS = 64;

/** Writes a bundle. The same input gives the same bytes. */
export async function writeBundle(bundle: Bundle): Promise<Uint8Array> {
  const header: JsonObject = {
    abi: bundle.abi,
    engine: bundle.engine,
    engineHash: bundle.engineHash,
    manifest: printManifest(bundle.manifest),
    sections: [{ bytes: bundle.code.length, name: "code", sha256: await sha256Hex(bundle.code) }],
    sourceHash: bundle.sourceHash,
  };
  const text = new TextEncoder().encode(canonicalJson(header));
  const size = PREFIX + text.length + bundle.code.length + DIGEST;
  if (text.length > HEADER_BYTES || size > BUNDLE_BYTES) {
    throw new PluginError(
      "invalid-arguments",
      `The plugin "${bundle.manifest.name}" is too large for a bundle: ${size} bytes, at most ${BUNDLE_BYTES}`,
    );
  }
  const prefix = new Uint8Array(PREFIX);
  prefix.set(BUNDLE_MAGIC);
  const view = new DataView(prefix.buffer);
  view.setUint32(BUNDLE_MAGIC.length, FORMAT, true);
  view.setUint32(BUNDLE_MAGIC.length + 4, text.length, true);
  const body = concatenate([prefix, text, bundle.code]);
  return concatenate([body, await sha256(body)]);
}

/**
 * Reads a bundle.
 * @throws PluginError `invalid-module` for bytes that are no bundle, damaged, or of a newer format; `invalid-manifest`
 */
export async function readBundle(bytes: Uint8Array): Promise<Bundle> {
  if (!isBundle(bytes)) throw damaged("it does not begin as a bundle");
  if (bytes.length > BUNDLE_BYTES) throw damaged(`it is larger than ${BUNDLE_BYTES} bytes`);
  if (bytes.length < PREFIX + DIGEST) throw damaged("it is cut off");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const format = view.getUint32(BUNDLE_MAGIC.length, true);
  if (format !== FORMAT) {
    throw new PluginError(
      "invalid-module",
      `Cannot read the bundle: it has format ${format}, this host reads format ${FORMAT}`,
      {
        hint: "Use a newer host, or compile the plugin again from its source.",
      },
    );
  }
  const body = bytes.subarray(0, bytes.length - DIGEST);
  if (toHex(await sha256(body)) !== toHex(bytes.subarray(bytes.length - DIGEST)))
    throw damaged("its content does not match its checksum; it is cut off or was changed");
  const length = view.getUint32(BUNDLE_MAGIC.length + 4, true);
  if (length > HEADER_BYTES || PREFIX + length > body.length) throw damaged("its header is longer than the file");
  return readContent(parseHeader(body.subarray(PREFIX, PREFIX + length)), body.subarray(PREFIX + length));
}

async function readContent(header: JsonObject, content: Uint8Array): Promise<Bundle> {
  const code = await readCode(header, content);
  const engine = text(header, "engine");
  const names = [...(Object.keys(ENGINES) as EngineName[]), "wasm" as const, "extism" as const];
  const known = names.find((name) => name === engine);
  if (known === undefined) {
    throw new PluginError(
      "invalid-module",
      `Cannot read the bundle: it needs the engine ${JSON.stringify(engine.slice(0, 40))}, this host has ${names.join(", ")}`,
    );
  }
  const manifest = requireManifest(parseManifest(field(header, "manifest"), undefined), "the bundle");
  return {
    manifest,
    engine: known,
    abi: text(header, "abi"),
    engineHash: hash(header, "engineHash"),
    sourceHash: hash(header, "sourceHash"),
    code,
  };
}

/** The section `code`. A section that this host does not know is an error unless it is marked optional. */
async function readCode(header: JsonObject, content: Uint8Array): Promise<Uint8Array> {
  const sections = field(header, "sections");
  if (!Array.isArray(sections) || sections.length > SECTIONS)
    throw damaged(`"sections" in its header is no list of at most ${SECTIONS}`);
  let offset = 0;
  let code: Uint8Array | undefined;
  for (const section of sections as readonly JsonValue[]) {
    if (!isJsonObject(section)) throw damaged("a section in its header is no object");
    const [name, size] = [text(section, "name"), field(section, "bytes")];
    if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0 || size > content.length - offset) {
      throw damaged(`the section ${JSON.stringify(name.slice(0, 40))} is longer than the file`);
    }
    const bytes = content.subarray(offset, offset + size);
    offset += size;
    if ((await sha256Hex(bytes)) !== hash(section, "sha256"))
      throw damaged(`the section ${JSON.stringify(name.slice(0, 40))} does not match its hash`);
    if (name === "code" && code === undefined) code = bytes.slice();
    else if (name === "code") throw damaged("it has two sections of code");
    else if (section.optional !== true)
      throw damaged(`it has a section ${JSON.stringify(name.slice(0, 40))} that this host does not know`);
  }
  if (offset !== content.length) throw damaged("it has bytes that belong to no section");
  if (code === undefined) throw damaged("it has no section of code");
  return code;
}

function parseHeader(bytes: Uint8Array): JsonObject {
  let header: JsonValue;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    throw damaged("its header is no JSON", error);
  }
  if (!isJsonObject(header)) throw damaged("its header is no object");
  return header;
}

function field(object: JsonObject, key: string): JsonValue {
  const value = Object.hasOwn(object, key) ? object[key] : undefined;
  if (value === undefined) throw damaged(`"${key}" is missing in its header`);
  return value;
}

function text(object: JsonObject, key: string): string {
  const value = field(object, key);
  if (typeof value !== "string" || value === "" || value.length > 200)
    throw damaged(`"${key}" in its header is no short text`);
  return value;
}

function hash(object: JsonObject, key: string): string {
  const value = text(object, key);
  if (!/^[0-9a-f]{64}$/.test(value)) throw damaged(`"${key}" in its header is no SHA-256`);
  return value;
}

function damaged(why: string, cause?: unknown): PluginError {
  return new PluginError("invalid-module", `Cannot read the bundle: ${why}`, {
    hint: "Copy it again, or compile the plugin again from its source.",
    ...(cause !== undefined && { cause }),
  });
}
