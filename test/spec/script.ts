/**
 * The commands of a WebAssembly spec test, as `wasm-tools json-from-wast` writes them, and how what a module answered is held against what
 * they expect. Numbers are compared by their bits (`bits.ts`).
 */
import type { Bits } from "./bits.ts";

export interface Value {
  readonly type: string;
  /** Decimal digits, `nan:canonical`, `nan:arithmetic`; one for each lane of a v128; absent for "any of this type". */
  readonly value?: string | readonly string[];
  readonly lane_type?: string;
  /** Of the type `either`. */
  readonly values?: readonly Value[];
}

export interface Action {
  readonly type: "invoke" | "get";
  readonly module?: string;
  readonly field: string;
  readonly args?: readonly Value[];
}

export interface Command {
  readonly type: string;
  readonly line: number;
  readonly name?: string;
  readonly as?: string;
  readonly filename?: string;
  readonly module_type?: string;
  readonly action?: Action;
  readonly expected?: readonly Value[];
  readonly text?: string;
  /** Of `module_instance`. */
  readonly instance?: string;
  readonly module?: string;
}

/** The objects that stand for the external references of a test. */
const externals = new Map<string, object>();

/** An argument as bits: one number, or two halves of a v128. */
export function argumentBits({ type, value, lane_type }: Value): Bits[] {
  if (type === "v128") return vectorBits(value as readonly string[], lane_type!);
  if (type === "i32" || type === "f32") return [Number(BigInt.asIntN(32, BigInt(value as string)))];
  if (type === "i64" || type === "f64") return [BigInt.asIntN(64, BigInt(value as string))];
  if (value === "null" || value === undefined) return [null];
  return [external(value as string)];
}

function external(name: string): object {
  const known = externals.get(name) ?? { external: name };
  externals.set(name, known);
  return known;
}

function laneWidth(laneType: string): number {
  return Number(laneType.slice(1));
}

function vectorBits(lanes: readonly string[], laneType: string): Bits[] {
  const width = laneWidth(laneType);
  let bits = 0n;
  lanes.forEach((lane, i) => {
    bits |= BigInt.asUintN(width, BigInt(lane)) << BigInt(i * width);
  });
  return [BigInt.asIntN(64, bits), BigInt.asIntN(64, bits >> 64n)];
}

/** Whether the bits that a call answered are what is expected. */
export function matches(actual: readonly Bits[], expected: readonly Value[]): boolean {
  const rest = [...actual];
  const all = expected.every((value) => {
    const count = value.type === "v128" || value.values?.[0]?.type === "v128" ? 2 : 1;
    const bits = rest.splice(0, count);
    return bits.length === count && matchesOne(bits, value);
  });
  return all && rest.length === 0;
}

function matchesOne(bits: readonly Bits[], expected: Value): boolean {
  const { type, value, values, lane_type } = expected;
  if (type === "either") return values!.some((each) => matchesOne(bits, each));
  if (type === "v128") {
    const whole = BigInt.asUintN(64, bits[0] as bigint) | (BigInt.asUintN(64, bits[1] as bigint) << 64n);
    const width = laneWidth(lane_type!);
    return (value as readonly string[]).every((lane, i) =>
      matchesNumber(BigInt.asUintN(width, whole >> BigInt(i * width)), lane, lane_type!),
    );
  }
  if (/^[if](32|64)$/.test(type)) {
    const width = laneWidth(type);
    return matchesNumber(BigInt.asUintN(width, BigInt(bits[0] as number | bigint)), value as string, type);
  }
  if (value === "null" || type === "refnull") return bits[0] === null;
  if (value === undefined || type !== "externref") return bits[0] !== null;
  return bits[0] === external(value as string);
}

function matchesNumber(bits: bigint, expected: string, type: string): boolean {
  const width = laneWidth(type);
  const quiet = width === 32 ? 0x7fc00000n : 0x7ff8000000000000n;
  if (expected === "nan:canonical") return BigInt.asUintN(width - 1, bits) === quiet;
  if (expected === "nan:arithmetic") return (bits & quiet) === quiet;
  return bits === BigInt.asUintN(width, BigInt(expected));
}
