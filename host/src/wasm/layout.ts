/**
 * Where everything is in the metered module: what the rewriter adds to each index space, and how original indices map to new ones.
 *
 *     functions: original imports, `refill`, original functions, added functions
 *     globals:   original imports, fuel, memory-room, table-room, note, original globals
 *     types:     original types, added types
 *
 * No index is added to memories (its own memory becomes an import at the same index), tables, tags and segments.
 */
import type { ModuleInfo } from "./parse.ts";
import type { CoreFunctionType, ValueType } from "./types.ts";

/** The ledger's globals in the order in which they are imported: name and type. */
export const LEDGER_GLOBALS = [
  ["fuel", "i64"],
  ["memory-room", "i32"],
  ["table-room", "i32"],
  ["note", "i32"],
] as const satisfies readonly (readonly [string, ValueType])[];

/** What the note says; 0 is nothing. A guest ends right after `stackFailed`. */
export const NOTE = { growFailed: 1, stackFailed: 2 } as const;

export class Layout {
  readonly fuel: number;
  readonly memoryRoom: number;
  readonly tableRoom: number;
  readonly note: number;
  /** The imported function that hands out the next slice. */
  readonly refill: number;
  /** The slow path, `(fuel) → fuel`: see `guards.ts`. */
  readonly check: number;
  /** The same at a function's entry, where the stack may be exhausted too. */
  readonly enter: number;
  /** Index of the type `() → ()`, of `refill`. */
  readonly refillType: number;
  readonly addedTypes: CoreFunctionType[] = [];
  /** Added types by original type index. */
  private readonly registerTypes = new Map<number, number>();
  private readonly module: ModuleInfo;
  private readonly typeIndices = new Map<string, number>();

  constructor(module: ModuleInfo) {
    this.module = module;
    this.fuel = module.importedGlobals;
    this.memoryRoom = this.fuel + 1;
    this.tableRoom = this.fuel + 2;
    this.note = this.fuel + 3;
    this.refill = module.importedFunctions;
    this.check = module.functionTypes.length + 1;
    this.enter = this.check + 1;
    this.refillType = this.type([], []);
  }

  functionIndex(original: number): number {
    return original < this.module.importedFunctions ? original : original + 1;
  }

  globalIndex(original: number): number {
    return original < this.module.importedGlobals ? original : original + LEDGER_GLOBALS.length;
  }

  /** Index of the type of `register` functions whose original type is this (`calls.ts`). */
  registerType(original: number): number {
    const known = this.registerTypes.get(original);
    if (known !== undefined) return known;
    const { params, results } = this.module.types[original]!;
    const index = this.type([...params, "i64"], [...results, "i64"]);
    this.registerTypes.set(original, index);
    return index;
  }

  /** Index of an added type. */
  type(params: readonly ValueType[], results: readonly ValueType[]): number {
    const key = `${params.join()}:${results.join()}`;
    const known = this.typeIndices.get(key);
    if (known !== undefined) return known;
    const index = this.module.types.length + this.addedTypes.length;
    this.typeIndices.set(key, index);
    this.addedTypes.push({ params, results });
    return index;
  }
}
