/**
 * Caps against modules that are cheap to send and expensive to validate or compile. V8 compiles inside the guest's call and nothing
 * meters that, so what would take long is refused before V8 sees it. Counts only what `scan.ts` tells it; reads no bytes.
 */
import { MODULE_CAPS } from "../limits.ts";
import { refuse } from "./reader.ts";

/** Locals that the rewriter adds to a function: fuel, an entry of a closed table, and one for the canonicalization of each float type; a vector counts as two. */
export const ADDED_LOCALS = 6;

/** What `scan.ts` counts in one function. */
export interface FunctionCounts {
  /** A vector counts as two. */
  locals: number;
  /**
   * Σ (locals + height of the operand stack) over control instructions, calls inside `try`, and entries of `br_table`: what the
   * compiler copies or merges there. 180 KB with 50,000 values on the operand stack under 5,000 `if` blocked it for 15 s.
   */
  merges: number;
  loops: number;
  operands: number;
  branchOperands: number;
  /** Instructions behind a prefix byte, among them those that V8 makes most machine code of. */
  prefixed: number;
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
    if (counts.prefixed > MODULE_CAPS.prefixed) {
      over("vector, saturating and bulk instructions", counts.prefixed, MODULE_CAPS.prefixed);
    }
    if (counts.loops > MODULE_CAPS.loops) over("loops", counts.loops, MODULE_CAPS.loops);
    if (counts.branchOperands > MODULE_CAPS.branchesTimesArity) {
      over("branches × values", counts.branchOperands, MODULE_CAPS.branchesTimesArity);
    }
    if (counts.operands > MODULE_CAPS.operands) over("operands of calls", counts.operands, MODULE_CAPS.operands);
    this.merges += counts.merges;
    this.locals += counts.locals;
    this.operands += counts.operands + counts.branchOperands;
    if (this.merges > MODULE_CAPS.localsTimesControlTotal) {
      refuse(
        offset,
        `locals and operands × control instructions of all functions are above ${MODULE_CAPS.localsTimesControlTotal}`,
      );
    }
    if (this.locals > MODULE_CAPS.localsTotal)
      refuse(offset, `its functions have more than ${MODULE_CAPS.localsTotal} locals together`);
    if (this.operands > MODULE_CAPS.operandsTotal) {
      refuse(
        offset,
        `the calls and branches of its functions move more than ${MODULE_CAPS.operandsTotal} values together`,
      );
    }
  }
}
