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
  /** Of a function or tag; for a table its elements, for a global its type. Equal exactly when these are. */
  readonly signature: Signature;
  /** Of a memory, in pages, and of a table, in entries. */
  readonly limits: CoreLimits | undefined;
}

export interface CoreLimits {
  readonly minimum: number;
  readonly maximum: number | undefined;
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

/** Tells how a core item differs from what is needed; undefined where it fits (Core specification, "Import Matching"). */
export function externDifference(need: CoreExtern, given: CoreExtern): string | undefined {
  const expected = () => `expected a ${describeExtern(need)}, got a ${describeExtern(given)}`;
  if (need.kind !== given.kind || need.signature !== given.signature) return expected();
  if (need.limits === undefined || given.limits === undefined) return undefined;
  const { minimum, maximum } = need.limits;
  const isLarge = given.limits.minimum >= minimum;
  const isBounded = maximum === undefined || (given.limits.maximum ?? Number.POSITIVE_INFINITY) <= maximum;
  return isLarge && isBounded ? undefined : expected();
}

function describeExtern({ kind, signature, limits }: CoreExtern): string {
  const size = limits && `${limits.minimum}${limits.maximum === undefined ? "" : `..${limits.maximum}`}`;
  const words = kind === "func" ? [kind, `(${signature})`] : [kind, size, signature];
  return words.filter((word) => word !== undefined && word !== "").join(" ");
}

export function externOf(extern: CoreType): CoreExtern {
  switch (extern.kind) {
    case "function":
      return { kind: "func", signature: signature(extern.type.params, extern.type.results), limits: undefined };
    case "tag":
      return { kind: "tag", signature: signature(extern.type.params, extern.type.results), limits: undefined };
    case "global":
      return {
        kind: "global",
        signature: `${extern.type.mutable ? "mut " : ""}${extern.type.type}`,
        limits: undefined,
      };
    case "table":
      return { kind: "table", signature: extern.type.element, limits: extern.type };
    case "memory":
      return { kind: "memory", signature: "", limits: extern.type };
  }
}
