/**
 * All 236 vector instructions, one by one: the result of the raw module, the fuel of the oracle; and for those that are float arithmetic
 * or may carry its results, the same bits in both of V8's compilers.
 */
import { describe, expect, it } from "vitest";
import { meterModule } from "../../../host/src/wasm/index.ts";
import { OPCODES, PREFIX_FD } from "../../../host/src/wasm/opcodes.ts";
import { type Job, runApart } from "./apart.ts";
import { instrument } from "./oracle.ts";
import { assemble, type Functions, outcome, start, startRaw } from "./support.ts";

const VECTORS = [...OPCODES.values()].filter(({ code }) => code >= PREFIX_FD);
const LETTERS: Readonly<Record<string, string>> = { i: "i32", l: "i64", f: "f32", d: "f64", v: "v128" };
const OPERANDS = 3;
/** Where operand `i` is in memory; results go to `RESULT`. */
const operandAt = (i: number) => 64 + i * 16;
const RESULT = 256;

/** What stands between the name and the operands. */
function immediates(name: string): string {
  if (name === "v128.const") return "i32x4 1 -2 0x7fc00001 4";
  if (name === "i8x16.shuffle") return "0 31 2 29 4 27 6 25 8 23 10 21 12 19 14 17";
  if (name.endsWith("_lane") || /(extract|replace)_lane/.test(name)) return "1";
  return "";
}

/** The instruction, its operands from memory, its result to memory; an i32 operand is an address when it comes first of a memory access. */
function program(name: string, pops: string, pushes: string, consumer = (result: string) => result): string {
  const inMemory = /^v128\.(load|store)/.test(name);
  const operands = [...pops].map((letter, i) => {
    if (inMemory && i === 0) return `(i32.const ${name.includes("store") ? RESULT : operandAt(0)})`;
    return `(${LETTERS[letter]}.load (i32.const ${operandAt(i)}))`;
  });
  const instruction = consumer(`(${name} ${immediates(name)} ${operands.join(" ")})`);
  if (pushes === "") return instruction;
  return `(${LETTERS[pushes]}.store (i32.const ${RESULT}) ${instruction})`;
}

function moduleOf(body: string): Uint8Array<ArrayBuffer> {
  return assemble(`(module (memory (export "memory") 1) (func (export "run") ${body}))`);
}

/** Bytes of three operands: integers; floats without a NaN; floats with all kinds of them. */
const INPUTS: readonly Uint8Array[] = [
  new Uint8Array(OPERANDS * 16).map((_, i) => (i * 37 + 11) & 255),
  new Uint8Array(new Float32Array([1.5, -2.5, 1e10, -0, 3, 7, -1e-40, 2, 0.5, 8, -8, 9]).buffer),
  new Uint8Array(new Float64Array([1.5, -1e300, 0, 42, -7.5, 2]).buffer),
];
const WITH_NAN: readonly Uint8Array[] = [
  new Uint8Array(new Float32Array([0, Number.NaN, -1, 1, 0, 5, -1, 2, 3, 4, 5, 6]).buffer),
  new Uint8Array(
    new Uint32Array([0xffc00001, 0x7f800001, 1, 0x80000000, 0x7fc00002, 0xff812345, 0, 0, 0, 0, 0, 0]).buffer,
  ),
  new Uint8Array(
    new BigUint64Array([0xfff8000000000001n, 0x7ff0000000000001n, 0x7ff8000000000002n, 0n, 0n, 0n]).buffer,
  ),
  new Uint8Array(new Float64Array([0, Number.POSITIVE_INFINITY, 0, Number.NEGATIVE_INFINITY, 0, 0]).buffer),
];

const fill = (memory: WebAssembly.Memory, input: Uint8Array) => new Uint8Array(memory.buffer).set(input, operandAt(0));
const bytesOf = (memory: WebAssembly.Memory) => Buffer.from(memory.buffer.slice(0, 512)).toString("hex");

describe("every vector instruction", () => {
  it("is there", () => {
    expect(VECTORS.length).toBe(236);
  });

  it.each(VECTORS.map(({ name, pops, pushes }) => [name, pops, pushes] as const))(
    "%s (%s → %s) gives the raw result for the oracle's fuel",
    (name, pops, pushes) => {
      const bytes = moduleOf(program(name, pops, pushes));
      const raw = startRaw(bytes);
      const oracle = startRaw(instrument(bytes));
      // Without canonicalization, which is the point of the next group.
      const run = start(bytes, { slice: 1, canonicalizeNaN: false });
      let cost = 0;
      for (const input of INPUTS) {
        for (const [exports, memory] of [
          [raw, raw.memory as WebAssembly.Memory],
          [oracle, oracle.memory as WebAssembly.Memory],
          [run.exports, run.memory!],
        ] as const) {
          fill(memory, input);
          expect(outcome(() => (exports as Functions).run!())).toBe("undefined");
        }
        expect(bytesOf(run.memory!)).toBe(bytesOf(raw.memory as WebAssembly.Memory));
        cost = Number((oracle.oracle as WebAssembly.Global).value);
      }
      expect(cost).toBeGreaterThan(0);
      run.settle();
      expect(run.used()).toBe(cost);
    },
  );
});

const BASELINE = ["--liftoff-only"];
const OPTIMIZING = ["--no-liftoff", "--no-wasm-lazy-compilation"];

/** What is done to a result before its bits are stored: nothing, and whatever the NaN pass treats by itself. */
const CONSUMERS: readonly (readonly [string, (result: string) => string])[] = [
  ["as it is", (x) => x],
  ["f32x4.neg", (x) => `(f32x4.neg ${x})`],
  ["f64x2.abs", (x) => `(f64x2.abs ${x})`],
  ["f32x4.pmin", (x) => `(f32x4.pmin ${x} (f32x4.mul ${x} ${x}))`],
  ["f64x2.pmax", (x) => `(f64x2.pmax (v128.const f64x2 nan:0x8000000000123 1) ${x})`],
  ["f32x4.add", (x) => `(f32x4.add ${x} ${x})`],
  ["f64x2.add", (x) => `(f64x2.add ${x} ${x})`],
  ["f32x4.eq", (x) => `(f32x4.eq ${x} ${x})`],
  ["i32x4.add", (x) => `(i32x4.add ${x} ${x})`],
  ["shuffle", (x) => `(i8x16.shuffle 0 17 2 3 4 5 6 7 24 9 10 11 12 13 14 15 ${x} ${x})`],
  ["a lane as f32", (x) => `(f32x4.splat (f32.add (f32.const 1) (f32x4.extract_lane 1 ${x})))`],
  ["a lane as f64", (x) => `(f64x2.splat (f64x2.extract_lane 0 ${x}))`],
  ["a lane replaced", (x) => `(f64x2.replace_lane 1 ${x} (f64.div (f64.const 0) (f64.const 0)))`],
  ["trunc_sat", (x) => `(i32x4.trunc_sat_f32x4_s ${x})`],
  ["promote and demote", (x) => `(f32x4.demote_f64x2_zero (f64x2.promote_low_f32x4 ${x}))`],
  ["bitselect", (x) => `(v128.bitselect ${x} (v128.const i64x2 1 2) ${x})`],
  ["select", (x) => `(select ${x} ${x} (i32.const 1))`],
  ["a block", (x) => `(block (result v128) (br 0 ${x}))`],
];

describe("NaN bits of vectors", () => {
  const FLOATS = VECTORS.filter(({ name, pushes }) => /^f(32x4|64x2)\./.test(name) && pushes === "v");

  /** One module with a function for each instruction and consumer, each with its operands and result in a place of its own. */
  function job(canonicalizeNaN: boolean, input: Uint8Array): Job {
    const programs = FLOATS.flatMap(({ name, pops, pushes }) =>
      CONSUMERS.map(([, consume]) => program(name, pops, pushes, consume)),
    );
    const functions = programs.map((body, i) =>
      body.replace(`(i32.const ${RESULT})`, `(i32.const ${RESULT + i * 16})`),
    );
    const data = [...input].map((byte) => `\\${byte.toString(16).padStart(2, "0")}`).join("");
    const wat = `(module (memory (export "memory") 1) (data (i32.const ${operandAt(0)}) "${data}")
      ${functions.map((body, i) => `(func (export "f${i}") ${body})`).join("\n")})`;
    return { metered: meterModule(assemble(wat), { canonicalizeNaN }), limit: 10_000_000 };
  }
  const digests = (canonicalizeNaN: boolean, flags: readonly string[]) =>
    runApart(
      WITH_NAN.map((input) => job(canonicalizeNaN, input)),
      120_000,
      flags,
    ).map(({ digest, used, outcome: result }) => ({ digest, used, result }));

  it(`are the same from both compilers, for ${FLOATS.length} instructions × ${CONSUMERS.length} uses`, () => {
    expect(digests(true, OPTIMIZING)).toEqual(digests(true, BASELINE));
  });

  it("would not be the same without canonicalization", () => {
    expect(digests(false, OPTIMIZING)).not.toEqual(digests(false, BASELINE));
  });
});
