/**
 * The labels of a function that are open while it is written: where they are in the metered code, and how much may have run unchecked when a branch
 * gets there. Columns instead of objects: there is one for each block of a module. Writes nothing.
 */
import { MODULE_CAPS } from "../limits.ts";

export class Labels {
  /** The innermost label of the original; that of the function itself is 0. */
  depth = 0;
  /** Open labels in the metered code. */
  metered = 0;
  private readonly opcodes = new Uint8Array(MODULE_CAPS.nesting + 1);
  private readonly places = new Int32Array(MODULE_CAPS.nesting + 1);
  /** The longest unchecked path to a branch to its end, and to its start (for `else`). */
  private readonly uncheckedAtEnds = new Int32Array(MODULE_CAPS.nesting + 1);
  private readonly uncheckedAtStarts = new Int32Array(MODULE_CAPS.nesting + 1);
  /** For a loop whose slow path stands outside: the charge of its header, else −1. */
  private readonly slowCharges = new Int32Array(MODULE_CAPS.nesting + 1);

  /** Begins a function, `metered` labels deep. */
  restart(opcode: number, metered: number): void {
    this.depth = -1;
    this.metered = metered;
    this.open(opcode, 0, -1);
  }

  open(opcode: number, unchecked: number, slowCharge: number): void {
    const depth = ++this.depth;
    this.opcodes[depth] = opcode;
    this.places[depth] = this.metered++;
    this.uncheckedAtEnds[depth] = 0;
    this.uncheckedAtStarts[depth] = unchecked;
    this.slowCharges[depth] = slowCharge;
  }

  /** Of the innermost. */
  get opcode(): number {
    return this.opcodes[this.depth]!;
  }

  get uncheckedAtStart(): number {
    return this.uncheckedAtStarts[this.depth]!;
  }

  get uncheckedAtEnd(): number {
    return this.uncheckedAtEnds[this.depth]!;
  }

  get slowCharge(): number {
    return this.slowCharges[this.depth]!;
  }

  close(): void {
    this.depth--;
    this.metered--;
  }

  /** Notes that a branch goes to a label after `unchecked`; whether it is the function's own. */
  target(label: number, unchecked: number): boolean {
    const index = this.depth - label;
    if (unchecked > this.uncheckedAtEnds[index]!) this.uncheckedAtEnds[index] = unchecked;
    return index === 0;
  }

  /** Depth in the metered code of what is `label` blocks out in the original. */
  distance(label: number): number {
    return this.metered - 1 - this.places[this.depth - label]!;
  }
}
