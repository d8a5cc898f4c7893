/**
 * Tells what a plugin's file is, from its bytes and its path: source with a manifest in leading comments or in TOML beside it,
 * a bundle, a component, or an Extism plug-in. Reads no disk; the caller brings the bytes, and the text beside the file where there is one.
 */
import { customSections, isComponent, isCoreModule, readCoreModule } from "../component/index.ts";
import { ENGINES, type EngineName } from "../engines.ts";
import { PluginError } from "../errors.ts";
import { COMPONENT_BYTES, MANIFEST_BYTES, SOURCE_BYTES } from "../limits.ts";
import { isBundle } from "./bundle-magic.ts";
import type { SourceFile } from "./engine.ts";
import { EXTISM_ENV } from "./extism/names.ts";
import { type Manifest, nameFromPath, parseManifest } from "./manifest.ts";
import { type ManifestText, readManifest } from "./manifest-text.ts";

/** A plugin's file as it was found. */
export interface PluginFile {
  /** As messages shall name it; its extension counts where the content does not tell. */
  readonly path: string;
  readonly content: Uint8Array | string;
  /** `dice-roller.toml` beside `dice-roller.rune`. */
  readonly sidecar?: { readonly path: string; readonly text: string };
}

export interface PluginSource {
  readonly kind: "source";
  readonly manifest: Manifest;
  readonly engine: EngineName;
  /** The file with the tools, one of `files`. */
  readonly entry: string;
  readonly files: readonly SourceFile[];
}

export interface PluginBundleFile {
  readonly kind: "bundle";
  readonly bytes: Uint8Array;
}

/** A plugin that brings its own WebAssembly. */
export interface PluginComponentFile {
  readonly kind: "component";
  readonly manifest: Manifest;
  readonly bytes: Uint8Array;
}

/** An Extism plug-in: a core module. */
export interface PluginExtismFile {
  readonly kind: "extism";
  readonly manifest: Manifest;
  readonly bytes: Uint8Array;
}

export type RecognisedPlugin = PluginSource | PluginBundleFile | PluginComponentFile | PluginExtismFile;

/** The custom section of a component or module that holds its manifest, TOML in UTF-8. */
const MANIFEST_SECTION = "crucible:manifest";

/** How files are recognised that are plugins by design and cannot be run by this host yet. */
const LATER: ReadonlyMap<string, string> = new Map([[".md", "plugins in notes"]]);

const COMPONENT_EXTENSION = ".wasm";
export const BUNDLE_EXTENSION = ".crub";

/**
 * Recognises a plugin's file.
 * @throws PluginError `invalid-arguments` for a file that is no plugin, `invalid-manifest` for one whose manifest is wrong
 */
export function readPluginFile(file: PluginFile): RecognisedPlugin {
  checkFile(file);
  if (typeof file.content !== "string" && isBundle(file.content)) return { kind: "bundle", bytes: file.content };
  const extension = extensionOf(file.path);
  if (extension === BUNDLE_EXTENSION) {
    throw new PluginError("invalid-module", `${file.path} is no plugin bundle: it does not begin as one`, {
      hint: "Make a bundle with: cru plugins compile FILE -o OUT.crub",
    });
  }
  if (extension === COMPONENT_EXTENSION) return readWasmFile(file);
  const engine = engineOf(extension);
  if (engine === undefined) throw notAPlugin(file.path, extension);
  const text = sourceText(file);
  refuseConfiguration(file.path, text);
  const manifest = manifestOf(file, text, ENGINES[engine].comment);
  checkEngineWord(manifest, file.sidecar?.path ?? file.path, file.path, engine);
  const entry = file.path.split(/[\\/]/).at(-1) || file.path;
  return { kind: "source", manifest, engine, entry, files: [{ path: entry, text }] };
}

/** @throws PluginError `invalid-arguments` for a `.rune` file that is configuration in the RUNE format */
export function refuseConfiguration(path: string, text: string): void {
  if (extensionOf(path) !== ".rune" || !isRuneConfiguration(text)) return;
  throw new PluginError(
    "invalid-arguments",
    `${path} is a RUNE configuration file, not a plugin: it begins with version = "rune/…"`,
    {
      hint: "A plugin in the Rune language has no such line; give it the extension .rn if it must begin like this.",
    },
  );
}

/**
 * `file` is where the manifest stands, `entry` the file with the tools, which is for this engine.
 * @throws PluginError `invalid-manifest` where the manifest names another one
 */
export function checkEngineWord(manifest: Manifest, file: string, entry: string, engine: EngineName): void {
  if (manifest.engine === undefined || manifest.engine === engine) return;
  throw new PluginError(
    "invalid-manifest",
    `Cannot read the manifest of ${file}: "engine" is ${manifest.engine}, but ${extensionOf(entry)} files run in ${engine}`,
  );
}

function checkFile(file: unknown): asserts file is PluginFile {
  const { path, content } = (file ?? {}) as Partial<PluginFile>;
  if (typeof path === "string" && (typeof content === "string" || content instanceof Uint8Array)) return;
  throw new PluginError("invalid-arguments", "A plugin to load is { path, content }: text, and text or bytes");
}

/** Extensions of plugin files that this host can run, bundles included. */
export function pluginExtensions(): readonly string[] {
  const ofEngines = Object.values(ENGINES).flatMap(({ extensions }): readonly string[] => extensions);
  return [...ofEngines, COMPONENT_EXTENSION, BUNDLE_EXTENSION];
}

/** Whether the bytes are WebAssembly that says itself that it is a plugin. @throws PluginError `invalid-module` where it is broken */
export function carriesManifest(bytes: Uint8Array): boolean {
  return customSections(bytes, MANIFEST_SECTION).length > 0;
}

/** Whether the text (without a byte order mark) of a `.rune` file is configuration in the RUNE format: its first line that is neither blank nor a `#` comment says so. */
export function isRuneConfiguration(text: string): boolean {
  for (const line of text.split(/\r\n|\n/, 1_000)) {
    if (line.trim() !== "" && !line.trimStart().startsWith("#")) return line.startsWith(`version = "rune/`);
  }
  return false;
}

/** The text of a source file. @throws PluginError `invalid-arguments` for what is too large or no text */
export function sourceText({ path, content }: PluginFile): string {
  const size = typeof content === "string" ? content.length : content.byteLength;
  if (size > SOURCE_BYTES) {
    throw new PluginError(
      "invalid-arguments",
      `${path} is too large for a plugin's source: ${size} bytes, at most ${SOURCE_BYTES} are read`,
    );
  }
  if (typeof content === "string" && !content.isWellFormed()) {
    throw new PluginError(
      "invalid-arguments",
      `${path} is no plugin: its text has a lone surrogate, which UTF-8 cannot carry`,
    );
  }
  if (typeof content === "string") return content.replace(/^\uFEFF/, "");
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(content);
  } catch (error) {
    throw new PluginError("invalid-arguments", `${path} is no plugin: it is not text in UTF-8`, { cause: error });
  }
}

function readWasmFile(file: PluginFile): PluginComponentFile | PluginExtismFile {
  const { path, content } = file;
  if (typeof content === "string" || !(isComponent(content) || isCoreModule(content))) throw noComponent(path);
  if (content.length > COMPONENT_BYTES) {
    throw new PluginError(
      "invalid-module",
      `${path} is too large for a component: ${content.length} bytes, at most ${COMPONENT_BYTES} are read`,
    );
  }
  const manifest = chooseManifest(file, embeddedManifest(path, content), `its section ${MANIFEST_SECTION}`, {
    hint: `Put one beside it (${path.replace(/\.[^./\\]*$/, "")}.toml): name = "my-plugin"`,
  });
  const kind = isComponent(content) ? "component" : "extism";
  // What imports nothing of Extism may still be meant as one: then the manifest says it.
  if (kind === "extism" && manifest.engine !== "extism" && !importsExtism(content)) throw noComponent(path);
  const engine = kind === "component" ? "wasm" : "extism";
  if (manifest.engine === undefined || manifest.engine === engine) return { kind, manifest, bytes: content };
  const what = kind === "component" ? "a component" : "an Extism plug-in";
  throw new PluginError(
    "invalid-manifest",
    `Cannot read the manifest of ${file.sidecar?.path ?? path}: "engine" is ${manifest.engine}, but the file is ${what}, which runs as ${engine}`,
  );
}

function noComponent(path: string): PluginError {
  return new PluginError("invalid-module", `${path} is no WebAssembly component`, {
    hint: `A core module becomes one with: wasm-tools component new. Of an Extism plug-in the manifest says engine = "extism".`,
  });
}

function importsExtism(bytes: Uint8Array): boolean {
  return readCoreModule(bytes).imports.some(({ module }) => module === EXTISM_ENV);
}

function embeddedManifest(path: string, bytes: Uint8Array): ManifestText | undefined {
  const [section, another] = customSections(bytes, MANIFEST_SECTION);
  if (section === undefined) return undefined;
  const refuse = (why: string, cause?: unknown) =>
    new PluginError("invalid-manifest", `Cannot read the manifest of ${path}: ${why}`, { cause });
  if (another !== undefined) throw refuse(`it has more than one section ${MANIFEST_SECTION}`);
  if (section.length > MANIFEST_BYTES) throw refuse(`it is longer than ${MANIFEST_BYTES} bytes`);
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(section);
    return { format: "toml", text, original: text, file: path };
  } catch (cause) {
    throw refuse("it is not text in UTF-8", cause);
  }
}

/** The manifest in a source file's own comments, or beside it, or none but the name. */
export function manifestOf(file: PluginFile, text: string, comment: string): Manifest {
  return chooseManifest(file, extractFrontmatter(file.path, text, comment), "its own comments", {
    hint: `Begin the file with: ${comment}--- and ${comment} name: my-plugin and ${comment}---`,
  });
}

/** The manifest inside the file, or the one beside it, or none but the name. */
function chooseManifest(
  { path, sidecar }: PluginFile,
  inside: ManifestText | undefined,
  where: string,
  missing: { readonly hint: string },
): Manifest {
  const name = nameFromPath(path);
  if (inside !== undefined && sidecar !== undefined) {
    throw new PluginError("invalid-manifest", `${path} has two manifests: one in ${where} and one in ${sidecar.path}`, {
      hint: "Remove one of them.",
    });
  }
  if (inside !== undefined) return readManifest(inside, name);
  if (sidecar !== undefined)
    return readManifest({ format: "toml", text: sidecar.text, original: sidecar.text, file: sidecar.path }, name);
  const { manifest } = parseManifest({}, name);
  if (manifest !== undefined) return manifest;
  throw new PluginError("invalid-manifest", `${path} has no manifest, and its file name gives no plugin name`, missing);
}

/**
 * The YAML between the fences, in place: every other line is blanked and the comment markers become spaces, so that lines and
 * columns of the YAML are those of the file.
 */
function extractFrontmatter(file: string, original: string, comment: string): ManifestText | undefined {
  const lines = original.split("\n").map((line) => line.replace(/\r$/, ""));
  const first = lines.findIndex((line, index) => !isBeforeManifest(line, index));
  if (!isFence(lines[first] ?? "", comment)) return undefined;
  const length = lines.slice(first + 1).findIndex((line) => isFence(line, comment));
  const end = first + 1 + length;
  const inside = lines.slice(first + 1, length < 0 ? undefined : end);
  const stray = inside.findIndex((line) => line.trim() !== "" && !line.startsWith(comment));
  if (length < 0 || stray >= 0) {
    const line = length < 0 && stray < 0 ? first + 1 : first + 2 + stray;
    const why =
      length < 0
        ? `the manifest that begins in line ${first + 1} is not closed by ${comment}---`
        : `line ${line} of the manifest does not begin with ${comment}`;
    throw new PluginError("invalid-manifest", `Cannot read the manifest of ${file}: ${why}`, {
      position: { file, line, column: 1 },
    });
  }
  const spaces = " ".repeat(comment.length);
  const blanked = lines.map((line, index) =>
    index > first && index < end && line.startsWith(comment) ? spaces + line.slice(comment.length) : "",
  );
  return { format: "yaml", text: blanked.slice(0, end).join("\n"), original: lines.join("\n"), file };
}

/** Whether the text of a source file has a manifest in its first comments, or the beginning of one. */
export function beginsWithManifest(text: string, comment: string): boolean {
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  return isFence(lines.find((line, index) => !isBeforeManifest(line, index)) ?? "", comment);
}

function isFence(line: string, comment: string): boolean {
  return line.startsWith(comment) && /^[ \t]?---[ \t]*$/.test(line.slice(comment.length));
}

/** What may stand before a manifest: blank lines, and a first line that names an interpreter. */
function isBeforeManifest(line: string, index: number): boolean {
  return line.trim() === "" || (index === 0 && line.startsWith("#!"));
}

/** The engine of the language that a file's name stands for, where it stands for one. */
export function engineOfPath(path: string): EngineName | undefined {
  return engineOf(extensionOf(path));
}

function engineOf(extension: string): EngineName | undefined {
  const names = Object.keys(ENGINES) as EngineName[];
  return names.find((name) => ENGINES[name].extensions.some((known) => known === extension));
}

function notAPlugin(path: string, extension: string): PluginError {
  const supported = pluginExtensions().join(", ");
  const later = LATER.get(extension);
  const why = later === undefined ? `it is no plugin file` : `this host does not run ${later} yet`;
  return new PluginError("invalid-arguments", `Cannot load ${path}: ${why}; plugins are ${supported} files`);
}

function extensionOf(path: string): string {
  const file = path.split(/[\\/]/).at(-1) ?? "";
  const dot = file.lastIndexOf(".");
  return dot < 0 ? "" : file.slice(dot).toLowerCase();
}
