/**
 * A plugin of several files: a folder with `plugin.toml` and sources in one language, of which one has the tools. Finds that one,
 * and checks what the others are called: an engine looks its modules up by these names, and they stand in messages. Reads no disk.
 */
import { ENGINES, type EngineName } from "../engines.ts";
import { PluginError } from "../errors.ts";
import { aliasKey, pathProblem } from "../kiln/path.ts";
import { MANIFEST_BYTES, SOURCE_BYTES, SOURCE_FILES } from "../limits.ts";
import { compareCodePoints, quoted } from "../text.ts";
import type { SourceFile } from "./engine.ts";
import {
  checkEngineWord,
  engineOfPath,
  manifestOf,
  type PluginSource,
  refuseConfiguration,
  sourceText,
} from "./source.ts";

/** A plugin's folder as it was found. */
export interface PluginFolder {
  /** As messages shall name it; it names the plugin where the manifest does not. */
  readonly path: string;
  /** Relative to the folder, separated by `/`. What is neither `plugin.toml` nor source of a language of this host is left out. */
  readonly files: readonly { readonly path: string; readonly content: Uint8Array | string }[];
}

/** The manifest of a folder; what has none is no plugin's folder. */
export const FOLDER_MANIFEST = "plugin.toml";
/** What of a folder belongs to its plugin. */
export const FOLDER_FILES: { readonly manifest: string; readonly extensions: readonly string[] } = {
  manifest: FOLDER_MANIFEST,
  extensions: Object.values(ENGINES).flatMap(({ extensions }): readonly string[] => extensions),
};
/** What the file with the tools is called, before its extension. */
const ENTRY = "main";

export function isPluginFolder(input: unknown): input is PluginFolder {
  const { path, files } = (input ?? {}) as Partial<PluginFolder>;
  return typeof path === "string" && Array.isArray(files);
}

/**
 * Recognises a plugin's folder.
 * @throws PluginError `invalid-arguments` for files that make no plugin, `invalid-manifest`
 */
export function readPluginFolder({ path: folder, files }: PluginFolder): PluginSource {
  checkFiles(folder, files);
  const manifestFile = files.find(({ path }) => path === FOLDER_MANIFEST);
  if (manifestFile === undefined)
    throw new PluginError("invalid-arguments", `${folder} is no plugin's folder: it has no ${FOLDER_MANIFEST}`, {
      hint: `Put one there: name = "my-plugin"`,
    });
  const sources = files.filter(({ path }) => engineOfPath(path) !== undefined);
  const entry = entryOf(
    folder,
    sources.map(({ path }) => path),
  );
  const engine = engineOfPath(entry) as EngineName;
  const own = sources.filter(({ path }) => engineOfPath(path) === engine);
  const read = own.map((file): SourceFile => ({ path: file.path, text: sourceText(file) }));
  const text = read.find(({ path }) => path === entry)?.text ?? "";
  refuseConfiguration(entry, text);
  const sidecar = { path: `${folder}/${FOLDER_MANIFEST}`, text: manifestText(folder, manifestFile) };
  const manifest = manifestOf({ path: folder, content: text, sidecar }, text, ENGINES[engine].comment);
  checkEngineWord(manifest, sidecar.path, entry, engine);
  return {
    kind: "source",
    manifest,
    engine,
    entry,
    // The same plugin whatever the order in which its files were found.
    files: read.sort((a, b) => compareCodePoints(a.path, b.path)),
  };
}

function checkFiles(folder: string, files: PluginFolder["files"]): void {
  const refuse = (why: string) => new PluginError("invalid-arguments", `${folder} is no plugin's folder: ${why}`);
  if (files.length > SOURCE_FILES + 1) throw refuse(`it has more than ${SOURCE_FILES} source files`);
  const seen = new Map<string, string>();
  let size = 0;
  for (const file of files as readonly unknown[]) {
    const { path, content } = (file ?? {}) as Partial<PluginFolder["files"][number]>;
    if (typeof path !== "string" || !(typeof content === "string" || content instanceof Uint8Array))
      throw refuse("a file of it is { path, content }: text, and text or bytes");
    const problem = pathProblem(path);
    if (problem !== undefined) throw refuse(`it has a file ${quoted(path)}, and ${problem}`);
    const other = seen.get(aliasKey(path));
    if (other !== undefined)
      throw refuse(`its files ${quoted(other)} and ${quoted(path)} are one file on some systems`);
    seen.set(aliasKey(path), path);
    size += typeof content === "string" ? content.length : content.byteLength;
  }
  if (size > SOURCE_BYTES + MANIFEST_BYTES) throw refuse(`its files have more than ${SOURCE_BYTES} bytes together`);
}

/** `main` with an extension, or the only source at the top of the folder. */
function entryOf(folder: string, sources: readonly string[]): string {
  const top = sources.filter((path) => !path.includes("/"));
  const mains = top.filter((path) => path.slice(0, path.lastIndexOf(".")) === ENTRY);
  const candidates = mains.length > 0 ? mains : top;
  const [entry, another] = candidates;
  if (entry !== undefined && another === undefined) return entry;
  const why = entry === undefined ? "no source" : `more than one: ${candidates.map(quoted).join(", ")}`;
  const main = `${ENTRY} with one of ${FOLDER_FILES.extensions.join(", ")}`;
  const otherwise = entry === undefined ? `Put it there, and call it ${main}.` : `Call it ${main}.`;
  throw new PluginError(
    "invalid-arguments",
    `Cannot tell which file of ${folder} has the tools: at its top there is ${why}`,
    { hint: mains.length > 1 ? `Keep one ${ENTRY}, and give the others other names.` : otherwise },
  );
}

function manifestText(folder: string, { content }: PluginFolder["files"][number]): string {
  if (typeof content === "string") return content;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(content);
  } catch (cause) {
    throw new PluginError(
      "invalid-manifest",
      `Cannot read the manifest of ${folder}: ${FOLDER_MANIFEST} is not text in UTF-8`,
      { cause },
    );
  }
}
