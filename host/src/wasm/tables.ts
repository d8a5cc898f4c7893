/**
 * Whether a module's tables are *closed*: nothing gets in but its own element segments, nothing gets out, and all calls through them are its own
 * `call_indirect`s. Then their functions may have another type than the guest says, and carry the fuel as those do that are called
 * directly (`calls.ts`). Were one reference to get out, a sibling module could call it with fuel that it made up.
 */
import { SITE_FUNCTION } from "./constants.ts";
import type { ModuleInfo } from "./parse.ts";
import type { CodeScan } from "./points.ts";

/**
 * By function index, 1 for each that some element segment names; undefined where the tables are not closed, or where there are types that cannot
 * carry the fuel.
 */
export function closedTables(module: ModuleInfo, scan: CodeScan, canCarry: TypeTest): Uint8Array | undefined {
  const isOwn = module.importedTables === 0 && !module.exports.some(({ kind }) => kind === "table");
  if (!isOwn || module.tables.length === 0 || scan.handlesReferences) return undefined;
  if (!module.types.every(({ params, results }) => canCarry(params.length, results.length))) return undefined;
  const { elementSites } = module;
  const named = new Uint8Array(module.functionTypes.length);
  for (let i = 0; i < elementSites.length; i += 4) {
    // An element, or where a segment begins, comes from a global: a reference may be an imported one.
    if (elementSites[i + 2] !== SITE_FUNCTION) return undefined;
    named[elementSites[i + 3]!] = 1;
  }
  return named;
}

/** Of the number of parameters and of results. */
export type TypeTest = (paramCount: number, resultCount: number) => boolean;
