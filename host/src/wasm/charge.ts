/**
 * The charging scheme: how a function body pays for what it does. Each segment (`scan.ts`) is charged where it begins, with the fuel in a
 * local; loop headers and the entries of functions that call are checked. How fuel goes through calls is decided in `calls.ts`; what
 * things cost is in `costs.ts`.
 *
 *     (loop $L                            (block $exit (loop $again (block $slow
 *       …                                   (loop $L
 *       (br_if $L …))                         (local.set $fuel (i64.add (local.get $fuel) (i64.const 7)))
 *                                             (br_if $slow (i32.lt_s (i32.wrap_i64 (local.get $fuel)) (i32.const 0)))
 *                                             …
 *                                             (br_if $L …))
 *                                           (br $exit))
 *                                         (local.set $fuel (i64.sub (call $check (local.get $fuel)) (i64.const 7)))
 *                                         (br $again)))
 *
 * The slow path stands outside because a call inside a call-free loop makes V8 spill registers. Loops with calls, or with
 * parameters, are checked in place.
 *
 * A function with the `register` convention has the fuel in the place of its first local, which moves to the end:
 *
 *     (func (param i32) (result i32)          (func (param i32 (; fuel ;) i64) (result i32 i64)
 *       (local f32 f64)                         (local f64 f32)
 *       (call $g)                               (if (i64.lt_s (i64.or (local.get 1) (i64.shl (local.get 1) (i64.const 32))) (i64.const 0))
 *                                                 (then (local.set 1 (call $check (local.get 1)))))
 *       (call $g)                               (local.set 1 (i64.add (local.get 1) (i64.const 2 + (20 << 32))))
 *       …)                                      (local.set 1 (i64.add (call $g (local.get 1)) (i64.const 2)))
 *                                               (local.set 1 (i64.add (call $g (local.get 1)) (i64.const 4 - (20 << 32))))
 *                                               … (local.get 1))
 *
 * The fuel shares its i64 with the stack in use (`stack.ts`). A function whose frame is counted adds it with the charge of a segment that ends in
 * a call, and takes it off with the next; one test at the entry of a callee finds either exhausted. Functions with handlers add theirs at
 * entry and take it off where they return; before large frames there is a gate that does (`bridges.ts`). So each function returns the stack as it was given.
 *
 * Invariants. The global holds the fuel whenever other code may look: at calls of other than `register` and `constant` functions, at
 * returns from `global` ones, at throws and in guards; it is read back after such calls and in handlers. That is enough for
 * handlers: whatever throws has stored the fuel right before, at any depth, and what it unwinds had handed its fuel on; the stack in use is
 * what the handler's own function had in its local. After a trap the global has
 * what was stored last, at the latest when the last slice was handed out: traps are reported up to a slice too low. Sums do not depend on
 * where slices end: a check only asks whether the sum has passed what was handed out. A path never runs for more than `UNCHECKED_COST` units between two
 * checks: a segment is charged before it runs, and a check is inserted where the longest path to it since the last one is longer.
 * What makes a tail call checks when it is entered, so a chain of them is checked like a loop.
 * Functions without an entry check (loop-free leaves that cost little) count as part of their caller. A chain of n returns may run
 * n × `UNCHECKED_COST`, and the stack bounds n. Imports are called, exceptions thrown and guards entered with the fuel checked.
 */
import { MODULE_CAPS } from "../limits.ts";
import { type Bridges, writeEntryTest } from "./bridges.ts";
import {
  type CallPlan,
  CONVENTION,
  checksEntry,
  INDIRECT_LEAF_COST,
  isCountedCall,
  needsGate,
  UNCHECKED_COST,
} from "./calls.ts";
import { type ByteWriter, OP, TYPE_BYTES, VOID } from "./emit.ts";
import type { Guards } from "./guards.ts";
import type { BranchHints } from "./hints.ts";
import type { Layout } from "./layout.ts";
import {
  markOffset,
  markShape,
  type NanMarks,
  type Temporary,
  temporaries,
  temporary,
  writeCanonicalization,
} from "./nan-marks.ts";
import type { ModuleInfo } from "./parse.ts";
import {
  type CodeScan,
  END_IS_JOIN,
  ENDS_IN_CALL,
  LOOP_HAS_CALLS,
  LOOP_HAS_PARAMS,
  POINT,
  type ScannedFunction,
} from "./points.ts";
import { Reader, refuse } from "./reader.ts";
import { STACK_UNIT } from "./stack.ts";

/** A label of the metered code. */
interface Frame {
  readonly opcode: number;
  /** Its place in the metered function, where the function's own label is 0. */
  readonly label: number;
  /** The longest unchecked path to a branch to its end, and to its start (for `else`). */
  unchecked: number;
  readonly uncheckedAtStart: number;
  /** For a loop whose slow path stands outside: the charge of its header, else −1. */
  readonly slowCharge: number;
}

/** What the charger reads, and `out` to write to. */
interface ChargerContext {
  readonly module: ModuleInfo;
  readonly scan: CodeScan;
  readonly plan: CallPlan;
  readonly layout: Layout;
  readonly bridges: Bridges;
  readonly guards: Guards;
  readonly hints: BranchHints;
  readonly out: ByteWriter;
}

/** Writes metered bodies; one for a module. */
export class Charger {
  private readonly module: ModuleInfo;
  private readonly scan: CodeScan;
  private readonly plan: CallPlan;
  private readonly layout: Layout;
  private readonly bridges: Bridges;
  private readonly guards: Guards;
  private readonly hints: BranchHints;
  private readonly out: ByteWriter;

  // Of the current function.
  /** Where its local declarations are written. */
  private bodyStart = 0;
  private convention = 0;
  /** What its frame adds to the packed number: from entry to return, or around calls under which it is counted; else 0. */
  private stack = 0;
  /** The same, without what a gate has added already. */
  private stackAtEntry = 0;
  private stackAtCalls = 0;
  /** Some frame on the way to here is counted, its own or that of a gate. */
  private isCounted = false;
  /** Where its first local is. */
  private firstLocal = 0;
  private marks: NanMarks = [];
  private nextMark = 0;
  /** The next access to its first local, and one past the last. */
  private nextSite = 0;
  private endSite = 0;
  /** Up to where the original is written. */
  private copied = 0;
  private fuel = 0;
  private readonly temporaries: Record<Temporary, number> = { f32: 0, f64: 0, v128: 0 };
  private frames: Frame[] = [];
  /** Open labels in the metered code. */
  private labels = 0;
  /** Cost of the longest path to here since the last check; 0 right after one. */
  private unchecked = 0;

  constructor(context: ChargerContext) {
    this.module = context.module;
    this.scan = context.scan;
    this.plan = context.plan;
    this.layout = context.layout;
    this.bridges = context.bridges;
    this.guards = context.guards;
    this.hints = context.hints;
    this.out = context.out;
  }

  /** Writes the body of a function, with its length. */
  writeBody(index: number, scanned: ScannedFunction, marks: NanMarks): void {
    const { out, plan } = this;
    const start = out.openLength();
    this.bodyStart = start;
    this.marks = marks;
    this.nextMark = 0;
    this.convention = plan.conventions[index]!;
    this.isCounted = plan.frames[index]! > 0;
    const frame = plan.frames[index]! * STACK_UNIT;
    const isBehindGate = needsGate(scanned);
    this.stack = (isBehindGate ? scanned.hasTailCalls : scanned.hasHandlers) ? frame : 0;
    this.stackAtEntry = isBehindGate ? 0 : this.stack;
    this.stackAtCalls = isBehindGate ? 0 : frame - this.stack;
    const taken = this.module.addressTaken[index] === 1;
    const checked = checksEntry(scanned, taken);
    const straight = scanned.isStraight && !checked;
    this.writeLocals(scanned, !straight);
    this.nextSite = scanned.firstLocalSite;
    this.endSite = this.firstLocal === scanned.paramCount ? this.nextSite : scanned.endLocalSite;
    this.copied = scanned.code;
    this.unchecked = 1;
    this.labels = 1;
    if (this.convention === CONVENTION.register) {
      this.enterWithFuel(index, scanned, checked);
    } else if (!straight) {
      this.reload(plan.paidAtEntry[index]!, this.stackAtEntry);
      if (checked) this.checkEntry();
    } else if (plan.paidAtEntry[index]! > 0) {
      this.chargeGlobal(plan.paidAtEntry[index]!);
    }
    this.frames = [{ opcode: OP.block, label: this.labels - 1, unchecked: 0, uncheckedAtStart: 0, slowCharge: -1 }];
    this.writePoints(scanned, straight);
    const size = out.closeLength(start);
    if (size > MODULE_CAPS.bodyBytes) {
      refuse(scanned.code, `function ${index} has ${size} bytes when metered, the limit is ${MODULE_CAPS.bodyBytes}`);
    }
  }

  /** The original locals, and behind them the fuel and what `nan.ts` needs. */
  private writeLocals(scanned: ScannedFunction, needsFuel: boolean): void {
    const { out, marks, module } = this;
    const needed = temporaries(marks);
    const inParameter = this.convention === CONVENTION.register;
    const moves = inParameter && scanned.localCount > scanned.paramCount;
    const declaresFuel = needsFuel && !inParameter;
    out.u32(scanned.localGroups + Number(moves) + Number(declaresFuel) + needed.length);
    let next = scanned.localCount;
    const add = (type: number) => {
      out.byte(1);
      out.byte(type);
      return next++;
    };
    this.firstLocal = scanned.paramCount;
    if (inParameter) this.fuel = scanned.paramCount;
    if (moves) {
      this.firstLocal = add(this.writeLocalsButFirst(scanned));
    } else {
      out.copy(module.bytes, scanned.locals, scanned.code);
      if (inParameter) next++;
    }
    if (declaresFuel) this.fuel = add(0x7e);
    for (const type of needed) this.temporaries[type] = add(TYPE_BYTES[type]);
  }

  /** The local declarations with one local less, the first; answers its type. */
  private writeLocalsButFirst(scanned: ScannedFunction): number {
    const { out, module } = this;
    const reader = new Reader(module.bytes, scanned.locals, scanned.code);
    for (;;) {
      const count = reader.u32();
      const type = reader.byte();
      out.u32(Math.max(count - 1, 0));
      out.byte(type);
      if (count === 0) continue;
      out.copy(module.bytes, reader.offset, scanned.code);
      return type;
    }
  }

  /** The beginning of a `register` function. Its own label must be a block when branches go there: they bring no fuel. */
  private enterWithFuel(index: number, scanned: ScannedFunction, checked: boolean): void {
    const { out } = this;
    this.addCharge(this.plan.paidAtEntry[index]!, this.stackAtEntry);
    this.unchecked += this.plan.paidByCaller[index]!;
    if (checked) this.checkEntry();
    if (!scanned.hasBranchToEnd) return;
    out.byte(OP.block);
    const { results } = this.module.types[this.module.functionTypes[index]!]!;
    if (results.length === 0) out.byte(VOID);
    else if (results.length === 1) out.byte(TYPE_BYTES[results[0]!]);
    else out.signed(this.layout.type([], results));
    this.labels++;
  }

  /** Hands the fuel to the caller; the stack is what it was at entry. */
  private leave(): void {
    const { out } = this;
    out.op(OP.localGet, this.fuel);
    if (this.stack > 0) {
      out.i64Const(this.stack);
      out.byte(OP.i64Sub);
    }
    if (this.convention !== CONVENTION.register) out.op(OP.globalSet, this.layout.fuel);
  }

  private writePoints(scanned: ScannedFunction, straight: boolean): void {
    const { layout, out } = this;
    const { points } = this.scan;
    for (let p = scanned.firstPoint; p < scanned.endPoint; p += POINT.size) {
      const start = points[p + POINT.start]!;
      const end = points[p + POINT.end]!;
      const opcode = points[p + POINT.opcode]!;
      const value = points[p + POINT.value]!;
      const charge = points[p + POINT.charge]!;
      switch (opcode) {
        case OP.globalGet:
        case OP.globalSet:
          this.replace(start, end, opcode, layout.globalIndex(value));
          break;
        case OP.refFunc:
          this.replace(start, end, opcode, this.bridges.address(value));
          break;
        case OP.block:
        case OP.try:
          this.copyTo(end);
          this.open(opcode, -1);
          break;
        case OP.if:
          this.copyTo(end);
          this.open(opcode, -1);
          this.charge(charge);
          break;
        case OP.loop:
          this.loop(start, end, value, charge);
          break;
        case OP.else: {
          const frame = this.frame();
          frame.unchecked = Math.max(frame.unchecked, this.unchecked);
          this.unchecked = frame.uncheckedAtStart;
          this.copyTo(end);
          this.charge(charge);
          break;
        }
        case OP.catch:
        case OP.catchAll: {
          const frame = this.frame();
          frame.unchecked = Math.max(frame.unchecked, this.unchecked);
          this.unchecked = 1; // what throws has checked
          this.copyTo(end);
          this.reloadInHandler(charge);
          break;
        }
        case OP.end:
          if (this.frames.length === 1) {
            if (!straight) {
              this.copyTo(start);
              if (this.labels > 1) out.byte(OP.end);
              this.leave();
            }
            this.copyTo(end);
          } else {
            this.closeBlock(end, value, charge);
          }
          break;
        case OP.delegate: {
          this.copyTo(start);
          const frame = this.frames.pop()!;
          this.labels--;
          this.unchecked = Math.max(this.unchecked, frame.unchecked);
          this.replace(start, end, opcode, this.depth(value));
          this.charge(charge);
          break;
        }
        case OP.br:
        case OP.brIf:
          this.copyTo(start);
          this.target(value);
          this.replace(start, end, opcode, this.depth(value));
          if (opcode === OP.br) this.unchecked = 0;
          this.charge(charge);
          break;
        case OP.brTable:
          this.branchTable(start, end);
          this.charge(charge);
          break;
        case OP.return:
          this.copyTo(start);
          this.leave();
          this.copyTo(end);
          this.unchecked = 0;
          this.charge(charge);
          break;
        case OP.unreachable:
          this.copyTo(end);
          this.unchecked = 0;
          this.charge(charge);
          break;
        case OP.throw:
        case OP.rethrow:
          this.copyTo(start);
          this.checkIfNeeded();
          this.save();
          if (opcode === OP.rethrow) this.replace(start, end, opcode, this.depth(value));
          else this.copyTo(end);
          this.unchecked = 0;
          this.charge(charge);
          break;
        case OP.call:
        case OP.callIndirect:
          this.call(p, start, end, charge);
          break;
        case OP.returnCall:
        case OP.returnCallIndirect:
          this.tailCall(start, end, opcode, value, charge);
          break;
        default:
          this.copyTo(start);
          this.checkIfNeeded();
          this.save();
          out.op(OP.call, this.guards.guard(opcode, value, start, end));
          this.copied = end;
          this.reload(0);
          this.unchecked = 1;
      }
    }
  }

  private call(p: number, start: number, end: number, charge: number): void {
    const { module } = this;
    const { points } = this.scan;
    const opcode = points[p + POINT.opcode]!;
    const callee = points[p + POINT.value]!;
    const stack = isCountedCall(module, this.plan.frames, points, p) ? -this.stackAtCalls : 0;
    this.copyTo(start);
    if (opcode === OP.callIndirect) {
      this.save();
      this.copyTo(end);
      this.unchecked += INDIRECT_LEAF_COST;
    } else if (callee < module.importedFunctions) {
      this.checkIfNeeded();
      this.save();
      this.copyTo(end);
      this.unchecked = 1;
    } else if (this.plan.conventions[callee] === CONVENTION.constant) {
      this.replace(start, end, opcode, this.layout.functionIndex(callee));
      this.charge(charge);
      return;
    } else {
      const inRegister = this.plan.conventions[callee] === CONVENTION.register;
      if (inRegister) this.out.op(OP.localGet, this.fuel);
      else this.save();
      this.replace(start, end, opcode, this.layout.functionIndex(callee));
      const scanned = this.scan.functions[callee - module.importedFunctions]!;
      if (checksEntry(scanned, module.addressTaken[callee] === 1)) this.unchecked = 1;
      else this.unchecked += scanned.totalCost;
      if (inRegister) {
        this.setFuel(charge, stack);
        this.checkIfLong();
        return;
      }
    }
    this.reload(charge, stack);
    this.checkIfLong();
  }

  /**
   * A return and a call in one. Both have the same convention (`tail-calls.ts`), except for a callee of constant cost: it is called by what carries
   * the fuel, which then returns.
   */
  private tailCall(start: number, end: number, opcode: number, callee: number, charge: number): void {
    const { out, layout } = this;
    this.copyTo(start);
    if (opcode === OP.returnCallIndirect) {
      this.leave();
      this.copyTo(end);
    } else if (this.convention === CONVENTION.register && this.plan.conventions[callee] === CONVENTION.constant) {
      this.replace(start, end, OP.call, layout.functionIndex(callee));
      this.leave();
      out.byte(OP.return);
    } else {
      if (callee < this.module.importedFunctions) this.checkIfNeeded();
      this.leave();
      this.replace(start, end, opcode, layout.functionIndex(callee));
    }
    this.unchecked = 0;
    this.charge(charge);
  }

  private loop(start: number, end: number, flags: number, charge: number): void {
    const { out } = this;
    if ((flags & (LOOP_HAS_CALLS | LOOP_HAS_PARAMS)) === 0) {
      this.copyTo(start);
      const blockType = () => out.copy(this.module.bytes, start + 1, end);
      out.byte(OP.block);
      blockType();
      out.byte(OP.loop);
      out.byte(VOID);
      out.byte(OP.block);
      out.byte(VOID);
      out.byte(OP.loop);
      blockType();
      this.copied = end;
      this.labels += 3;
      this.open(OP.loop, charge);
      this.addCharge(charge);
      this.testFuel();
      this.hints.add(out.length - this.bodyStart);
      out.op(OP.brIf, 1);
    } else {
      this.copyTo(end);
      this.open(OP.loop, -1);
      this.addCharge(charge);
      this.check();
    }
    this.unchecked = 0;
  }

  private closeBlock(end: number, flags: number, charge: number): void {
    const { out } = this;
    this.copyTo(end);
    const frame = this.frames.pop()!;
    this.labels--;
    if (frame.slowCharge >= 0) {
      out.op(OP.br, 2);
      out.byte(OP.end);
      out.op(OP.localGet, this.fuel);
      out.op(OP.call, this.layout.check);
      if (frame.slowCharge > 0) {
        out.i64Const(frame.slowCharge);
        out.byte(OP.i64Sub);
      }
      out.op(OP.localSet, this.fuel);
      out.op(OP.br, 0);
      out.byte(OP.end);
      out.byte(OP.unreachable);
      out.byte(OP.end);
      this.labels -= 3;
    }
    if (frame.opcode !== OP.loop) this.unchecked = Math.max(this.unchecked, frame.unchecked);
    // The condition of an `if` without `else` may have been false.
    if (frame.opcode === OP.if) this.unchecked = Math.max(this.unchecked, frame.uncheckedAtStart);
    if ((flags & END_IS_JOIN) !== 0) this.charge(charge);
  }

  private branchTable(start: number, end: number): void {
    const { out, module } = this;
    this.copyTo(start);
    const labels: number[] = [];
    let at = start + 1;
    while (at < end) {
      let label = 0;
      let shift = 0;
      let byte: number;
      do {
        byte = module.bytes[at++]!;
        label |= (byte & 0x7f) << shift;
        shift += 7;
      } while (byte >= 0x80);
      labels.push(label);
    }
    const count = labels[0]!;
    let returns = false;
    for (let i = 1; i < labels.length; i++) {
      const frame = this.frames[this.frames.length - 1 - labels[i]!]!;
      frame.unchecked = Math.max(frame.unchecked, this.unchecked);
      if (frame === this.frames[0]) returns = true;
    }
    if (returns && this.convention === CONVENTION.global) this.leave();
    out.op(OP.brTable, count);
    for (let i = 1; i < labels.length; i++) out.u32(this.depth(labels[i]!));
    this.copied = end;
    this.unchecked = 0;
  }

  /** Notes a branch to a label; one to the function's own is a return. */
  private target(label: number): void {
    const frame = this.frames[this.frames.length - 1 - label]!;
    frame.unchecked = Math.max(frame.unchecked, this.unchecked);
    if (frame === this.frames[0] && this.convention === CONVENTION.global) this.leave();
  }

  private open(opcode: number, slowCharge: number): void {
    const { unchecked } = this;
    this.frames.push({ opcode, label: this.labels, unchecked: 0, uncheckedAtStart: unchecked, slowCharge });
    this.labels++;
  }

  private frame(): Frame {
    return this.frames[this.frames.length - 1]!;
  }

  /** Depth in the metered code of what is `label` blocks out in the original. */
  private depth(label: number): number {
    return this.labels - 1 - this.frames[this.frames.length - 1 - label]!.label;
  }

  private charge(charge: number): void {
    if (charge === 0) return;
    this.addCharge(charge);
    this.checkIfLong();
  }

  private checkIfLong(): void {
    if (this.unchecked > UNCHECKED_COST) this.check();
  }

  private checkIfNeeded(): void {
    if (this.unchecked > 0) this.check();
  }

  private addCharge(charge: number, stack = 0): void {
    if (charge === 0 && stack === 0) return;
    this.out.op(OP.localGet, this.fuel);
    this.setFuel(charge, stack);
  }

  private chargeGlobal(cost: number): void {
    const { out } = this;
    out.op(OP.globalGet, this.layout.fuel);
    out.i64Const(cost);
    out.byte(OP.i64Add);
    out.op(OP.globalSet, this.layout.fuel);
  }

  private testFuel(): void {
    const { out } = this;
    out.op(OP.localGet, this.fuel);
    out.byte(OP.i32WrapI64);
    out.i32Const(0);
    out.byte(OP.i32LtS);
  }

  private checkEntry(): void {
    if (this.stackAtEntry + this.stackAtCalls === 0) {
      this.check();
      return;
    }
    writeEntryTest(this.out, this.fuel);
    this.callIf(this.layout.enter);
  }

  private check(): void {
    this.testFuel();
    this.callIf(this.layout.check);
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

  private save(): void {
    this.out.op(OP.localGet, this.fuel);
    this.out.op(OP.globalSet, this.layout.fuel);
  }

  /** Reads the fuel back, and charges the segment that begins here. */
  private reload(charge: number, stack = 0): void {
    this.out.op(OP.globalGet, this.layout.fuel);
    this.setFuel(charge, stack);
  }

  /** The same after an exception: the global has the stack of where it was thrown, the local that of this function. */
  private reloadInHandler(charge: number): void {
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
    this.setFuel(charge);
  }

  /** The fuel is on the operand stack. A charge that leads to a counted call has the frame of this function in it. */
  private setFuel(charge: number, stack = 0): void {
    const { out } = this;
    const cost = charge & ~ENDS_IN_CALL;
    const sum = cost + stack + (cost === charge ? 0 : this.stackAtCalls);
    if (sum !== 0) {
      out.i64Const(sum);
      out.byte(OP.i64Add);
    }
    this.unchecked += cost;
    out.op(OP.localSet, this.fuel);
  }

  /** Copies the original up to `offset`, with what `nan.ts` marked in it. */
  private copyTo(offset: number): void {
    const { out, marks } = this;
    while (this.nextMark < marks.length && markOffset(marks[this.nextMark]!) <= offset) {
      const mark = marks[this.nextMark++]!;
      this.copyRun(markOffset(mark));
      writeCanonicalization(out, markShape(mark), this.temporaries[temporary(mark)]);
    }
    if (offset > this.copied) this.copyRun(offset);
  }

  /** Copies up to `offset`, with the first local where it is now. */
  private copyRun(offset: number): void {
    const { out } = this;
    const { bytes } = this.module;
    const { localSites } = this.scan;
    let { copied } = this;
    while (this.nextSite < this.endSite && localSites[this.nextSite]! < offset) {
      const index = localSites[this.nextSite++]! + 1;
      out.copy(bytes, copied, index);
      out.u32(this.firstLocal);
      copied = index;
      while (bytes[copied++]! >= 0x80);
    }
    out.copy(bytes, copied, offset);
    this.copied = offset;
  }

  /** Writes another index in place of an instruction's only immediate. */
  private replace(start: number, end: number, opcode: number, index: number): void {
    this.copyTo(start);
    this.out.op(opcode, index);
    this.copied = end;
  }
}
