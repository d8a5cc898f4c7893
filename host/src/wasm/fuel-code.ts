/**
 * The sequences that metered code pays with: charges, checks, and the ways between the fuel's local and the ledger's global. Where they
 * stand is decided in `charge.ts`, which also says what holds at each place; the packed number is explained in `stack.ts`.
 */
import { BodyCopy } from "./body-copy.ts";
import { writeEntryTest } from "./bridges.ts";
import { UNCHECKED_COST } from "./calls.ts";
import { BULK_BYTES_SHIFT } from "./costs.ts";
import { type ByteWriter, LONGEST, OP, putSigned, putU32, VOID } from "./emit.ts";
import type { BranchHints } from "./hints.ts";
import type { Layout } from "./layout.ts";
import type { ModuleInfo } from "./parse.ts";
import { type CodeScan, ENDS_IN_CALL } from "./points.ts";
import { STACK_UNIT } from "./stack.ts";

export class FuelCode extends BodyCopy {
  protected readonly layout: Layout;
  protected readonly hints: BranchHints;

  // Of the current function.
  /** Where its local declarations are written. */
  protected bodyStart = 0;
  /** The local that has the fuel. */
  protected fuel = 0;
  /** The local for an operand that is needed twice: the entry of a table that is called, the count of a bulk operation. */
  protected operand = 0;
  /** What its frame adds to the packed number at entry, and around calls under which it is counted. */
  protected stackAtEntry = 0;
  protected stackAtCalls = 0;
  /** Some frame on the way to here is counted, its own or that of a gate. */
  protected isCounted = false;
  /** Cost of the longest path to here since the last check; 0 right after one. */
  protected unchecked = 0;

  constructor(module: ModuleInfo, scan: CodeScan, out: ByteWriter, layout: Layout, hints: BranchHints) {
    super(module, scan, out);
    this.layout = layout;
    this.hints = hints;
  }

  /** The charge of a segment that begins at `offset` of the original. */
  protected chargeAt(offset: number, charge: number): void {
    if (charge === 0) return;
    this.copyTo(offset);
    this.addCharge(charge, 0);
    this.checkIfLong();
  }

  protected addCharge(charge: number, stack: number): void {
    if (charge === 0 && stack === 0) return;
    this.setFuel(OP.localGet, this.fuel, charge, stack);
  }

  /** The fuel is on the operand stack: charges it, and puts it into its local. */
  protected takeFuel(charge: number, stack: number): void {
    this.setFuel(NOTHING, 0, charge, stack);
  }

  /** Reads the fuel back, and charges the segment that begins here. */
  protected reload(charge: number, stack: number): void {
    this.setFuel(OP.globalGet, this.layout.fuel, charge, stack);
  }

  /** The same after an exception: the global has the stack of where it was thrown, the local that of this function. */
  protected reloadInHandler(charge: number): void {
    const { out } = this;
    out.op(OP.globalGet, this.layout.fuel);
    if (this.isCounted) {
      out.i64Const(STACK_UNIT - 1);
      out.byte(OP.i64And);
      out.op(OP.localGet, this.fuel);
      out.i64Const(-STACK_UNIT);
      out.byte(OP.i64And);
      out.byte(OP.i64Or);
    }
    this.takeFuel(charge, 0);
  }

  /** Charges and checks a bulk operation on memory, of which the count is on the operand stack. */
  protected chargeBulk(): void {
    const { out } = this;
    out.op(OP.localSet, this.operand);
    out.op(OP.localGet, this.fuel);
    out.op(OP.localGet, this.operand);
    out.byte(OP.i64ExtendI32U);
    out.i64Const(BULK_BYTES_SHIFT);
    out.byte(OP.i64ShrU);
    out.byte(OP.i64Add);
    out.op(OP.localSet, this.fuel);
    this.check();
    out.op(OP.localGet, this.operand);
  }

  protected save(): void {
    this.out.op(OP.localGet, this.fuel);
    this.out.op(OP.globalSet, this.layout.fuel);
  }

  protected checkIfLong(): void {
    if (this.unchecked > UNCHECKED_COST) this.check();
  }

  protected checkIfNeeded(): void {
    if (this.unchecked > 0) this.check();
  }

  protected checkEntry(): void {
    if (this.stackAtEntry + this.stackAtCalls === 0) {
      this.check();
      return;
    }
    writeEntryTest(this.out, this.fuel);
    this.callIf(this.layout.enter);
  }

  protected check(): void {
    this.testFuel();
    this.callIf(this.layout.check);
  }

  protected testFuel(): void {
    const { out } = this;
    out.op(OP.localGet, this.fuel);
    out.byte(OP.i32WrapI64);
    out.i32Const(0);
    out.byte(OP.i32LtS);
  }

  /** The check of a loop: its slow path begins at the header again, where the segment of this `charge` begins. */
  protected checkAndStartAgain(charge: number): void {
    const { out } = this;
    this.testFuel();
    this.hints.add(out.length - this.bodyStart);
    out.byte(OP.if);
    out.byte(VOID);
    this.refillAndRefund(charge);
    out.op(OP.br, 1);
    out.byte(OP.end);
  }

  /** On a way back to where `charge` is charged again. */
  protected refillAndRefund(charge: number): void {
    const { out } = this;
    out.op(OP.localGet, this.fuel);
    out.op(OP.call, this.layout.check);
    const sum = this.sumOf(charge, 0);
    if (sum !== 0) {
      out.i64Const(sum);
      out.byte(OP.i64Sub);
    }
    out.op(OP.localSet, this.fuel);
  }

  private callIf(slowPath: number): void {
    const { out } = this;
    this.hints.add(out.length - this.bodyStart);
    out.byte(OP.if);
    out.byte(VOID);
    out.op(OP.localGet, this.fuel);
    out.op(OP.call, slowPath);
    out.op(OP.localSet, this.fuel);
    out.byte(OP.end);
    this.unchecked = 0;
  }

  /** `local.set $fuel (i64.add (source index) (i64.const …))`, in one go, because there is one for each segment. */
  private setFuel(source: number, index: number, charge: number, stack: number): void {
    const { out } = this;
    const sum = this.sumOf(charge, stack);
    out.reserve(4 + 3 * LONGEST);
    const { bytes } = out;
    let at = out.length;
    if (source !== NOTHING) {
      bytes[at++] = source;
      at = putU32(bytes, at, index);
    }
    if (sum !== 0) {
      bytes[at++] = OP.i64Const;
      at = putSigned(bytes, at, sum);
      bytes[at++] = OP.i64Add;
    }
    bytes[at++] = OP.localSet;
    out.length = putU32(bytes, at, this.fuel);
    this.unchecked += charge & ~ENDS_IN_CALL;
  }

  /** What is added: a charge that leads to a counted call has the frame of this function in it. */
  private sumOf(charge: number, stack: number): number {
    const cost = charge & ~ENDS_IN_CALL;
    return cost + stack + (cost === charge ? 0 : this.stackAtCalls);
  }
}

/** No source: the operand is there. */
const NOTHING = -1;
