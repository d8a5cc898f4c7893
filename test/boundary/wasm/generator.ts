/**
 * Random valid modules, in WAT, from a seed. Every program ends: loops count down in a local of their own, calls go to functions defined
 * earlier, and both stop when a common budget is used up. What they compute lands in results, globals and memory, where a test compares it.
 */
import { random } from "./support.ts";

const TYPES = ["i32", "i64", "f32", "f64"] as const;
type Scalar = (typeof TYPES)[number];
type Type = Scalar | "v128";

const BINARY: Record<Scalar, readonly string[]> = {
  i32: ["add", "sub", "mul", "and", "or", "xor", "shl", "shr_u", "rotl", "eq", "lt_s", "gt_u", "div_s", "rem_u"],
  i64: ["add", "sub", "mul", "and", "or", "xor", "shl", "shr_s", "rotr", "div_u", "rem_s"],
  f32: ["add", "sub", "mul", "div", "min", "max", "copysign"],
  f64: ["add", "sub", "mul", "div", "min", "max", "copysign"],
};
const UNARY: Record<Scalar, readonly string[]> = {
  i32: ["i32.clz", "i32.eqz", "i32.extend8_s"],
  i64: ["i64.popcnt", "i64.extend32_s"],
  f32: ["f32.neg", "f32.abs", "f32.sqrt", "f32.floor", "f32.nearest"],
  f64: ["f64.neg", "f64.abs", "f64.sqrt", "f64.ceil", "f64.trunc"],
};
/** Conversions that cannot trap: instruction, operand. */
const CONVERSIONS: Record<Scalar, readonly (readonly [string, Type])[]> = {
  i32: [
    ["i32.wrap_i64", "i64"],
    ["i32.reinterpret_f32", "f32"],
    ["i32.trunc_sat_f64_s", "f64"],
  ],
  i64: [
    ["i64.extend_i32_s", "i32"],
    ["i64.reinterpret_f64", "f64"],
    ["i64.trunc_sat_f32_u", "f32"],
  ],
  f32: [
    ["f32.convert_i32_s", "i32"],
    ["f32.reinterpret_i32", "i32"],
    ["f32.demote_f64", "f64"],
  ],
  f64: [
    ["f64.convert_i64_u", "i64"],
    ["f64.reinterpret_i64", "i64"],
    ["f64.promote_f32", "f32"],
  ],
};

/** The same for vectors: into scalars and out of them. */
const FROM_VECTOR: Record<Scalar, readonly string[]> = {
  i32: ["i32x4.extract_lane 1", "i8x16.extract_lane_s 9", "v128.any_true", "i16x8.all_true", "i8x16.bitmask"],
  i64: ["i64x2.extract_lane 1", "i64x2.extract_lane 0"],
  f32: ["f32x4.extract_lane 0", "f32x4.extract_lane 3"],
  f64: ["f64x2.extract_lane 0", "f64x2.extract_lane 1"],
};
const TO_VECTOR: readonly (readonly [string, Scalar])[] = [
  ["i8x16.splat", "i32"],
  ["i32x4.splat", "i32"],
  ["i64x2.splat", "i64"],
  ["f32x4.splat", "f32"],
  ["f64x2.splat", "f64"],
];
const REPLACE_LANE: readonly (readonly [string, Scalar])[] = [
  ["i16x8.replace_lane 5", "i32"],
  ["i64x2.replace_lane 1", "i64"],
  ["f32x4.replace_lane 2", "f32"],
  ["f64x2.replace_lane 0", "f64"],
];
/** Operands that are all vectors: one, two, three. */
const VECTOR: Readonly<Record<number, readonly string[]>> = {
  1: [
    ...["f32x4.neg", "f32x4.abs", "f32x4.sqrt", "f32x4.nearest", "f64x2.neg", "f64x2.floor", "f64x2.sqrt"],
    ...["f32x4.demote_f64x2_zero", "f64x2.promote_low_f32x4", "i32x4.trunc_sat_f32x4_s", "f32x4.convert_i32x4_u"],
    ...["i32x4.trunc_sat_f64x2_u_zero", "f64x2.convert_low_i32x4_s", "i8x16.popcnt", "i64x2.abs", "v128.not"],
  ],
  2: [
    ...["f32x4.add", "f32x4.mul", "f32x4.div", "f32x4.min", "f32x4.max", "f32x4.pmin", "f32x4.lt"],
    ...["f64x2.add", "f64x2.sub", "f64x2.div", "f64x2.min", "f64x2.max", "f64x2.pmax", "f64x2.eq"],
    ...["i8x16.add_sat_s", "i16x8.mul", "i32x4.dot_i16x8_s", "i64x2.mul", "i8x16.swizzle", "v128.xor", "v128.andnot"],
    ...[
      "i16x8.narrow_i32x4_u",
      "i64x2.extmul_high_i32x4_s",
      "i8x16.shuffle 0 17 2 19 4 21 6 23 8 25 10 27 12 29 14 31",
    ],
  ],
  3: ["v128.bitselect"],
};
const VECTOR_LOADS = ["v128.load", "v128.load8x8_u", "v128.load32_splat", "v128.load64_zero"];

interface Signature {
  readonly params: readonly Type[];
  readonly result: Type | undefined;
  /** Not exported. */
  readonly isPrivate: boolean;
  readonly inTable: boolean;
}

/** Some of the functions `run0`, `run1`, … are exported and in the table, the last one always; with odd seeds the others are in the table too; exported are also `memory`, the globals, and `dump`, which stores the globals' bits. */
export function generateModule(seed: number): string {
  const pick = random(seed);
  const one = <T>(choices: readonly T[]): T => choices[pick(choices.length)]!;
  const exceptions = pick(2) === 0;
  const tailCalls = pick(2) === 0;
  const values: readonly Type[] = pick(2) === 0 ? [...TYPES, "v128"] : TYPES;
  const signatures: Signature[] = [];
  const functions: string[] = [];
  const count = 2 + pick(5);

  for (let f = 0; f < count; f++) {
    const isPrivate = f < count - 1 && pick(2) === 0;
    // JavaScript cannot call what has a vector in its type.
    const params = Array.from({ length: pick(4) }, () => one(isPrivate ? values : TYPES));
    const result = pick(4) === 0 ? undefined : one(isPrivate ? values : TYPES);
    const locals: Type[] = [...params, ...Array.from({ length: 2 + pick(5) }, () => one(values))];
    let counters = 0;
    /** Labels that can be branched to from here; those of loops are left out. */
    const labels: string[] = [];
    let fresh = 0;

    const localOf = (type: Type): number | undefined => {
      const found = locals.flatMap((each, i) => (each === type ? [i] : []));
      return found.length > 0 ? one(found) : undefined;
    };
    const constant = (type: Type): string => {
      if (type === "i32") return `(i32.const ${one([0, 1, -1, 7, 255, 65536, 2147483647, pick(1000)])})`;
      if (type === "i64") return `(i64.const ${one([0, 1, -1, 9, 4294967296, pick(100000)])})`;
      if (type === "v128") {
        return one([
          `(v128.const i64x2 ${pick(100000)} -1)`,
          "(v128.const f32x4 0 nan -nan:0x200001 1.5)",
          "(v128.const f64x2 nan -inf)",
          "(v128.const i64x2 0 0)",
        ]);
      }
      return `(${type}.const ${one(["0", "-0", "1.5", "-3.25", "inf", "nan", "-nan", "nan:0x200001", "1e30"])})`;
    };
    const call = (type: Type | undefined, depth: number, isTail = false): string | undefined => {
      const callees = signatures.flatMap((each, i) => (each.result === type ? [i] : []));
      if (callees.length === 0 || depth <= 0) return undefined;
      const callee = one(callees);
      const args = signatures[callee]!.params.map((param) => expression(param, depth - 2)).join(" ");
      const signature = signatures[callee]!;
      const direct = !signature.inTable || pick(3) > 0;
      const prefix = isTail ? "return_" : "";
      const head = direct
        ? `(${prefix}call $f${callee} ${args})`
        : `(${prefix}call_indirect ${signature.params.map((p) => `(param ${p})`).join(" ")} ${
            signature.result ? `(result ${signature.result})` : ""
          } ${args} (i32.const ${signatures.slice(0, callee).filter((each) => each.inTable).length}))`;
      if (isTail) {
        return `(if (i32.and (i32.gt_s (global.get $budget) (i32.const 0)) ${expression("i32", depth - 2)}) (then (global.set $budget (i32.sub (global.get $budget) (i32.const 20))) ${head}))`;
      }
      const type_ = type ? `(result ${type})` : "";
      return `(if ${type_} (i32.gt_s (global.get $budget) (i32.const 0)) (then (global.set $budget (i32.sub (global.get $budget) (i32.const 20))) ${head}) ${
        type ? `(else ${constant(type)})` : ""
      })`;
    };
    const address = (depth: number) => `(i32.and ${expression("i32", depth - 1)} (i32.const 0xfff8))`;
    const vector = (depth: number): string => {
      switch (pick(6)) {
        case 0: {
          const [name, operand] = one(TO_VECTOR);
          return `(${name} ${expression(operand, depth - 1)})`;
        }
        case 1: {
          const [name, operand] = one(REPLACE_LANE);
          return `(${name} ${expression("v128", depth - 1)} ${expression(operand, depth - 1)})`;
        }
        case 2:
          return `(${one(["i8x16.shl", "i32x4.shr_s", "i64x2.shr_u"])} ${expression("v128", depth - 1)} ${expression("i32", depth - 1)})`;
        case 3:
          return pick(2) === 0
            ? `(${one(VECTOR_LOADS)} ${address(depth)})`
            : `(v128.load16_lane 3 ${address(depth)} ${expression("v128", depth - 1)})`;
        default: {
          const arity = one([1, 2, 2, 2, 3]);
          const operands = Array.from({ length: arity }, () => expression("v128", depth - 1));
          return `(${one(VECTOR[arity]!)} ${operands.join(" ")})`;
        }
      }
    };
    const expression = (type: Type, depth: number): string => {
      if (depth <= 0) {
        const local = localOf(type);
        return local !== undefined && pick(3) > 0 ? `(local.get ${local})` : constant(type);
      }
      const choice = pick(12);
      if (type === "v128" && choice < 7) return vector(depth);
      const scalar = type as Scalar;
      switch (choice) {
        case 0:
        case 1:
        case 2:
        case 3: {
          if (values !== TYPES && choice === 0) return `(${one(FROM_VECTOR[scalar])} ${expression("v128", depth - 1)})`;
          const name = one(BINARY[scalar]);
          const right = expression(type, depth - 1);
          // Few divisions by zero: a program that traps has no fuel to compare.
          const divides = /^(div|rem)_/.test(name) && pick(20) > 0;
          return `(${type}.${name} ${expression(type, depth - 1)} ${divides ? `(${type}.or ${right} (${type}.const 1))` : right})`;
        }
        case 4:
          return `(${one(UNARY[scalar])} ${expression(type, depth - 1)})`;
        case 5: {
          const [name, operand] = one(CONVERSIONS[scalar]);
          return `(${name} ${expression(operand, depth - 1)})`;
        }
        case 6:
          return `(${type}.load ${address(depth)})`;
        case 7: {
          const local = localOf(type);
          if (local === undefined) return constant(type);
          return `(local.tee ${local} ${expression(type, depth - 1)})`;
        }
        case 8:
          return `(select ${expression(type, depth - 1)} ${expression(type, depth - 1)} ${expression("i32", depth - 1)})`;
        case 9:
          return call(type, depth) ?? `(global.get $${type})`;
        case 10:
          return `(if (result ${type}) ${expression("i32", depth - 1)} (then ${statements(depth - 2)} ${expression(
            type,
            depth - 1,
          )}) (else ${expression(type, depth - 1)}))`;
        default: {
          const label = `$l${fresh++}`;
          const inner = `${statements(depth - 1)} (br_if ${label} ${expression(type, depth - 1)} ${expression(
            "i32",
            depth - 2,
          )}) drop ${expression(type, depth - 1)}`;
          return `(block ${label} (result ${type}) ${inner})`;
        }
      }
    };
    const statement = (depth: number): string => {
      const type = one(values);
      switch (depth <= 0 ? pick(4) : pick(14)) {
        case 0:
        case 1: {
          const local = localOf(type);
          return local === undefined ? "(nop)" : `(local.set ${local} ${expression(type, depth)})`;
        }
        case 2:
          if (type === "v128" && pick(3) === 0)
            return `(v128.store8_lane 7 ${address(depth)} ${expression(type, depth)})`;
          return `(${type}.store ${address(depth)} ${expression(type, depth)})`;
        case 3:
          return `(global.set $${type} ${expression(type, depth)})`;
        case 4:
        case 5: {
          const counter = `$c${counters++}`;
          const label = `$l${fresh++}`;
          const step = `(local.set ${counter} (i32.sub (local.get ${counter}) (i32.const 1)))`;
          const more = `(br_if ${label} (i32.and (i32.gt_s (local.get ${counter}) (i32.const 0)) (i32.gt_s (global.tick) (i32.const 0))))`;
          return `(local.set ${counter} (i32.const ${1 + pick(4)})) (loop ${label} ${step} ${statements(depth - 1)} ${more})`;
        }
        case 6:
          return `(if ${expression("i32", depth)} (then ${statements(depth - 1)}) ${
            pick(2) === 0 ? `(else ${statements(depth - 1)})` : ""
          })`;
        case 7: {
          const label = `$l${fresh++}`;
          labels.push(label);
          const inner = statements(depth - 1);
          const leave = pick(2) === 0 ? `(br_if ${label} ${expression("i32", depth - 1)})` : "";
          labels.pop();
          return `(block ${label} ${inner} ${leave} ${statements(depth - 1)})`;
        }
        case 8:
          if (labels.length === 0) return "(nop)";
          return pick(2) === 0
            ? `(br ${one(labels)})`
            : `(br_table ${one(labels)} ${one(labels)} ${one(labels)} ${expression("i32", depth)})`;
        case 9:
          return call(undefined, depth) ?? `(drop ${expression(type, depth)})`;
        case 10: {
          if (pick(3) > 0) return `(memory.fill ${address(depth)} ${expression("i32", 1)} (i32.const ${pick(600)}))`;
          return `(memory.copy ${address(depth)} ${address(depth)} (i32.const ${pick(600)}))`;
        }
        case 11:
          if (tailCalls && pick(2) === 0) return call(result, depth, true) ?? "(nop)";
          return result === undefined && pick(2) === 0
            ? `(if ${expression("i32", depth)} (then return))`
            : `(drop (memory.grow (i32.const ${pick(2)})))`;
        default: {
          if (!exceptions) return `(drop ${expression(type, depth)})`;
          if (pick(3) === 0)
            return `(if ${expression("i32", depth)} (then (throw $tag ${expression("i64", depth - 1)})))`;
          const body = statements(depth - 1);
          const handler = `(catch $tag (local.set $caught) ${statements(depth - 1)})`;
          switch (pick(4)) {
            case 0:
              return `(try (do ${body}) (catch_all ${statements(depth - 1)}))`;
            case 1:
              return `(try (do (try (do ${body}) ${handler.slice(0, -1)} (rethrow 0)))) (catch_all ${statements(depth - 1)}))`;
            case 2:
              return `(try $outer (do (try (do ${body}) (delegate $outer))) ${handler})`;
            default:
              return `(try (do ${body}) ${handler})`;
          }
        }
      }
    };
    const statements = (depth: number): string => {
      return Array.from({ length: depth <= 0 ? pick(2) : 1 + pick(3) }, () => statement(depth)).join(" ");
    };

    const body = `${statements(3)} ${statements(3)} ${result ? expression(result, 3) : ""}`;
    const declared = locals
      .slice(params.length)
      .map((type) => `(local ${type})`)
      .join(" ");
    const counterLocals = Array.from({ length: counters }, (_, i) => `(local $c${i} i32)`).join(" ");
    functions.push(
      `(func $f${f} ${isPrivate ? "" : `(export "run${f}")`} ${params.map((type) => `(param ${type})`).join(" ")} ${
        result ? `(result ${result})` : ""
      } ${declared} (local $caught i64) ${counterLocals}\n${body.replaceAll("(global.tick)", "(call $tick)")})`,
    );
    signatures.push({ params, result, isPrivate, inTable: !isPrivate || seed % 2 === 1 });
  }

  return `(module
${exceptions ? "(tag $tag (param i64))" : ""}
(memory (export "memory") 2)
(table funcref (elem ${signatures.flatMap((each, i) => (each.inTable ? [`$f${i}`] : [])).join(" ")}))
(global $budget (export "budget") (mut i32) (i32.const 200))
${TYPES.map((type) => `(global $${type} (export "${type}") (mut ${type}) (${type}.const 0))`).join("\n")}
(global $v128 (mut v128) (v128.const i64x2 0 0))
(func $tick (result i32)
  (global.set $budget (i32.sub (global.get $budget) (i32.const 1))) (global.get $budget))
${functions.join("\n")}
(func (export "dump") ${[...TYPES, "v128"]
    .map((type, i) => `(${type}.store (i32.const ${i * 8}) (global.get $${type}))`)
    .join(" ")}))`;
}

/** Arguments for the exported functions of a generated module. */
export function generateArguments(seed: number, length: number): number[] {
  const pick = random(seed);
  return Array.from({ length }, () => pick(100000));
}
