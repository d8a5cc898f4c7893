/**
 * The functions that the rewriter adds: `check`, the slow path when a slice of fuel is used up, `enter`, the same where the stack may be, and a *guard* for each operation whose
 * cost depends on an operand, except for bulk operations on memory, which are frequent and charged in place (`fuel-code.ts`). A guard has the signature of its operation, which it replaces; it charges and checks before it acts.
 *
 *     (func $check (param $fuel i64) (result i64)                ;; fuel and stack: see stack.ts
 *       (global.set $fuel (local.get $fuel))
 *       (try (do (call $refill))                              ;; refill does not throw, but near the end of the stack V8 may, in its place
 *         (catch_all (global.set $note (i32.const 2)) unreachable))
 *       (if (i32.lt_s (i32.wrap_i64 (global.get $fuel)) (i32.const 0)) (then unreachable))     ;; a real trap: no catch_all catches it
 *       (global.get $fuel))
 *
 *     (func $enter (param $fuel i64) (result i64)
 *       (if (i64.lt_s (local.get $fuel) (i64.const 0))            ;; the stack
 *         (then (global.set $fuel (local.get $fuel)) (global.set $note (i32.const 2)) unreachable))
 *       (call $check (local.get $fuel)))
 *
 *     (func $guard (param $to i32) (param $value funcref) (param $count i32)        ;; table.fill; the count as it is when it is below 2²⁴
 *       (local.set $fuel (i64.add (global.get $fuel) (i64.mul (i64.extend_i32_u (local.get $count)) (i64.const 40))))
 *       (if (i32.lt_s (i32.wrap_i64 (local.get $fuel)) (i32.const 0)) (then (local.set $fuel (call $check (local.get $fuel)))))
 *       (global.set $fuel (local.get $fuel))
 *       (table.fill (local.get $to) (local.get $value) (local.get $count)))
 *
 * `memory.grow` (and `table.grow` likewise) by 0 answers `memory.size`; by more than the room notes the failure and answers −1.
 */

import type { AddedFunctions } from "./added.ts";
import { MEMORY_GROW_COST, MEMORY_GROW_PAGE_COST, TABLE_ENTRY_COST, TABLE_GROW_ENTRY_COST } from "./costs.ts";
import { ByteWriter, OP, VOID } from "./emit.ts";
import { type Layout, NOTE } from "./layout.ts";
import { PREFIX_FC } from "./opcodes.ts";
import type { ModuleInfo } from "./parse.ts";
import type { ValueType } from "./types.ts";

const MEMORY_GROW = 0x40;
const TABLE_GROW = PREFIX_FC + 0x0f;
const TABLE_SIZE = 0x10;
const TABLE_FILL = PREFIX_FC + 0x11;

export class Guards {
  private readonly module: ModuleInfo;
  private readonly layout: Layout;
  private readonly added: AddedFunctions;
  private readonly indices = new Map<string, number>();

  constructor(module: ModuleInfo, layout: Layout, added: AddedFunctions) {
    this.module = module;
    this.layout = layout;
    this.added = added;
  }

  /**
   * Index of the guard for the instruction at `start`..`end`. `table` is the first immediate of `table.grow` and `table.fill`.
   */
  guard(opcode: number, table: number, start: number, end: number): number {
    const { bytes } = this.module;
    const instruction = bytes.subarray(start, end);
    const key = instruction.join();
    const known = this.indices.get(key);
    if (known !== undefined) return known;
    const index = this.build(opcode, table, instruction);
    this.indices.set(key, index);
    return index;
  }

  private build(opcode: number, table: number, instruction: Uint8Array): number {
    switch (opcode) {
      case MEMORY_GROW:
        return this.growGuard(["i32"], instruction, [OP.memorySize, 0], this.layout.memoryRoom, [
          MEMORY_GROW_COST,
          MEMORY_GROW_PAGE_COST,
        ]);
      case TABLE_GROW: {
        const size = new ByteWriter(8);
        size.byte(0xfc);
        size.op(TABLE_SIZE, table);
        const params: ValueType[] = [this.module.tables[table]!.element, "i32"];
        return this.growGuard(params, instruction, size.result(), this.layout.tableRoom, [0, TABLE_GROW_ENTRY_COST]);
      }
      case TABLE_FILL:
        return this.countGuard(["i32", this.module.tables[table]!.element, "i32"], instruction);
      default: // table.init, table.copy
        return this.countGuard(["i32", "i32", "i32"], instruction);
    }
  }

  /** The last operand is a count of entries. */
  private countGuard(params: readonly ValueType[], instruction: Uint8Array): number {
    const count = params.length - 1;
    const fuel = params.length;
    return this.added.add(this.layout.type(params, []), (out) => {
      writeLocals(out, [0x7e]);
      this.chargeAndCheck(out, fuel, () => entriesCost(out, count));
      for (let i = 0; i < params.length; i++) out.op(OP.localGet, i);
      out.copy(instruction, 0, instruction.length);
      out.byte(OP.end);
    });
  }

  /** The last operand is by how much to grow. */
  private growGuard(
    params: readonly ValueType[],
    instruction: Uint8Array,
    size: ArrayLike<number>,
    room: number,
    [base, each]: readonly [number, number],
  ): number {
    const count = params.length - 1;
    const fuel = params.length;
    const answer = params.length + 1;
    return this.added.add(this.layout.type(params, ["i32"]), (out) => {
      const noteFailure = () => {
        out.i32Const(NOTE.growFailed);
        out.op(OP.globalSet, this.layout.note);
      };
      writeLocals(out, [0x7e, 0x7f]);
      out.op(OP.localGet, count);
      writeBytes(out, [OP.i32Eqz, OP.if, VOID]);
      writeBytes(out, size);
      writeBytes(out, [OP.return, OP.end]);
      out.op(OP.localGet, count);
      out.op(OP.globalGet, room);
      writeBytes(out, [OP.i32GtU, OP.if, VOID]);
      noteFailure();
      out.i32Const(-1);
      writeBytes(out, [OP.return, OP.end]);
      this.chargeAndCheck(out, fuel, () => {
        out.op(OP.localGet, count);
        out.byte(OP.i64ExtendI32U);
        out.i64Const(each);
        out.byte(OP.i64Mul);
        out.i64Const(base);
        out.byte(OP.i64Add);
      });
      for (let i = 0; i < params.length; i++) out.op(OP.localGet, i);
      out.copy(instruction, 0, instruction.length);
      out.op(OP.localTee, answer);
      out.i32Const(-1);
      writeBytes(out, [OP.i32Eq, OP.if, VOID]);
      noteFailure();
      out.byte(OP.else);
      out.op(OP.globalGet, room);
      out.op(OP.localGet, count);
      out.byte(OP.i32Sub);
      out.op(OP.globalSet, room);
      out.byte(OP.end);
      out.op(OP.localGet, answer);
      out.byte(OP.end);
    });
  }

  private chargeAndCheck(out: ByteWriter, fuel: number, cost: () => void): void {
    out.op(OP.globalGet, this.layout.fuel);
    cost();
    out.byte(OP.i64Add);
    out.op(OP.localTee, fuel);
    writeBytes(out, [...IS_EXHAUSTED, OP.if, VOID]);
    out.op(OP.localGet, fuel);
    out.op(OP.call, this.layout.check);
    out.op(OP.localSet, fuel);
    out.byte(OP.end);
    out.op(OP.localGet, fuel);
    out.op(OP.globalSet, this.layout.fuel);
  }
}

/** Adds `check` and `enter`; they are the first of the added functions. */
export function addChecks(layout: Layout, added: AddedFunctions): void {
  const type = layout.type(["i64"], ["i64"]);
  const noteStack = (out: ByteWriter) => {
    out.i32Const(NOTE.stackFailed);
    out.op(OP.globalSet, layout.note);
    out.byte(OP.unreachable);
  };
  added.add(type, (out) => {
    writeLocals(out, []);
    out.op(OP.localGet, 0);
    out.op(OP.globalSet, layout.fuel);
    writeBytes(out, [OP.try, VOID]);
    out.op(OP.call, layout.refill);
    out.byte(OP.catchAll);
    noteStack(out);
    out.byte(OP.end);
    out.op(OP.globalGet, layout.fuel);
    writeBytes(out, [...IS_EXHAUSTED, OP.if, VOID, OP.unreachable, OP.end]);
    out.op(OP.globalGet, layout.fuel);
    out.byte(OP.end);
  });
  added.add(type, (out) => {
    writeLocals(out, []);
    out.op(OP.localGet, 0);
    out.i64Const(0);
    writeBytes(out, [OP.i64LtS, OP.if, VOID]);
    out.op(OP.localGet, 0);
    out.op(OP.globalSet, layout.fuel);
    noteStack(out);
    out.byte(OP.end);
    out.op(OP.localGet, 0);
    out.op(OP.call, layout.check);
    out.byte(OP.end);
  });
}

/** Of the packed number on the operand stack. */
const IS_EXHAUSTED = [OP.i32WrapI64, OP.i32Const, 0, OP.i32LtS];

/** No table has so many entries: the operation traps, after it was paid for. A sum above 2³⁰ would not fit (`stack.ts`). */
const MOST_ENTRIES = 2 ** 24;

function entriesCost(out: ByteWriter, count: number): void {
  out.op(OP.localGet, count);
  out.i32Const(MOST_ENTRIES);
  out.op(OP.localGet, count);
  out.i32Const(MOST_ENTRIES);
  writeBytes(out, [OP.i32LtU, OP.select, OP.i64ExtendI32U]);
  out.i64Const(TABLE_ENTRY_COST);
  out.byte(OP.i64Mul);
}

function writeLocals(out: ByteWriter, types: readonly number[]): void {
  out.u32(types.length);
  for (const type of types) writeBytes(out, [1, type]);
}

function writeBytes(out: ByteWriter, bytes: ArrayLike<number>): void {
  for (let i = 0; i < bytes.length; i++) out.byte(bytes[i]!);
}
