/**
 * The functions that lead from one convention of `calls.ts` to another. A *wrapper* has the original type and stands wherever the
 * address of a `register` or `constant` function was taken:
 *
 *     (func $wrapper (param i32) (result i32)
 *       (call $f (local.get 0) (i64.add (global.get $fuel) (i64.const 7 + (12 << 32))))
 *       (global.set $fuel (i64.sub (; result ;) (i64.const 12 << 32))))
 *
 * A *gate* stands in the place of a function with a large frame, and counts it before V8 makes it:
 *
 *     (func $f (param i32 (; fuel ;) i64) (result i32 i64)
 *       (local.set 1 (i64.add (local.get 1) (i64.const 1000 << 32)))
 *       (if (i64.lt_s (i64.or (local.get 1) (i64.shl (local.get 1) (i64.const 32))) (i64.const 0))
 *         (then (local.set 1 (call $enter (local.get 1)))))
 *       (call $behind (local.get 0) (local.get 1))
 *       (i64.sub (i64.const 1000 << 32)))
 *
 * An *adapter* stands in a closed table (`tables.ts`) for a function that does not carry the fuel, an import for example:
 *
 *     (func $adapter (param i32 (; fuel ;) i64) (result i32 i64)
 *       (local.get 0)
 *       (global.set $fuel (i64.add (local.get 1) (i64.const 12 << 32)))
 *       (call $f)
 *       (i64.sub (global.get $fuel) (i64.const 12 << 32)))
 *
 * The type of a `register` function is the original one with an i64 more at the end of its parameters and of its results.
 */
import type { AddedFunctions } from "./added.ts";
import { bridgeFrame, type CallPlan, CONVENTION } from "./calls.ts";
import { type ByteWriter, OP, TYPE_BYTES, VOID } from "./emit.ts";
import type { Layout } from "./layout.ts";
import type { ModuleInfo } from "./parse.ts";
import { STACK_UNIT } from "./stack.ts";

export class Bridges {
  private readonly module: ModuleInfo;
  private readonly layout: Layout;
  private readonly plan: CallPlan;
  private readonly added: AddedFunctions;
  /** By original function index; 0 where there is none. */
  private readonly wrappers: Uint32Array;
  /** The same, of adapters. */
  private readonly adapters: Uint32Array;

  constructor(module: ModuleInfo, layout: Layout, plan: CallPlan, added: AddedFunctions) {
    this.module = module;
    this.layout = layout;
    this.plan = plan;
    this.added = added;
    this.wrappers = new Uint32Array(module.functionTypes.length);
    this.adapters = new Uint32Array(module.functionTypes.length);
    for (let index = module.importedFunctions; index < this.wrappers.length; index++) {
      if (plan.wrapped[index] === 1) this.wrappers[index] = this.addWrapper(index);
    }
    plan.inClosedTable?.forEach((isNamed, index) => {
      if (isNamed === 1 && plan.conventions[index] !== CONVENTION.register)
        this.adapters[index] = this.addAdapter(index);
    });
  }

  /** Index of what stands for the function in exports, tables and globals. */
  address(original: number): number {
    const wrapper = this.wrappers[original];
    return wrapper !== undefined && wrapper > 0 ? wrapper : this.layout.functionIndex(original);
  }

  /** Index of what stands for the function in tables. */
  tableAddress(original: number): number {
    const { conventions, inClosedTable } = this.plan;
    if (inClosedTable === undefined) return this.address(original);
    if (conventions[original] === CONVENTION.register) return this.layout.functionIndex(original);
    return this.adapters[original]!;
  }

  /** Index of the type that the function has in the metered module. */
  type(original: number): number {
    const type = this.module.functionTypes[original]!;
    return this.plan.conventions[original] === CONVENTION.register ? this.layout.registerType(type) : type;
  }

  /**
   * Writes the gate of a function, with its length; `behind` is the index of its code. Of a function that makes tail calls the gate itself is left by
   * a tail call, and the function takes its frame off where it returns: a loop of tail calls takes no stack.
   */
  writeGate(out: ByteWriter, original: number, behind: number, hasTailCalls: boolean): void {
    const { layout, plan } = this;
    const { params } = this.module.types[this.module.functionTypes[original]!]!;
    const inRegister = plan.conventions[original] === CONVENTION.register;
    const stack = plan.frames[original]! * STACK_UNIT;
    const fuel = params.length;
    const start = out.openLength();
    out.u32(inRegister ? 0 : 1);
    if (!inRegister) {
      out.u32(1);
      out.byte(TYPE_BYTES.i64);
    }
    if (inRegister) out.op(OP.localGet, fuel);
    else out.op(OP.globalGet, layout.fuel);
    out.i64Const(stack);
    out.byte(OP.i64Add);
    out.op(OP.localSet, fuel);
    writeEntryTest(out, fuel);
    out.byte(OP.if);
    out.byte(VOID);
    out.op(OP.localGet, fuel);
    out.op(OP.call, layout.enter);
    out.op(OP.localSet, fuel);
    out.byte(OP.end);
    if (!inRegister) {
      out.op(OP.localGet, fuel);
      out.op(OP.globalSet, layout.fuel);
    }
    getParams(out, inRegister ? fuel + 1 : fuel);
    out.op(hasTailCalls ? OP.returnCall : OP.call, behind);
    if (!hasTailCalls) {
      if (!inRegister) out.op(OP.globalGet, layout.fuel);
      out.i64Const(stack);
      out.byte(OP.i64Sub);
      if (!inRegister) out.op(OP.globalSet, layout.fuel);
    }
    out.byte(OP.end);
    out.closeLength(start);
  }

  private addAdapter(original: number): number {
    const { layout, module, plan } = this;
    const type = module.functionTypes[original]!;
    const { params, results } = module.types[type]!;
    const fuel = params.length;
    const isConstant = plan.conventions[original] === CONVENTION.constant;
    const shape = { paramCount: params.length, resultCount: results.length };
    const stack = isConstant ? 0 : bridgeFrame(shape) * STACK_UNIT;
    return this.added.add(layout.registerType(type), (out) => {
      out.u32(0);
      getParams(out, params.length);
      if (!isConstant) {
        out.op(OP.localGet, fuel);
        out.i64Const(stack);
        out.byte(OP.i64Add);
        out.op(OP.globalSet, layout.fuel);
      }
      out.op(OP.call, layout.functionIndex(original));
      if (isConstant) {
        out.op(OP.localGet, fuel);
        out.i64Const(plan.paidByCaller[original]!);
        out.byte(OP.i64Add);
      } else {
        out.op(OP.globalGet, layout.fuel);
        out.i64Const(stack);
        out.byte(OP.i64Sub);
      }
      out.byte(OP.end);
    });
  }

  private addWrapper(original: number): number {
    const { layout, plan } = this;
    const type = this.module.functionTypes[original]!;
    const { params, results } = this.module.types[type]!;
    const shape = { paramCount: params.length, resultCount: results.length };
    const stack = plan.frames[original]! > 0 ? bridgeFrame(shape) * STACK_UNIT : 0;
    const charge = plan.paidByCaller[original]! + stack;
    return this.added.add(type, (out) => {
      out.u32(0);
      const isConstant = plan.conventions[original] === CONVENTION.constant;
      if (!isConstant) getParams(out, params.length);
      out.op(OP.globalGet, layout.fuel);
      if (charge > 0) {
        out.i64Const(charge);
        out.byte(OP.i64Add);
      }
      if (isConstant) {
        out.op(OP.globalSet, layout.fuel);
        getParams(out, params.length);
      }
      out.op(OP.call, layout.functionIndex(original));
      if (stack > 0) {
        out.i64Const(stack);
        out.byte(OP.i64Sub);
      }
      if (!isConstant) out.op(OP.globalSet, layout.fuel);
      out.byte(OP.end);
    });
  }
}

/** Whether the stack or the fuel in a local is exhausted, in one test: two branches cost fib 15 % more. */
export function writeEntryTest(out: ByteWriter, fuel: number): void {
  out.op(OP.localGet, fuel);
  out.op(OP.localGet, fuel);
  out.i64Const(32);
  out.byte(OP.i64Shl);
  out.byte(OP.i64Or);
  out.i64Const(0);
  out.byte(OP.i64LtS);
}

/** The parameters, in order, onto the operand stack. */
function getParams(out: ByteWriter, count: number): void {
  for (let i = 0; i < count; i++) out.op(OP.localGet, i);
}
