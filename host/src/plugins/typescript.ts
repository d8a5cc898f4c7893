/**
 * TypeScript becomes JavaScript before its engine compiles it: types are blanked in an engine of their own (`plugins/engines/typescript`),
 * under the limits of every compiler, so that no source is parsed outside of the sandbox. Lines and columns stay what they were. Nothing
 * is opened for plugins without such files.
 */
import { PluginError } from "../errors.ts";
import { SOURCE_BYTES } from "../limits.ts";
import type { Engine, SourceFile } from "./engine.ts";
import { sha256Hex } from "./hash.ts";
import type { LoadFunctions } from "./program.ts";

const TYPED = /\.m?ts$/i;
/** What the engine says of code that types alone would not vanish from. */
const MORE_THAN_TYPES = /not supported in strip-only mode/;
const HINT =
  "Only types are taken away here: write an enum as an object, a namespace as a file of its own, and the fields of a class in its body.";

/**
 * The same files without types.
 * @throws PluginError `compile-error` for what is more than types (`enum`, `namespace`, …) or no TypeScript; a limit
 */
export async function withoutTypes(
  files: readonly SourceFile[],
  open: () => Promise<Engine>,
  functions: LoadFunctions,
): Promise<readonly SourceFile[]> {
  const typed = files.filter(({ path }) => TYPED.test(path));
  if (typed.length === 0) return files;
  const hash = await sha256Hex(new TextEncoder().encode(JSON.stringify(typed)));
  const engine = await open();
  const { code } = await engine.compile(typed, typed[0]!.path, hash, functions).catch((error: unknown) => {
    throw error instanceof PluginError && MORE_THAN_TYPES.test(error.message) ? error.with({ hint: HINT }) : error;
  });
  const scripts = new Map(scriptsOf(code, typed).map((file) => [file.path, file]));
  return files.map((file) => scripts.get(file.path) ?? file);
}

/** What the engine answered, which is a guest like any other: one text for each file. */
function scriptsOf(code: Uint8Array, typed: readonly SourceFile[]): readonly SourceFile[] {
  const scripts: unknown = code.length <= 2 * SOURCE_BYTES ? parse(code) : undefined;
  if (!Array.isArray(scripts) || scripts.length !== typed.length || !scripts.every(isFile)) {
    throw new PluginError("invalid-module", "The engine typescript answered with something else than JavaScript files");
  }
  return scripts.map(({ text }, index) => ({ path: typed[index]!.path, text }));
}

function parse(code: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(code));
  } catch {
    return undefined;
  }
}

function isFile(file: unknown): file is SourceFile {
  return typeof (file as Partial<SourceFile> | null)?.text === "string";
}
