/**
 * Caps against modules that are cheap to send and expensive to validate or compile. V8 compiles inside the guest's call and nothing
 * meters that, so what would take long is refused before V8 sees it. Public limits are `MODULE_CAPS`; the ones here bound sums that no
 * honest module comes near, and are not worth setting. Counts only what `scan.ts` tells it; reads no bytes.
 */
import { MODULE_CAPS } from "../limits.ts";
import { refuse } from "./reader.ts";

/** Values that calls and branches move, per function and per module: V8 handles each one, also in dead code. */
const OPERANDS = 4_000_000;
const OPERANDS_TOTAL = 64_000_000;

/** Parameters and locals of all functions: 10 bytes declare 50,000 locals, and V8 makes a list of them for each function. */
const LOCALS_TOTAL = 16_000_000;

/** Loops of one function: V8 keeps a bit set of all basic blocks for each. 5,000 took 650 MB, 1,000 not measurably more than none. */
const LOOPS = 1_000;

/** Locals that the rewriter adds to a function: fuel, and one for the canonicalization of either float type. */
export const ADDED_LOCALS = 3;

/** Places in a section (elements, constant expressions) that name a function or a global; and operands of all function types. */
export const INDEX_SITES = 2_000_000;
export const TYPE_OPERANDS = 2_000_000;

/** Instructions at which the rewriter does something, in all functions; it keeps 20 bytes for each. */
export const POINTS = 10_000_000;

/** What `scan.ts` counts in one function. */
export interface FunctionCounts {
  locals: number;
  /**
   * Σ (locals + height of the operand stack) over control instructions, calls inside `try`, and entries of `br_table`: what the
   * compiler copies or merges there. 180 KB with 50,000 values on the operand stack under 5,000 `if` blocked it for 15 s.
   */
  merges: number;
  loops: number;
  operands: number;
  branchOperands: number;
}

/** Checks function by function, and sums. */
export class CompileCaps {
  private merges = 0;
  private locals = 0;
  private operands = 0;

  check(functionIndex: number, offset: number, counts: FunctionCounts): void {
    const over = (what: string, count: number, limit: number) => {
      refuse(offset, `function ${functionIndex} has ${count} ${what}, the limit is ${limit}`);
    };
    if (counts.merges > MODULE_CAPS.localsTimesControl) {
      over("locals and operands × control instructions", counts.merges, MODULE_CAPS.localsTimesControl);
    }
    if (counts.loops > LOOPS) over("loops", counts.loops, LOOPS);
    if (counts.branchOperands > MODULE_CAPS.branchesTimesArity) {
      over("branches × values", counts.branchOperands, MODULE_CAPS.branchesTimesArity);
    }
    if (counts.operands > OPERANDS) over("operands of calls", counts.operands, OPERANDS);
    this.merges += counts.merges;
    this.locals += counts.locals;
    this.operands += counts.operands + counts.branchOperands;
    if (this.merges > MODULE_CAPS.localsTimesControlTotal) {
      refuse(
        offset,
        `locals and operands × control instructions of all functions are above ${MODULE_CAPS.localsTimesControlTotal}`,
      );
    }
    if (this.locals > LOCALS_TOTAL) refuse(offset, `its functions have more than ${LOCALS_TOTAL} locals together`);
    if (this.operands > OPERANDS_TOTAL) {
      refuse(offset, `the calls and branches of its functions move more than ${OPERANDS_TOTAL} values together`);
    }
  }
}
