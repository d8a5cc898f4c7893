/**
 * What is called from outside of a component instance, by the host or by another instance: `canon lift` of the guest's functions.
 * An exception out of the guest passes through unchanged, for the owner of the instance knows what it means; the component is dead
 * then.
 */
import { HOST_CALL_FUEL, TRANSFER_FUEL_PER_BYTE } from "../limits.ts";
import type { CoreFunctionType, EdgeFunction } from "../wasm/index.ts";
import type { Crossing } from "./crossing.ts";
import type { HostFunctionImport, LiftedFunction } from "./graph.ts";
import type { BorrowScope } from "./handles.ts";
import { hostBytes } from "./host-bytes.ts";
import type { HostFunction } from "./imported-functions.ts";
import type { Entry, InstanceState } from "./instance-state.ts";
import { type FlatValue, scalarFromCore } from "./lift.ts";
import { scalarCheck, scalarToCore } from "./lower.ts";
import type { Suspension } from "./suspension.ts";
import type { Codecs } from "./value-list.ts";
import { coreSignature, describe, type ScalarKind, type ValueType } from "./value-types.ts";

export interface GuestFunction {
  (...args: unknown[]): unknown;
  /** The same where the guest may be suspended meanwhile; only of components that can wait. */
  readonly later?: (...args: unknown[]) => Promise<unknown>;
  /** For a function of up to three numbers: the short way, for an owner that keeps its account itself. */
  readonly scalars?: ScalarCalls;
}

export interface ScalarCalls {
  /** Fuel that every call takes for what crosses. The owner takes it. */
  readonly fuel: number;
  bind(owner: CallOwner): (...args: unknown[]) => unknown;
}

/** Who is asked before the guest is entered, told when it has returned, and given what it ended in. */
export interface CallOwner {
  /** @throws what the caller is to get, where the guest may not be entered */
  begin(): void;
  /** The core function, of this type, with the owner's account around it: every call opens and settles it. */
  wayIn(type: CoreFunctionType, core: EdgeFunction): EdgeFunction;
  end(): void;
  fail(thrown: unknown): never;
}

type Core = (...flat: FlatValue[]) => FlatValue | undefined;

/** Binds a planned export to one instance, the way into it, its core functions, and what suspends them. */
export type BindExport = (
  crossing: Crossing,
  entry: Entry,
  core: Core,
  postReturn: Core | undefined,
  suspension: Suspension | undefined,
) => GuestFunction;

export function planExport(name: string, lifted: LiftedFunction, codecs: Codecs): BindExport {
  const scalars = planScalars(name, lifted);
  const general = planGeneral(name, lifted, codecs, scalars && scalarFuel(lifted.type));
  if (scalars === undefined) return general;
  return (crossing, entry, core, postReturn, suspension) => {
    const call = scalars(crossing, entry, core, postReturn, suspension);
    if (suspension === undefined) return call;
    const { later } = general(crossing, entry, core, postReturn, suspension);
    return Object.assign(call, later && { later });
  };
}

/** `fuel`: of the whole crossing, where it does not depend on what crosses; it is taken before the call then. */
function planGeneral(name: string, { type }: LiftedFunction, codecs: Codecs, fuel: number | undefined): BindExport {
  const params = codecs.params(type);
  const result = type.result && { type: type.result, ...codecs.lifters.of(type.result) };
  const lends = type.params.some((param) => param.type.hasBorrow);
  const { resultInMemory } = coreSignature(type, "lift");
  const argumentsOf = `arguments of ${name}`;
  const resultOf = `result of ${name}`;
  return (crossing, entry, core, postReturn, suspension) => {
    const { state } = crossing;
    const { shared } = state;
    const { boundary } = shared;
    const read = (args: readonly unknown[]): void => {
      crossing.begin(argumentsOf);
      crossing.take(params.read(crossing, args));
    };
    const lower = (scope: BorrowScope | undefined): FlatValue[] => {
      boundary.chargeLittle(fuel ?? crossing.taken * TRANSFER_FUEL_PER_BYTE);
      if (scope !== undefined) crossing.scope = scope;
      const given = params.lower(crossing);
      crossing.rewind();
      return given;
    };
    const lift = (flat: FlatValue | undefined, scope: BorrowScope | undefined): unknown => {
      if (shared.dead) state.refuseToLeave();
      crossing.begin(resultOf);
      let value: unknown;
      if (result !== undefined) {
        crossing.take(result.bytes);
        const { size, align } = result.type;
        value = resultInMemory
          ? result.load(crossing, crossing.pointer(flat as number, size, align, "result"))
          : result.lift(crossing, [flat ?? 0], 0);
        if (fuel === undefined) boundary.charge(crossing.taken * TRANSFER_FUEL_PER_BYTE);
      }
      if (scope !== undefined && scope.borrows > 0)
        crossing.fault("the plugin returned without dropping what it had borrowed");
      if (postReturn !== undefined) runPostReturn(state, postReturn, flat);
      return value;
    };
    const call = (...args: unknown[]) => {
      // Entered before the arguments are read: what code they run cannot get between the reading and the writing.
      entry.enter(name);
      let isRunning = false;
      try {
        read(args);
        // What is wrong with the arguments was found, and leaves the instance alive.
        isRunning = true;
        const scope = lends ? { borrows: 0 } : undefined;
        const value = lift(core(...lower(scope)), scope);
        isRunning = false;
        return value;
      } finally {
        entry.exit(!isRunning);
      }
    };
    if (suspension === undefined) return call;
    const suspending = suspension.promising(core);
    const later = async (...args: unknown[]) => {
      entry.enter(name);
      let isRunning = false;
      try {
        read(args);
        isRunning = true;
        const scope = lends ? { borrows: 0 } : undefined;
        const value = lift(await suspending(...lower(scope)), scope);
        isRunning = false;
        return value;
      } finally {
        entry.exit(!isRunning);
      }
    };
    return Object.assign(call, { later });
  };
}

/** Up to three numbers in and one or none out: nothing is allocated, and no crossing is begun. */
function planScalars(name: string, { type }: LiftedFunction): BindExport | undefined {
  const params = type.params.map((param) => scalarParam(name, param.name, param.type));
  if (params.length > 3 || params.includes(undefined)) return undefined;
  const fromCore = type.result === undefined ? () => undefined : scalarFromCore(type.result);
  if (fromCore === undefined) return undefined;
  const [a, b, c] = params;
  const fuel = scalarFuel(type);
  const abi = coreSignature(type, "lift");
  const coreType = { params: abi.params, results: abi.results };
  return ({ state }, entry, core, postReturn) => {
    const { shared } = state;
    const call = (...args: unknown[]) => {
      if (args.length !== params.length)
        throw new TypeError(`The arguments of ${name} are ${args.length} values, ${params.length} are expected`);
      const x = a?.(args[0]) ?? 0;
      const y = b?.(args[1]) ?? 0;
      const z = c?.(args[2]) ?? 0;
      entry.enter(name);
      let isDone = false;
      try {
        shared.boundary.chargeLittle(fuel);
        const flat = c ? core(x, y, z) : b ? core(x, y) : a ? core(x) : core();
        if (shared.dead) state.refuseToLeave();
        if (postReturn !== undefined) runPostReturn(state, postReturn, flat);
        isDone = true;
        return fromCore(flat ?? 0);
      } finally {
        entry.exit(isDone);
      }
    };
    const bind = (owner: CallOwner) => {
      const run = owner.wayIn(coreType, core) as Core;
      const finish = (): void => {
        if (shared.dead) state.refuseToLeave();
        owner.end();
      };
      const fail = (thrown: unknown): never => {
        shared.dead = true;
        return owner.fail(thrown);
      };
      const begin = (): void => {
        owner.begin();
        shared.room.calls++;
      };
      if (a === undefined)
        return () => {
          begin();
          try {
            const flat = run();
            finish();
            return fromCore(flat ?? 0);
          } catch (thrown) {
            return fail(thrown);
          }
        };
      if (b === undefined)
        return (x: unknown) => {
          const given = a(x);
          begin();
          try {
            const flat = run(given);
            finish();
            return fromCore(flat ?? 0);
          } catch (thrown) {
            return fail(thrown);
          }
        };
      if (c === undefined)
        return (x: unknown, y: unknown) => {
          const first = a(x);
          const second = b(y);
          begin();
          try {
            const flat = run(first, second);
            finish();
            return fromCore(flat ?? 0);
          } catch (thrown) {
            return fail(thrown);
          }
        };
      return (x: unknown, y: unknown, z: unknown) => {
        const first = a(x);
        const second = b(y);
        const third = c(z);
        begin();
        try {
          const flat = run(first, second, third);
          finish();
          return fromCore(flat ?? 0);
        } catch (thrown) {
          return fail(thrown);
        }
      };
    };
    // The short way enters no instance: only where there is one, and nothing but the owner's functions leads into it. It settles where the
    // function has returned, so nothing may follow.
    return entry.isWhole && postReturn === undefined ? Object.assign(call, { scalars: { fuel, bind } }) : call;
  };
}

function scalarFuel({ params, result }: LiftedFunction["type"]): number {
  const bytes = params.reduce((sum, param) => sum + hostBytes(param.type), result ? hostBytes(result) : 0);
  return bytes * TRANSFER_FUEL_PER_BYTE;
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

function runPostReturn(state: InstanceState, postReturn: Core, flat: FlatValue | undefined): void {
  state.mayLeave = false;
  if (flat === undefined) postReturn();
  else postReturn(flat);
  state.mayLeave = true;
  if (state.shared.dead) state.refuseToLeave();
}

/** Binds a host function that the component exports again, without any code of its own in between. */
export type BindHostExport = (crossing: Crossing, entry: Entry, host: HostFunction) => GuestFunction;

export function planHostExport(name: string, { type }: HostFunctionImport, codecs: Codecs): BindHostExport {
  const params = codecs.params(type);
  const result = type.result && codecs.lowerers.of(type.result);
  return (crossing, entry, host) => {
    const { boundary } = entry.shared;
    /** Nothing is written, but it counts, and has the types, as if a guest were in between. */
    const count = (what: string, read: () => number): void => {
      crossing.begin(what);
      crossing.take(read());
      crossing.rewind();
      boundary.charge(crossing.taken * TRANSFER_FUEL_PER_BYTE);
    };
    return (...args) => {
      entry.enter(name);
      try {
        count(`arguments of ${name}`, () => params.read(crossing, args));
        boundary.charge(HOST_CALL_FUEL);
        const value = (host as GuestFunction)(...args);
        if (result !== undefined) count(`result of ${name}`, () => result.read(crossing, value));
        return value;
      } finally {
        // No guest ran.
        entry.exit(true);
      }
    };
  };
}
