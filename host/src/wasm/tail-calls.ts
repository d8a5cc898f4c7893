/**
 * Which functions can carry the fuel through tail calls. A tail call hands on the results of its callee, so both must agree on where the fuel
 * is: functions that are linked by `return_call` form a group, and a group goes through the global when one of its members must, or tail-calls
 * what always does: an import, or what a table holds. A callee of constant cost belongs to no group: it is called, and then its caller returns,
 * which takes no more stack than one leaf.
 */
import { OP } from "./emit.ts";
import type { ModuleInfo } from "./parse.ts";
import { type CodeScan, POINT } from "./points.ts";

/**
 * Calls `demote` with each function of a group that goes through the global.
 *
 * @param carries Whether the function could carry the fuel by itself.
 * @param isConstant Whether it is of constant cost.
 */
export function demoteTailCalls(
  module: ModuleInfo,
  scan: CodeScan,
  carries: (index: number) => boolean,
  isConstant: (index: number) => boolean,
  demote: (index: number) => void,
): void {
  if (!scan.functions.some((scanned) => scanned.hasTailCalls)) return;
  const { importedFunctions } = module;
  const count = module.functionTypes.length;
  const groups = Int32Array.from({ length: count }, (_, index) => index);
  const groupOf = (index: number): number => {
    let root = index;
    while (groups[root] !== root) {
      groups[root] = groups[groups[root]!]!;
      root = groups[root]!;
    }
    return root;
  };
  const throughGlobal = new Uint8Array(count);
  scan.functions.forEach((scanned, i) => {
    if (!scanned.hasTailCalls) return;
    const caller = importedFunctions + i;
    for (let p = scanned.firstPoint; p < scanned.endPoint; p += POINT.size) {
      const opcode = scan.points[p + POINT.opcode];
      if (opcode === OP.returnCallIndirect) throughGlobal[caller] = 1;
      if (opcode !== OP.returnCall) continue;
      const callee = scan.points[p + POINT.value]!;
      if (callee < importedFunctions) throughGlobal[caller] = 1;
      else if (!isConstant(callee)) groups[groupOf(callee)] = groupOf(caller);
    }
  });
  for (let index = importedFunctions; index < count; index++) {
    if (throughGlobal[index] === 1 || !carries(index)) throughGlobal[groupOf(index)] = 1;
  }
  for (let index = importedFunctions; index < count; index++) {
    if (throughGlobal[groupOf(index)] === 1) demote(index);
  }
}
