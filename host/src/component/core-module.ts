/**
 * What linking needs to know of a core module: the kinds of its imports and exports, and the signatures of its functions. The
 * parser is that of `wasm/`, which validates the module later, before anything is compiled.
 */
import { parseModule } from "../wasm/parse.ts";
import type { CoreType } from "../wasm/types.ts";
import { checkNotReserved } from "./caps.ts";

export type CoreKind = "func" | "table" | "memory" | "global" | "tag";

/** A core function type in text, such as `i32 i32 -> i64`: equal exactly when the types are. */
export type Signature = string;

export interface CoreExtern {
  readonly kind: CoreKind;
  /** Of a function only. */
  readonly signature: Signature | undefined;
}

export interface CoreImportNeed extends CoreExtern {
  readonly module: string;
  readonly name: string;
}

export interface CoreModuleInfo {
  readonly imports: readonly CoreImportNeed[];
  readonly exports: ReadonlyMap<string, CoreExtern>;
}

export function signature(params: readonly string[], results: readonly string[]): Signature {
  return `${params.join(" ")} -> ${results.join(" ")}`;
}

/** @throws PluginError `invalid-module`; offsets in its message count from the beginning of the core module */
export function readCoreModule(bytes: Uint8Array): CoreModuleInfo {
  const parsed = parseModule(bytes);
  for (const { module } of parsed.imports) checkNotReserved(module, "core import module");
  for (const { name } of parsed.exports) checkNotReserved(name, "core export");
  return {
    imports: parsed.imports.map(({ module, name, ...type }) => ({ module, name, ...externOf(type) })),
    exports: new Map(parsed.exports.map(({ name, index: _, ...type }) => [name, externOf(type)])),
  };
}

function externOf(extern: CoreType): CoreExtern {
  if (extern.kind !== "function") return { kind: extern.kind, signature: undefined };
  return { kind: "func", signature: signature(extern.type.params, extern.type.results) };
}
