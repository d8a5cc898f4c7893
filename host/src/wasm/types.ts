/**
 * The shapes that `wasm/` hands out: types of core modules, their imports and exports, and what `meterModule` returns.
 * Declarations only.
 */

/** Import module name and export prefix that guests may not use; it is what metered modules import the ledger from. */
export const RESERVED = "crucible:host";

export type NumberType = "i32" | "i64" | "f32" | "f64";
export type VectorType = "v128";
export type ReferenceType = "funcref" | "externref";
export type ValueType = NumberType | VectorType | ReferenceType;

export interface CoreFunctionType {
  readonly params: readonly ValueType[];
  readonly results: readonly ValueType[];
}
/** Sizes in pages of 64 KiB. */
export interface CoreMemoryType {
  readonly minimum: number;
  readonly maximum: number | undefined;
}
/** Sizes in entries. */
export interface CoreTableType {
  readonly element: ReferenceType;
  readonly minimum: number;
  readonly maximum: number | undefined;
}
export interface CoreGlobalType {
  readonly type: ValueType;
  readonly mutable: boolean;
}

export type CoreType =
  | { readonly kind: "function"; readonly type: CoreFunctionType }
  | { readonly kind: "table"; readonly type: CoreTableType }
  | { readonly kind: "memory"; readonly type: CoreMemoryType }
  | { readonly kind: "global"; readonly type: CoreGlobalType }
  /** The operands of an exception; a tag has no results. */
  | { readonly kind: "tag"; readonly type: CoreFunctionType };

export type CoreImport = { readonly module: string; readonly name: string } & CoreType;
export type CoreExport = { readonly name: string; readonly index: number } & CoreType;

export interface MeterOptions {
  /**
   * Make the bits of every NaN that float arithmetic produces the canonical ones where they can be seen (`nan.ts`). Without it
   * results, and so fuel, may depend on the tier in which V8 runs the code.
   * @default true
   */
  readonly canonicalizeNaN?: boolean;
}

export interface MeteredModule {
  /** To be compiled; valid whenever the input was accepted. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The original imports, in order. The metered module imports the ledger, `refill` and its memory from `RESERVED` besides. */
  readonly imports: readonly CoreImport[];
  /** The original exports, in order; only these may be given to other modules. */
  readonly exports: readonly CoreExport[];
  /** The module's own memory, which the metered module imports as `RESERVED` `memory`; still exported under its original names. */
  readonly memory: { readonly minimumPages: number; readonly maximumPages: number | undefined } | undefined;
  /** The original imports a memory, from a sibling. */
  readonly importsMemory: boolean;
  /** Sum of the minimums of the module's own tables. */
  readonly tableEntries: number;
  /** The start section was removed and its function is exported as `START_EXPORT`. */
  readonly hasStart: boolean;
  /** The module's own mutable number globals; exported under these names for images. */
  readonly globals: readonly { readonly name: string; readonly type: NumberType }[];
  /** `true` when memory and globals are all the state that an instance has, else what else there is. */
  readonly imageable: true | string;
}

/** Name under which a metered module exports the function that its start section named. */
export const START_EXPORT: string = `${RESERVED}/start`;

/** Name under which a metered module exports its own mutable global with this (original) index. */
export function globalExport(index: number): string {
  return `${RESERVED}/global/${index}`;
}
