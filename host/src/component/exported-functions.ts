/**
 * What the host calls: `canon lift` of the guest's functions. An exception out of the guest passes through unchanged, for the
 * owner of the instance knows what it means; the instance is dead then.
 */
import { TRANSFER_FUEL_PER_BYTE } from "../limits.ts";
import type { Crossing } from "./crossing.ts";
import type { LiftedFunction } from "./graph.ts";
import { hostBytes } from "./host-bytes.ts";
import type { InstanceState } from "./instance-state.ts";
import { type FlatValue, scalarFromCore } from "./lift.ts";
import { scalarCheck, scalarToCore } from "./lower.ts";
import type { Codecs } from "./value-list.ts";
import { coreSignature, describe, type ScalarKind, type ValueType } from "./value-types.ts";

export type GuestFunction = (...args: unknown[]) => unknown;
type Core = (...flat: FlatValue[]) => FlatValue | undefined;

/** Binds a planned export to one instance and its core functions. */
export type BindExport = (crossing: Crossing, core: Core, postReturn: Core | undefined) => GuestFunction;

export function planExport(name: string, lifted: LiftedFunction, codecs: Codecs): BindExport {
  return planScalars(name, lifted) ?? planGeneral(name, lifted, codecs);
}

function planGeneral(name: string, { type }: LiftedFunction, codecs: Codecs): BindExport {
  const params = codecs.params(type);
  const result = type.result && { type: type.result, ...codecs.lifters.of(type.result) };
  const { resultInMemory } = coreSignature(type, "lift");
  const argumentsOf = `arguments of ${name}`;
  const resultOf = `result of ${name}`;
  return (crossing, core, postReturn) => {
    const { state } = crossing;
    return (...args) => {
      // What is wrong with the arguments is found before the guest is entered, and leaves the instance alive.
      state.checkEnter(name);
      crossing.begin(argumentsOf);
      crossing.take(params.measure(crossing, args));
      return inside(state, name, () => {
        state.boundary.charge(crossing.taken * TRANSFER_FUEL_PER_BYTE);
        const flat = core(...params.lower(crossing, args));
        if (state.dead) state.refuseToLeave();
        crossing.begin(resultOf);
        let value: unknown;
        if (result !== undefined) {
          crossing.take(result.bytes);
          const { size, align } = result.type;
          value = resultInMemory
            ? result.load(crossing, crossing.pointer(flat as number, size, align, "result"))
            : result.lift(crossing, [flat ?? 0], 0);
          state.boundary.charge(crossing.taken * TRANSFER_FUEL_PER_BYTE);
        }
        if (postReturn !== undefined) runPostReturn(state, postReturn, flat);
        if (state.handles.borrows > 0) crossing.fault("the plugin returned without dropping what it had borrowed");
        return value;
      });
    };
  };
}

/** Up to three numbers in and one or none out: nothing is allocated, and no crossing is begun. */
function planScalars(name: string, { type }: LiftedFunction): BindExport | undefined {
  const params = type.params.map((param) => scalarParam(name, param.name, param.type));
  if (params.length > 3 || params.includes(undefined)) return undefined;
  const fromCore = type.result === undefined ? () => undefined : scalarFromCore(type.result);
  if (fromCore === undefined) return undefined;
  const [a, b, c] = params;
  const types = [...type.params.map((param) => param.type), ...(type.result ? [type.result] : [])];
  const fuel = types.reduce((sum, one) => sum + hostBytes(one), 0) * TRANSFER_FUEL_PER_BYTE;
  return ({ state }, core, postReturn) => {
    return (...args) => {
      if (args.length !== params.length)
        throw new TypeError(`The arguments of ${name} are ${args.length} values, ${params.length} are expected`);
      const x = a?.(args[0]) ?? 0;
      const y = b?.(args[1]) ?? 0;
      const z = c?.(args[2]) ?? 0;
      state.enter(name);
      let isDone = false;
      try {
        state.boundary.charge(fuel);
        const flat = c ? core(x, y, z) : b ? core(x, y) : a ? core(x) : core();
        if (state.dead) state.refuseToLeave();
        if (postReturn !== undefined) runPostReturn(state, postReturn, flat);
        isDone = true;
        return fromCore(flat ?? 0);
      } finally {
        if (!isDone) state.dead = true;
        state.exit();
      }
    };
  };
}

function scalarParam(name: string, param: string, type: ValueType): ((value: unknown) => FlatValue) | undefined {
  if (scalarFromCore(type) === undefined) return undefined;
  const check = scalarCheck(type.kind as ScalarKind);
  const toCore = scalarToCore(type.kind as ScalarKind);
  return (value) => {
    if (!check(value))
      throw new TypeError(
        `The argument ${JSON.stringify(param)} of ${name} is of the wrong type: expected ${describe(type)}`,
      );
    return toCore(value);
  };
}

/** Runs guest code; whatever is thrown leaves the instance dead. */
export function inside<T>(state: InstanceState, name: string, run: () => T): T {
  state.enter(name);
  let isDone = false;
  try {
    const value = run();
    isDone = true;
    return value;
  } finally {
    if (!isDone) state.dead = true;
    state.exit();
  }
}

function runPostReturn(state: InstanceState, postReturn: Core, flat: FlatValue | undefined): void {
  state.mayLeave = false;
  if (flat === undefined) postReturn();
  else postReturn(flat);
  state.mayLeave = true;
  if (state.dead) state.refuseToLeave();
}
