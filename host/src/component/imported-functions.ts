/**
 * What the guest calls: `canon lower` of functions of the host or of another component instance, and the resource built-ins. No
 * JavaScript exception leaves through here, since a guest could catch it: everything that goes wrong is recorded with the
 * boundary, which traps.
 */
import { PluginError } from "../errors.ts";
import { HOST_CALL_FUEL, TRANSFER_FUEL_PER_BYTE } from "../limits.ts";
import type { Crossing } from "./crossing.ts";
import type { Trampoline } from "./graph.ts";
import type { Lent } from "./handles.ts";
import { hostBytes } from "./host-bytes.ts";
import type { InstanceState } from "./instance-state.ts";
import { type FlatValue, scalarFromCore } from "./lift.ts";
import { scalarCheck, scalarToCore } from "./lower.ts";
import { blankOf, type Suspension } from "./suspension.ts";
import type { Codecs } from "./value-list.ts";
import { coreSignature, type FunctionType, type ResourceType, type ScalarKind } from "./value-types.ts";

export type HostFunction = (...args: never[]) => unknown;
export type CoreFunction = (...flat: never[]) => FlatValue | undefined;

/** Binds a planned import to one instance and one host function; with `suspension` the function may answer later. */
export type BindImport = (crossing: Crossing, host: HostFunction, suspension?: Suspension) => CoreFunction;

type Lowered = Extract<Trampoline, { readonly kind: "lower" }>;

export function planImport({ callee }: Lowered, name: string, codecs: Codecs): BindImport {
  const scalars = planScalars(callee.type, name);
  const general = planGeneral(callee.type, name, codecs, scalars && scalarFuel(callee.type));
  if (scalars === undefined) return general;
  return (crossing, host, suspension) => (suspension ? general : scalars)(crossing, host, suspension);
}

/** `fuel`: of the whole call, where it does not depend on what crosses; it is taken before anything else then. */
function planGeneral(type: FunctionType, name: string, codecs: Codecs, fuel: number | undefined): BindImport {
  const params = codecs.params(type);
  const result = type.result && { type: type.result, ...codecs.lowerers.of(type.result) };
  const signature = coreSignature(type, "lower");
  const { resultInMemory } = signature;
  const blank = blankOf(signature);
  const argumentsOf = `arguments of ${name}`;
  const resultOf = `result of ${name}`;
  return (crossing, host, suspension) => {
    const { state } = crossing;
    const { boundary } = state.shared;
    const answer = (value: unknown, flat: readonly FlatValue[], lent: Lent | undefined): FlatValue | undefined => {
      lent?.end();
      if (result === undefined) {
        if (fuel === undefined) boundary.charge(0);
        return undefined;
      }
      crossing.begin(resultOf);
      crossing.take(result.read(crossing, value));
      if (fuel === undefined) boundary.charge(crossing.taken * TRANSFER_FUEL_PER_BYTE);
      if (resultInMemory) {
        const target = flat.at(-1) as number;
        result.store(crossing, crossing.pointer(target, result.type.size, result.type.align, "place for the result"));
        crossing.rewind();
        return undefined;
      }
      const out: FlatValue[] = [];
      result.lower(crossing, out);
      crossing.rewind();
      return out[0];
    };
    const call = (...flat: FlatValue[]) => {
      try {
        if (fuel !== undefined) boundary.chargeLittle(fuel);
        state.leave();
        crossing.begin(argumentsOf);
        crossing.take(params.bytes);
        const args = params.lift(crossing, flat);
        const { lent } = crossing;
        crossing.lent = undefined;
        if (fuel === undefined) boundary.chargeLittle(HOST_CALL_FUEL + crossing.taken * TRANSFER_FUEL_PER_BYTE);
        const value = (host as (...args: unknown[]) => unknown)(...args);
        if (!(value instanceof Promise)) return answer(value, flat, lent);
        const answered = suspension && boundary.wait?.(value, name);
        if (answered === undefined) return refuseLater(value, name);
        const resumed = answered.then((late) => ({ flat: answer(late, flat, lent) }));
        return suspension?.hold(
          resumed.catch((error: unknown) => recordStop(state, error)),
          blank,
        );
      } catch (error) {
        return stop(state, error);
      }
    };
    return suspension ? suspension.attach(call as CoreFunction, signature) : call;
  };
}

/** Up to three numbers in and one or none out: nothing is allocated, no crossing is begun, and the fuel is taken in wasm. */
function planScalars(type: FunctionType, name: string): BindImport | undefined {
  const [a, b, c, ...more] = type.params.map((param) => scalarFromCore(param.type));
  const isScalar = type.params.every((param) => scalarFromCore(param.type) !== undefined);
  if (more.length > 0 || !isScalar || (type.result && scalarFromCore(type.result) === undefined)) return undefined;
  const fuel = scalarFuel(type);
  const answer = scalarAnswer(type, name);
  const { params, results } = coreSignature(type, "lower");
  const bind: BindImport = ({ state }, host) => {
    const call = host as (...args: unknown[]) => unknown;
    const { boundary } = state.shared;
    // A field: V8 is slower at changing variables of a closure.
    const unnoticed = { calls: 0 };
    const enter = (): void => {
      if (unnoticed.calls === 0) unnoticed.calls = boundary.notice(fuel);
      unnoticed.calls -= 1;
      state.leave();
    };
    if (a === undefined)
      return () => {
        try {
          enter();
          return answer(call());
        } catch (error) {
          return stop(state, error);
        }
      };
    if (b === undefined)
      return (x: FlatValue) => {
        try {
          enter();
          return answer(call(a(x)));
        } catch (error) {
          return stop(state, error);
        }
      };
    if (c === undefined)
      return (x: FlatValue, y: FlatValue) => {
        try {
          enter();
          return answer(call(a(x), b(y)));
        } catch (error) {
          return stop(state, error);
        }
      };
    return (x: FlatValue, y: FlatValue, z: FlatValue) => {
      try {
        enter();
        return answer(call(a(x), b(y), c(z)));
      } catch (error) {
        return stop(state, error);
      }
    };
  };
  return (crossing, host) =>
    crossing.state.shared.boundary.wayOut(fuel, { params, results }, bind(crossing, host)) as CoreFunction;
}

function scalarFuel({ params, result }: FunctionType): number {
  const bytes = params.reduce((sum, param) => sum + hostBytes(param.type), result ? hostBytes(result) : 0);
  return HOST_CALL_FUEL + bytes * TRANSFER_FUEL_PER_BYTE;
}

function scalarAnswer(type: FunctionType, name: string): (value: unknown) => FlatValue | undefined {
  const { result } = type;
  if (result === undefined) return (value) => (value instanceof Promise ? refuseLater(value, name) : undefined);
  const kind = result.kind as ScalarKind;
  const check = scalarCheck(kind);
  const toCore = scalarToCore(kind);
  return (value) => {
    if (!check(value)) {
      if (value instanceof Promise) refuseLater(value, name);
      throw new TypeError(
        `The result of ${name} is of the wrong type: expected ${kind}, got ${typeof value} ${String(value)}`,
      );
    }
    return toCore(value);
  };
}

/** Where nobody can wait for a promise while the guest stands in the middle of a call. */
function refuseLater(value: Promise<unknown>, name: string): never {
  value.catch(() => {}); // Its failure would be nobody's.
  throw new PluginError("unavailable", `The host function ${name} answers later, which needs a thread that can wait`, {
    hint: 'Run plugins with isolation: "worker".',
  });
}

/** `resource.drop`. Whoever defines the resource hears of it through `dropped`: the host, or a guest's destructor. */
export function bindDrop(
  state: InstanceState,
  resource: ResourceType,
  dropped: ((value: unknown) => void) | undefined,
): CoreFunction {
  return (number: number) => {
    try {
      state.leave();
      state.shared.boundary.chargeLittle(HOST_CALL_FUEL);
      const handle = state.handles.remove(number, resource);
      if (handle.own) dropped?.(handle.value);
      return undefined;
    } catch (error) {
      return stop(state, error);
    }
  };
}

/** `resource.new` of a resource that the guest defines. */
export function bindNew(state: InstanceState, resource: ResourceType): CoreFunction {
  return (representation: number) => {
    try {
      state.leave();
      state.shared.boundary.chargeLittle(HOST_CALL_FUEL);
      return state.handles.add(resource, representation);
    } catch (error) {
      return stop(state, error);
    }
  };
}

/** `resource.rep` of a resource that the guest defines. */
export function bindRepresentation(state: InstanceState, resource: ResourceType): CoreFunction {
  return (number: number) => {
    try {
      if (state.shared.dead) state.refuseToLeave();
      state.shared.boundary.chargeLittle(HOST_CALL_FUEL);
      return state.handles.get(number, resource).value as number;
    } catch (error) {
      return stop(state, error);
    }
  };
}

/** Marks the instance dead before anything else: even where the stack is full and `stop` itself fails, it never calls out again. */
function stop(state: InstanceState, error: unknown): never {
  state.shared.dead = true;
  return state.shared.boundary.stop(error);
}

/** The same while no guest is on the stack, so that there is nothing to trap yet: what resumes it does (`suspension.ts`). */
function recordStop(state: InstanceState, error: unknown): undefined {
  try {
    stop(state, error);
  } catch {
    return undefined;
  }
}
