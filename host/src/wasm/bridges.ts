/**
 * The functions that lead from one convention of `calls.ts` to another. A *wrapper* has the original type and stands wherever the
 * address of a `register` or `constant` function was taken:
 *
 *     (func $wrapper (param i32) (result i32)
 *       (call $f (local.get 0) (i64.add (global.get $fuel) (i64.const 7)))
 *       (global.set $fuel))
 *
 * The type of a `register` function is the original one with an i64 more at the end of its parameters and of its results.
 */
import type { AddedFunctions } from "./added.ts";
import { type CallPlan, CONVENTION } from "./calls.ts";
import { type ByteWriter, OP } from "./emit.ts";
import type { Layout } from "./layout.ts";
import type { ModuleInfo } from "./parse.ts";

export class Bridges {
  private readonly module: ModuleInfo;
  private readonly layout: Layout;
  private readonly plan: CallPlan;
  private readonly added: AddedFunctions;
  /** By original function index; 0 where there is none. */
  private readonly wrappers: Uint32Array;

  constructor(module: ModuleInfo, layout: Layout, plan: CallPlan, added: AddedFunctions) {
    this.module = module;
    this.layout = layout;
    this.plan = plan;
    this.added = added;
    this.wrappers = new Uint32Array(module.functionTypes.length);
    for (let index = module.importedFunctions; index < this.wrappers.length; index++) {
      if (plan.wrapped[index] === 1) this.wrappers[index] = this.addWrapper(index);
    }
  }

  /** Index of what stands for the function in exports, tables and globals. */
  address(original: number): number {
    const wrapper = this.wrappers[original];
    return wrapper !== undefined && wrapper > 0 ? wrapper : this.layout.functionIndex(original);
  }

  /** Index of the type that the function has in the metered module. */
  type(original: number): number {
    const type = this.module.functionTypes[original]!;
    return this.plan.conventions[original] === CONVENTION.register ? this.layout.registerType(type) : type;
  }

  private addWrapper(original: number): number {
    const { layout, plan } = this;
    const price = plan.paidByCaller[original]!;
    return this.added.add(this.module.functionTypes[original]!, (out) => {
      out.u32(0);
      const isConstant = plan.conventions[original] === CONVENTION.constant;
      if (!isConstant) getParams(out, this.paramCount(original));
      out.op(OP.globalGet, layout.fuel);
      if (price > 0) {
        out.i64Const(price);
        out.byte(OP.i64Add);
      }
      if (isConstant) {
        out.op(OP.globalSet, layout.fuel);
        getParams(out, this.paramCount(original));
      }
      out.op(OP.call, layout.functionIndex(original));
      if (!isConstant) out.op(OP.globalSet, layout.fuel);
      out.byte(OP.end);
    });
  }

  private paramCount(original: number): number {
    return this.module.types[this.module.functionTypes[original]!]!.params.length;
  }
}

/** The parameters, in order, onto the operand stack. */
function getParams(out: ByteWriter, count: number): void {
  for (let i = 0; i < count; i++) out.op(OP.localGet, i);
}
