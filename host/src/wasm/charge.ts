/**
 * The charging scheme: how a function body pays for what it does. Each segment (`scan.ts`) is charged where it begins, with the fuel in a
 * local; loop headers and the entries of functions that call are checked. How fuel goes through calls is decided in `calls.ts`; what
 * is paid ahead, in `prepay.ts`; what things cost is in `costs.ts`.
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
 * The slow path stands outside because a call inside a call-free loop makes V8 spill registers. In a loop with calls it goes back to the header:
 *
 *     (loop $L
 *       (local.set $fuel (i64.add (local.get $fuel) (i64.const 7)))
 *       (if (i32.lt_s (i32.wrap_i64 (local.get $fuel)) (i32.const 0)) (then
 *         (local.set $fuel (i64.sub (call $check (local.get $fuel)) (i64.const 7)))
 *         (br $L)))
 *       …)
 *
 * Were it to go on to the code below, what a call changes (V8 reads the memory's address anew) would be merged there each time around, and an
 * interpreter would read the address from its stack before each bytecode. Loops with parameters are checked in that way all the same.
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
 * a call, and takes it off with the next; one test at the entry of a callee finds either exhausted. Functions with handlers, or many calls, add theirs at
 * entry and take it off where they return; before large frames there is a gate that does (`bridges.ts`). So each function returns the stack as it was given.
 *
 * Invariants. The global holds the fuel whenever other code may look: at calls of other than `register` and `constant` functions and of closed tables, at
 * returns from `global` ones, at throws and in guards; it is read back after such calls and in handlers. That is enough for
 * handlers: whatever throws has stored the fuel right before, at any depth, and what it unwinds had handed its fuel on; the stack in use is
 * what the handler's own function had in its local. After a trap the global has
 * what was stored last, at the latest when the last slice was handed out: traps are reported up to a slice too low. Sums do not depend on
 * where slices end: a check only asks whether the sum has passed what was handed out. A path never runs for more than `UNCHECKED_COST` units between two
 * checks: a segment is charged before it runs, and a check is inserted where the longest path to it since the last one is longer.
 * What makes a tail call checks when it is entered, so a chain of them is checked like a loop.
 * Functions without an entry check (loop-free leaves that cost little) count as part of their caller. A chain of n returns may run
 * n × `UNCHECKED_COST`, and the stack bounds n. Imports are called, exceptions thrown, guards entered and bulk operations on memory
 * begun with the fuel checked.
 */
import { MODULE_CAPS } from "../limits.ts";
import type { Bridges } from "./bridges.ts";
import { type CallPlan, CONVENTION, checksEntry, INDIRECT_LEAF_COST, isCountedCall, needsGate } from "./calls.ts";
import { type ByteWriter, OP, TYPE_BYTES, VOID } from "./emit.ts";
import { FuelCode } from "./fuel-code.ts";
import type { Guards } from "./guards.ts";
import type { BranchHints } from "./hints.ts";
import { Labels } from "./labels.ts";
import type { Layout } from "./layout.ts";
import { type NanMarks, temporaries } from "./nan-marks.ts";
import { MEMORY_COPY, MEMORY_FILL, MEMORY_INIT } from "./opcodes.ts";
import type { ModuleInfo } from "./parse.ts";
import { type CodeScan, END_IS_JOIN, LOOP_HAS_CALLS, LOOP_HAS_PARAMS, POINT, type ScannedFunction } from "./points.ts";
import { Reader, readBranchTable, refuse } from "./reader.ts";
import { STACK_UNIT } from "./stack.ts";

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

/** Of a function that checks its fuel when it is entered. */
const CHECKED = -1;

/** Writes metered bodies; one for a module. */
export class Charger extends FuelCode {
  private readonly plan: CallPlan;
  private readonly bridges: Bridges;
  private readonly guards: Guards;
  private readonly labels = new Labels();
  /** By function: what a call of it may cost until it returns unchecked; `CHECKED` where it checks its fuel itself. */
  private readonly leafCosts: Int32Array;

  // Of the current function.
  private convention = 0;
  /** What its frame adds to the packed number from entry to return. */
  private stack = 0;

  constructor(context: ChargerContext) {
    super(context.module, context.scan, context.out, context.layout, context.hints);
    const { module, scan } = context;
    this.plan = context.plan;
    this.bridges = context.bridges;
    this.guards = context.guards;
    this.leafCosts = new Int32Array(module.functionTypes.length);
    scan.functions.forEach((scanned, i) => {
      const index = module.importedFunctions + i;
      this.leafCosts[index] = checksEntry(scanned, module.addressTaken[index] === 1) ? CHECKED : scanned.totalCost;
    });
  }

  /** Writes the body of a function, with its length. */
  writeBody(index: number, scanned: ScannedFunction, marks: NanMarks): void {
    const { out, plan } = this;
    const start = out.openLength();
    this.bodyStart = start;
    this.convention = plan.conventions[index]!;
    this.isCounted = plan.frames[index]! > 0;
    const frame = plan.frames[index]! * STACK_UNIT;
    const isBehindGate = needsGate(scanned);
    this.stack = (isBehindGate ? scanned.hasTailCalls : plan.countedAtEntry[index] === 1) ? frame : 0;
    this.stackAtEntry = isBehindGate ? 0 : this.stack;
    this.stackAtCalls = isBehindGate ? 0 : frame - this.stack;
    const taken = this.module.addressTaken[index] === 1;
    const checked = checksEntry(scanned, taken);
    const straight = scanned.isStraight && !checked && this.convention !== CONVENTION.register;
    this.writeLocals(scanned, marks, !straight);
    this.begin(scanned, marks);
    this.unchecked = 1;
    let isInBlock = false;
    if (this.convention === CONVENTION.register) {
      isInBlock = this.enterWithFuel(index, scanned, checked);
    } else if (!straight) {
      this.reload(plan.paidAtEntry[index]!, this.stackAtEntry);
      if (checked) this.checkEntry();
    } else if (plan.paidAtEntry[index]! > 0) {
      this.chargeGlobal(plan.paidAtEntry[index]!);
    }
    this.labels.restart(OP.block, Number(isInBlock));
    this.writePoints(scanned, straight, isInBlock);
    const size = out.closeLength(start);
    if (size > MODULE_CAPS.bodyBytes) {
      refuse(scanned.code, `function ${index} has ${size} bytes when metered, the limit is ${MODULE_CAPS.bodyBytes}`);
    }
  }

  /** The original locals, and behind them the fuel and what `nan.ts` needs. */
  private writeLocals(scanned: ScannedFunction, marks: NanMarks, needsFuel: boolean): void {
    const { out, module } = this;
    const needed = temporaries(marks);
    const inParameter = this.convention === CONVENTION.register;
    const moves = inParameter && scanned.localCount > scanned.paramCount;
    const declaresFuel = needsFuel && !inParameter;
    const declaresOperand =
      scanned.hasBulkMemory || (this.plan.inClosedTable !== undefined && scanned.hasIndirectCalls);
    out.u32(scanned.localGroups + Number(moves) + Number(declaresFuel) + Number(declaresOperand) + needed.length);
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
    if (declaresFuel) this.fuel = add(TYPE_BYTES.i64);
    if (declaresOperand) this.operand = add(TYPE_BYTES.i32);
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

  /** The beginning of a `register` function. Its own label must be a block when branches go there, as they bring no fuel; answers that. */
  private enterWithFuel(index: number, scanned: ScannedFunction, checked: boolean): boolean {
    const { out } = this;
    this.addCharge(this.plan.paidAtEntry[index]!, this.stackAtEntry);
    this.unchecked += this.plan.paidByCaller[index]!;
    if (checked) this.checkEntry();
    if (!scanned.hasBranchToEnd) return false;
    out.byte(OP.block);
    const { results } = this.module.types[this.module.functionTypes[index]!]!;
    if (results.length === 0) out.byte(VOID);
    else if (results.length === 1) out.byte(TYPE_BYTES[results[0]!]);
    else out.signed(this.layout.type([], results));
    return true;
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

  private writePoints(scanned: ScannedFunction, straight: boolean, isInBlock: boolean): void {
    const { labels, layout, out } = this;
    const { points } = this.scan;
    const { endPoint } = scanned;
    for (let p = scanned.firstPoint; p < endPoint; p += POINT.size) {
      const start = points[p + POINT.start]!;
      const end = points[p + POINT.end]!;
      const opcode = points[p + POINT.opcode]!;
      const value = points[p + POINT.value]!;
      const charge = points[p + POINT.charge]!;
      switch (opcode) {
        case OP.block:
        case OP.try:
          labels.open(opcode, this.unchecked, -1);
          break;
        case OP.if:
          labels.open(opcode, this.unchecked, -1);
          this.chargeAt(end, charge);
          break;
        case OP.end:
          if (labels.depth > 0) {
            this.closeBlock(end, value, charge);
          } else {
            if (!straight) {
              this.copyTo(start);
              if (isInBlock) out.byte(OP.end);
              this.leave();
            }
            this.copyTo(end);
          }
          break;
        case OP.br:
        case OP.brIf:
          this.branch(start, end, opcode, value);
          if (opcode === OP.br) this.unchecked = 0;
          this.chargeAt(end, charge);
          break;
        case OP.call:
        case OP.callIndirect:
          this.call(p, start, end, charge);
          break;
        case OP.globalGet:
        case OP.globalSet:
          this.replace(start, end, opcode, layout.globalIndex(value));
          break;
        case OP.loop:
          this.loop(start, end, value, charge);
          break;
        case OP.else:
          labels.target(0, this.unchecked);
          this.unchecked = labels.uncheckedAtStart;
          this.chargeAt(end, charge);
          break;
        case OP.brTable:
          this.branchTable(start, end);
          this.chargeAt(end, charge);
          break;
        case OP.return:
          this.copyTo(start);
          this.leave();
          this.unchecked = 0;
          this.chargeAt(end, charge);
          break;
        case OP.unreachable:
          this.unchecked = 0;
          this.chargeAt(end, charge);
          break;
        case OP.catch:
        case OP.catchAll:
          labels.target(0, this.unchecked);
          this.unchecked = 1; // what throws has checked
          this.copyTo(end);
          this.reloadInHandler(charge);
          break;
        case OP.delegate: {
          this.copyTo(start);
          this.unchecked = Math.max(this.unchecked, labels.uncheckedAtEnd);
          labels.close();
          this.replace(start, end, opcode, labels.distance(value));
          this.chargeAt(end, charge);
          break;
        }
        case OP.throw:
        case OP.rethrow:
          this.copyTo(start);
          this.checkIfNeeded();
          this.save();
          if (opcode === OP.rethrow) this.replace(start, end, opcode, labels.distance(value));
          this.unchecked = 0;
          this.chargeAt(end, charge);
          break;
        case OP.refFunc:
          this.replace(start, end, opcode, this.bridges.address(value));
          break;
        case OP.returnCall:
        case OP.returnCallIndirect:
          this.tailCall(start, end, opcode, value, charge);
          break;
        case MEMORY_COPY:
        case MEMORY_FILL:
        case MEMORY_INIT:
          this.copyTo(start);
          this.chargeBulk();
          break;
        default:
          this.copyTo(start);
          this.checkIfNeeded();
          this.save();
          out.op(OP.call, this.guards.guard(opcode, value, start, end));
          this.copied = end;
          this.reload(0, 0);
          this.unchecked = 1;
      }
    }
  }

  private call(p: number, start: number, end: number, charge: number): void {
    const { out, plan } = this;
    const { points } = this.scan;
    const opcode = points[p + POINT.opcode]!;
    const callee = points[p + POINT.value]!;
    const stack = isCountedCall(this.module, plan.frames, points, p) ? -this.stackAtCalls : 0;
    const isClosed = opcode === OP.callIndirect && plan.inClosedTable !== undefined;
    const convention = isClosed
      ? CONVENTION.register
      : opcode === OP.call
        ? plan.conventions[callee]!
        : CONVENTION.global;
    if (convention === CONVENTION.constant) {
      this.replace(start, end, opcode, this.layout.functionIndex(callee));
      this.chargeAt(end, charge);
      return;
    }
    this.copyTo(start);
    const isImported = opcode === OP.call && callee < this.module.importedFunctions;
    if (isImported) this.checkIfNeeded();
    if (convention !== CONVENTION.register) this.save();
    else if (!isClosed) out.op(OP.localGet, this.fuel);
    if (opcode === OP.callIndirect) {
      if (isClosed) this.callThroughClosedTable(start, end);
      else this.copyTo(end);
      this.unchecked += INDIRECT_LEAF_COST;
    } else if (isImported) {
      this.copyTo(end);
      this.unchecked = 1;
    } else {
      out.op(opcode, this.layout.functionIndex(callee));
      this.copied = end;
      const cost = this.leafCosts[callee]!;
      this.unchecked = cost === CHECKED ? 1 : this.unchecked + cost;
    }
    if (convention === CONVENTION.register) this.takeFuel(charge, stack);
    else this.reload(charge, stack);
    this.checkIfLong();
  }

  /** The fuel goes below the index of the entry, and to the type that carries it. */
  private callThroughClosedTable(start: number, end: number): void {
    const { out, module } = this;
    const reader = new Reader(module.bytes, start + 1, end);
    const type = reader.u32();
    out.op(OP.localSet, this.operand);
    out.op(OP.localGet, this.fuel);
    out.op(OP.localGet, this.operand);
    out.op(OP.callIndirect, this.layout.registerType(type));
    out.copy(module.bytes, reader.offset, end);
    this.copied = end;
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
    this.chargeAt(end, charge);
  }

  private loop(start: number, end: number, flags: number, charge: number): void {
    const { out } = this;
    if ((flags & (LOOP_HAS_CALLS | LOOP_HAS_PARAMS)) === 0) {
      this.copyTo(start);
      out.byte(OP.block);
      out.copy(this.module.bytes, start + 1, end);
      out.byte(OP.loop);
      out.byte(VOID);
      out.byte(OP.block);
      out.byte(VOID);
      out.byte(OP.loop);
      out.copy(this.module.bytes, start + 1, end);
      this.copied = end;
      this.labels.metered += 3;
      this.labels.open(OP.loop, this.unchecked, charge);
      this.addCharge(charge, 0);
      this.testFuel();
      this.hints.add(out.length - this.bodyStart);
      out.op(OP.brIf, 1);
    } else {
      this.copyTo(end);
      this.labels.open(OP.loop, this.unchecked, -1);
      this.addCharge(charge, 0);
      if ((flags & LOOP_HAS_PARAMS) !== 0) this.check();
      else this.checkAndStartAgain(charge);
    }
    this.unchecked = 0;
  }

  private closeBlock(end: number, flags: number, charge: number): void {
    const { labels } = this;
    const { opcode, slowCharge } = labels;
    if (opcode !== OP.loop) this.unchecked = Math.max(this.unchecked, labels.uncheckedAtEnd);
    // The condition of an `if` without `else` may have been false.
    if (opcode === OP.if) this.unchecked = Math.max(this.unchecked, labels.uncheckedAtStart);
    labels.close();
    if (slowCharge >= 0) this.writeSlowPath(end, slowCharge);
    if ((flags & END_IS_JOIN) !== 0) this.chargeAt(end, charge);
  }

  /** After a loop whose slow path stands outside. */
  private writeSlowPath(end: number, charge: number): void {
    const { out } = this;
    this.copyTo(end);
    out.op(OP.br, 2);
    out.byte(OP.end);
    this.refillAndRefund(charge);
    out.op(OP.br, 0);
    out.byte(OP.end);
    out.byte(OP.unreachable);
    out.byte(OP.end);
    this.labels.metered -= 3;
  }

  private branchTable(start: number, end: number): void {
    const { out, module } = this;
    this.copyTo(start);
    const labels = readBranchTable(module.bytes, start, end);
    let returns = false;
    for (const label of labels) {
      if (this.labels.target(label, this.unchecked)) returns = true;
    }
    if (returns && this.convention === CONVENTION.global) this.leave();
    out.op(OP.brTable, labels.length - 1);
    for (const label of labels) out.u32(this.labels.distance(label));
    this.copied = end;
    this.unchecked = 0;
  }

  /** A branch to a label, which may be further out now; to the function's own it is a return. */
  private branch(start: number, end: number, opcode: number, label: number): void {
    const isReturn = this.labels.target(label, this.unchecked);
    if (isReturn && this.convention === CONVENTION.global) {
      this.copyTo(start);
      this.leave();
    }
    const distance = this.labels.distance(label);
    if (distance !== label) this.replace(start, end, opcode, distance);
  }

  private chargeGlobal(cost: number): void {
    const { out } = this;
    out.op(OP.globalGet, this.layout.fuel);
    out.i64Const(cost);
    out.byte(OP.i64Add);
    out.op(OP.globalSet, this.layout.fuel);
  }
}
