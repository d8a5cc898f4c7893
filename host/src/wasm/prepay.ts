/**
 * Moves charges against the flow, so that each path makes fewer of them. What would be charged where paths join, at the end of a block, the
 * segments that lead there pay with their own. The header of a loop is paid by the ways to it, when nothing is prepaid where its own segment ends (as
 * in an interpreter, which goes on with a `br_table`). These are the *potentials* of a flow graph; sums stay what they are.
 *
 *     (block $join                                (block $join
 *       … ;; 7                                      … ;; 7 + 3
 *       (br_if $join …)                             (br_if $join …)
 *       … ;; 4                                      … ;; 4, of which 3 are paid
 *     )                                           )
 *     … ;; 3                                      …
 *
 * Invariant: what is prepaid is run in any case (or the code traps), so whoever looks at the fuel never sees more than will be spent. A branch has no
 * place for a charge on one of its ways, so all that leads to a label prepays the same: at most what is certain to be run on the other way of each
 * branch. Nothing is prepaid across calls, into handlers, to targets of `br_table`, or in a loop for what comes after it.
 */
import { MODULE_CAPS } from "../limits.ts";
import { type CallPlan, CONVENTION, endsSegment, UNCHECKED_COST } from "./calls.ts";
import { OP } from "./emit.ts";
import { OPCODE_COUNT } from "./opcodes.ts";
import type { ModuleInfo } from "./parse.ts";
import { type CodeScan, ENDS_IN_CALL, POINT, type ScannedFunction } from "./points.ts";
import { readBranchTable } from "./reader.ts";

/** No row: of a label, the function's own; of a segment, the one at the entry. */
const NONE = -1;
/** What is paid runs unchecked: no more than elsewhere. So one charge stays far below what a segment's has room for, too. */
const MOST = UNCHECKED_COST;

/** Changes the charges of `scan.points`, and `plan.paidAtEntry`. */
export function prepayJoins(module: ModuleInfo, scan: CodeScan, plan: CallPlan): void {
  const prepayer = new Prepayer(module, scan, plan);
  scan.functions.forEach((scanned, i) => {
    prepayer.move(module.importedFunctions + i, scanned);
  });
}

class Prepayer {
  private readonly module: ModuleInfo;
  private readonly points: Int32Array;
  private readonly plan: CallPlan;

  // Of the current function. A row is a point, counted from its first.
  private first = 0;
  private rows = 0;
  /** The rows that end a segment, in order. */
  private cuts = new Int32Array(0);
  private cutCount = 0;
  /** What opened the blocks that are open; the function is the first. */
  private readonly open = new Int32Array(MODULE_CAPS.nesting + 1).fill(NONE, 0, 1);
  /** By row: of a branch, what opened the block that it goes to; of `else` and `end`, what opened theirs. `NONE` is the function. */
  private openers = new Int32Array(0);
  /** By row of what opens a block: its `else`; in how many loops its label is; what is prepaid at its label, and the most that may be. */
  private elses = new Int32Array(0);
  private loops = new Int32Array(0);
  private prepaid = new Int32Array(0);
  private caps = new Int32Array(0);

  constructor(module: ModuleInfo, scan: CodeScan, plan: CallPlan) {
    this.module = module;
    this.points = scan.points;
    this.plan = plan;
  }

  move(index: number, { firstPoint, endPoint }: ScannedFunction): void {
    if (this.plan.conventions[index] === CONVENTION.constant) return;
    this.first = firstPoint;
    this.rows = (endPoint - firstPoint) / POINT.size;
    if (this.rows > this.cuts.length) this.grow(this.rows * 2);
    this.resolve();
    this.prepayHeaders();
    this.plan.paidAtEntry[index]! += this.moveBack();
  }

  private grow(rows: number): void {
    this.cuts = new Int32Array(rows);
    this.openers = new Int32Array(rows);
    this.elses = new Int32Array(rows);
    this.loops = new Int32Array(rows);
    this.prepaid = new Int32Array(rows);
    this.caps = new Int32Array(rows);
  }

  private opcode(row: number): number {
    return this.points[this.first + row * POINT.size + POINT.opcode]!;
  }

  /** Of the segment that begins after the row. */
  private cost(row: number): number {
    return this.points[this.first + row * POINT.size + POINT.charge]! & ~ENDS_IN_CALL;
  }

  private pay(row: number, cost: number): void {
    this.points[this.first + row * POINT.size + POINT.charge]! += cost;
  }

  /** A segment that adds a frame makes its charge in any case. */
  private most(row: number, opener: number): number {
    const charge = this.points[this.first + row * POINT.size + POINT.charge]!;
    return charge < ENDS_IN_CALL ? Math.min(charge, this.caps[opener]!) : 0;
  }

  /** Finds where segments end, where branches go, and the caps. */
  private resolve(): void {
    const { caps, cuts, elses, first, loops, module, open, openers, plan, points, prepaid, rows } = this;
    let depth = 0;
    let loop = 0;
    let cutCount = 0;
    for (let row = 0; row < rows; row++) {
      const p = first + row * POINT.size;
      const opcode = points[p + POINT.opcode]!;
      const value = points[p + POINT.value]!;
      switch (opcode) {
        case OP.loop:
        case OP.block:
        case OP.if:
        case OP.try:
          if (opcode === OP.loop) loop++;
          open[++depth] = row;
          elses[row] = NONE;
          loops[row] = loop;
          prepaid[row] = 0;
          caps[row] = opcode === OP.try ? 0 : MOST;
          break;
        case OP.else:
          openers[row] = open[depth]!;
          elses[openers[row]!] = row;
          break;
        case OP.end:
        case OP.delegate: {
          const opener = open[depth--]!;
          openers[row] = opener;
          if (opener === NONE) break;
          const opened = this.opcode(opener);
          if (opened === OP.loop) loop--;
          else if (opened === OP.if && elses[opener] === NONE)
            caps[opener] = Math.min(caps[opener]!, this.cost(opener));
          break;
        }
        case OP.br:
        case OP.brIf: {
          const opener = open[depth - value]!;
          openers[row] = opener;
          if (opener === NONE) break;
          // What comes after a loop is run once.
          if (loop > loops[opener]! && this.opcode(opener) !== OP.loop) caps[opener] = 0;
          else if (opcode === OP.brIf)
            caps[opener] = Math.min(caps[opener]!, points[p + POINT.charge]! & ~ENDS_IN_CALL);
          break;
        }
        case OP.brTable:
          for (const label of readBranchTable(module.bytes, points[p + POINT.start]!, points[p + POINT.end]!)) {
            if (label < depth) caps[open[depth - label]!] = 0;
          }
          break;
        case OP.call:
          // Paid with what is before it, and so is what is behind it.
          if (plan.conventions[value] === CONVENTION.constant && points[p + POINT.charge] === 0) continue;
      }
      if (endsSegment(points, p)) cuts[cutCount++] = row;
    }
    this.cutCount = cutCount;
  }

  private prepayHeaders(): void {
    for (let k = 0; k + 1 < this.cutCount; k++) {
      const row = this.cuts[k]!;
      if (this.opcode(row) !== OP.loop || PREPAYS[this.opcode(this.cuts[k + 1]!)] === 1) continue;
      this.prepaid[row] = this.most(row, row);
      this.pay(row, -this.prepaid[row]!);
    }
  }

  /** From the last segment to the first; answers what the one at the entry pays more. */
  private moveBack(): number {
    let ahead = 0;
    for (let k = this.cutCount - 1; k >= 0; k--) {
      const row = this.cuts[k]!;
      ahead = this.ahead(row);
      if (ahead > 0 && k > 0 && LEAVES[this.opcode(this.cuts[k - 1]!)] === 0) this.pay(this.cuts[k - 1]!, ahead);
    }
    return ahead;
  }

  /** What is prepaid where a segment ends; what begins there pays so much less. */
  private ahead(row: number): number {
    const opcode = this.opcode(row);
    if (PREPAYS[opcode] === 0) return 0;
    if (opcode === OP.loop) return this.prepaid[row]!;
    if (opcode === OP.if) {
      const other = this.elses[row]!;
      const ahead = other === NONE ? this.prepaid[row]! : Math.min(this.cost(row), this.cost(other), MOST);
      this.pay(row, -ahead);
      if (other !== NONE) this.pay(other, -ahead);
      return ahead;
    }
    const opener = this.openers[row]!;
    if (opener === NONE) return 0;
    if (opcode === OP.end) {
      this.prepaid[opener] = this.most(row, opener);
      this.pay(row, -this.prepaid[opener]!);
    } else if (opcode === OP.brIf) {
      this.pay(row, -this.prepaid[opener]!);
    }
    return this.prepaid[opener]!;
  }
}

/** Opcodes at the end of a segment that may pay for what comes after it. */
const PREPAYS = opcodes("loop", "if", "else", "end", "br", "brIf");

/** Opcodes behind which nothing is run. */
const LEAVES = opcodes(
  "br",
  "brTable",
  "return",
  "unreachable",
  "throw",
  "rethrow",
  "returnCall",
  "returnCallIndirect",
);

function opcodes(...names: readonly (keyof typeof OP)[]): Uint8Array {
  const set = new Uint8Array(OPCODE_COUNT);
  for (const name of names) set[OP[name]] = 1;
  return set;
}
