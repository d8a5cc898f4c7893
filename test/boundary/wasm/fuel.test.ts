/** Program → exact fuel. The costs are those of `host/src/wasm/costs.ts`; what stands in a comment is how the sum comes about. */
import { describe, expect, it } from "vitest";
import { KERNELS, kernelModule } from "./kernels.ts";
import { instrument } from "./oracle.ts";
import { assemble, type Functions, fixture, outcome, start, startRaw } from "./support.ts";

/** Name, fields of the module, arguments, fuel. The function is exported as `run`. */
const TABLE: readonly (readonly [string, string, readonly (number | bigint)[], number])[] = [
  ["an empty function is free; its caller paid", `(func (export "run"))`, [], 0],
  ["nop, block and end are free", `(func (export "run") nop (block nop))`, [], 0],
  [
    "each plain instruction costs one",
    `(func (export "run") (result i32) (i32.add (i32.const 1) (i32.const 2)))`,
    [],
    3,
  ],
  ["a division costs two", `(func (export "run") (result i32) (i32.div_u (i32.const 1) (i32.const 2)))`, [], 4],
  [
    "the arm of an if that is not taken costs nothing",
    // local.get, if, then: 2 + nop, else: 2 × (const + drop)
    `(func (export "run") (param i32) (if (local.get 0) (then nop) (else (drop (i32.const 1)) (drop (i32.const 2)))))`,
    [1],
    2,
  ],
  [
    "the other arm",
    `(func (export "run") (param i32) (if (local.get 0) (then nop) (else (drop (i32.const 1)) (drop (i32.const 2)))))`,
    [0],
    6,
  ],
  [
    "an if without else",
    `(func (export "run") (param i32) (if (local.get 0) (then (drop (i32.const 1)))) (drop (i32.const 1)))`,
    [0],
    4,
  ],
  [
    "a loop pays for every turn",
    // a turn: get const sub tee br_if
    `(func (export "run") (param i32) (loop $l (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))`,
    [10],
    50,
  ],
  [
    "what a branch jumps over costs nothing",
    // get, br_if; the call of i32.const and drop is jumped over
    `(func (export "run") (param i32) (block $b (br_if $b (local.get 0)) (drop (i32.const 1))) (drop (i32.const 1)))`,
    [1],
    4,
  ],
  [
    "br_table",
    `(func (export "run") (param i32) (block $b (block $a (br_table $a $b (local.get 0))) (drop (i32.const 1))))`,
    [0],
    4,
  ],
  ["a call costs two, and what is called", `(func $f (drop (i32.const 1))) (func (export "run") (call $f))`, [], 4],
  [
    "an indirect call costs five",
    `(table funcref (elem $f)) (func $f (drop (i32.const 1))) (func (export "run") (call_indirect (i32.const 0)))`,
    [],
    8,
  ],
  [
    "a tail call costs three, and what is called",
    `(func $f (param i32) (drop (local.get 0))) (func (export "run") (return_call $f (i32.const 1)))`,
    [],
    6,
  ],
  [
    "what follows a tail call is not paid",
    `(func $f) (func (export "run") (if (i32.const 1) (then (return_call $f))) (drop (i32.const 1)))`,
    [],
    5,
  ],
  [
    "an indirect tail call costs six",
    `(table funcref (elem $f)) (func $f (drop (i32.const 1))) (func (export "run") (return_call_indirect (i32.const 0)))`,
    [],
    9,
  ],
  [
    "the tail call of an import costs 23",
    `(import "env" "f" (func $f)) (func (export "run") (return_call $f))`,
    [],
    23,
  ],
  [
    "a loop of tail calls pays for every turn",
    // a turn: get eqz if; get const sub return_call
    `(func $f (export "run") (param i32) (if (i32.eqz (local.get 0)) (then return)) (return_call $f (i32.sub (local.get 0) (i32.const 1))))`,
    [10],
    94,
  ],
  [
    "a vector instruction costs one",
    `(memory 1) (func (export "run") (v128.store (i32.const 0) (i8x16.add (v128.const i64x2 1 2) (i32x4.splat (i32.const 7)))))`,
    [],
    6,
  ],
  [
    "but a division of vectors four, and a square root eight",
    `(memory 1) (func (export "run") (v128.store (i32.const 0) (f32x4.sqrt (f64x2.div (v128.const i64x2 1 2) (v128.const i64x2 1 2)))))`,
    [],
    16,
  ],
  ["the call of an import costs 22", `(import "env" "f" (func $f)) (func (export "run") (call $f))`, [], 22],
  [
    "return costs one and leaves the rest unpaid",
    `(func (export "run") (drop (i32.const 1)) return (drop (i32.const 1)))`,
    [],
    3,
  ],
  [
    "memory.grow by 0 is charged as an instruction",
    `(memory 1) (func (export "run") (result i32) (memory.grow (i32.const 0)))`,
    [],
    2,
  ],
  [
    "memory.grow costs 100,000 and 200 a page",
    `(memory 1) (func (export "run") (result i32) (memory.grow (i32.const 3)))`,
    [],
    100_602,
  ],
  [
    "memory.grow above the room is not charged",
    `(memory 1) (func (export "run") (result i32) (memory.grow (i32.const 60000)))`,
    [],
    2,
  ],
  [
    "memory.fill costs 150 and one for 32 bytes",
    `(memory 1) (func (export "run") (memory.fill (i32.const 0) (i32.const 1) (i32.const 6400)))`,
    [],
    353,
  ],
  [
    "memory.copy costs 150 and one for 32 bytes",
    `(memory 1) (func (export "run") (memory.copy (i32.const 0) (i32.const 1) (i32.const 3200)))`,
    [],
    253,
  ],
  [
    "memory.init costs 20 and one for 32 bytes",
    `(memory 1) (data $d "abc") (func (export "run") (memory.init $d (i32.const 0) (i32.const 0) (i32.const 3)))`,
    [],
    23,
  ],
  [
    "table.set costs 50",
    `(table 4 externref) (func (export "run") (table.set (i32.const 0) (ref.null extern)))`,
    [],
    52,
  ],
  [
    "table.fill costs 50 and 40 an entry",
    `(table 4 externref) (func (export "run") (table.fill (i32.const 0) (ref.null extern) (i32.const 3)))`,
    [],
    173,
  ],
  [
    "table.copy costs 50 and 40 an entry",
    `(table 4 funcref) (func (export "run") (table.copy (i32.const 0) (i32.const 1) (i32.const 2)))`,
    [],
    133,
  ],
  [
    "table.init costs 50 and 40 an entry",
    `(table 4 funcref) (elem $e func $f) (func $f) (func (export "run") (table.init $e (i32.const 0) (i32.const 0) (i32.const 1)))`,
    [],
    93,
  ],
  [
    "table.grow costs 50 and 300 an entry",
    `(table 4 externref) (func (export "run") (result i32) (table.grow (ref.null extern) (i32.const 5)))`,
    [],
    1552,
  ],
  [
    "a throw costs 1,500; what follows it is not paid",
    `(tag $t) (func $f (throw $t) (drop (i32.const 1))) (func (export "run") (try (do (call $f) (drop (i32.const 1))) (catch $t nop)))`,
    [],
    1502,
  ],
  [
    "rethrow costs 1,500",
    `(tag $t) (func (export "run") (try (do (try (do (throw $t)) (catch $t (rethrow 0)))) (catch_all nop)))`,
    [],
    3000,
  ],
  [
    "delegate is free",
    `(tag $t) (func (export "run") (try $o (do (try (do (throw $t)) (delegate $o))) (catch_all (drop (i32.const 1)))))`,
    [],
    1502,
  ],
];

const imports = { env: { f: () => {} } };

describe("the table of programs and their fuel", () => {
  it.each(TABLE)("%s", (_name, fields, args, fuel) => {
    const bytes = assemble(`(module ${fields})`);
    for (const slice of [1, 3, 1000, 1 << 20]) {
      const run = start(bytes, { slice, imports });
      run.functions.run!(...args);
      expect(run.settle()).toBe(true);
      expect(run.used()).toBe(fuel);
    }
    // memory.grow above the room: the oracle knows no room.
    if (fuel === 2 && fields.includes("60000")) return;
    const oracle = startRaw(instrument(bytes), imports);
    (oracle as Functions).run!(...args);
    expect((oracle.oracle as WebAssembly.Global).value).toBe(BigInt(fuel));
  });

  it("counts the same with the limit just enough, and stops one unit below", () => {
    for (const [, fields, args, fuel] of TABLE) {
      if (fuel === 0) continue;
      const bytes = assemble(`(module ${fields})`);
      const enough = start(bytes, { limit: fuel, imports });
      enough.functions.run!(...args);
      expect(enough.settle()).toBe(true);
      const short = start(bytes, { limit: fuel - 1, imports });
      const result = outcome(() => short.functions.run!(...args));
      expect(result.startsWith("trap: unreachable") || !short.settle()).toBe(true);
    }
  });
});

describe("programs with all kinds of control flow", () => {
  const bytes = fixture("control.wat");
  const cases: [string, (number | bigint)[]][] = [
    ["nested", [5, 7]],
    ["recursive", [12]],
    ["switch", [0]],
    ["switch", [1]],
    ["switch", [2]],
    ["switch", [9]],
    ["loop-with-parameter", [9]],
    ["branch-out-of-loops", [6]],
    ["retry", [4]],
    ["rethrow-from-loop", [3]],
    ["delegate-from-loop", [3]],
    ["bulk", [100]],
    ["mutual", [11]],
    ["multi-value", [5]],
  ];
  it.each(cases)("%s %j: the result of the raw module, the fuel of the oracle", (name, args) => {
    const raw = (startRaw(bytes) as Functions)[name]!(...args);
    const oracle = startRaw(instrument(bytes));
    expect((oracle as Functions)[name]!(...args)).toEqual(raw);
    const cost = Number((oracle.oracle as WebAssembly.Global).value);
    expect(cost).toBeGreaterThan(0);
    for (const slice of [1, 777, 1 << 20]) {
      const run = start(bytes, { slice });
      expect(run.functions[name]!(...args)).toEqual(raw);
      expect(run.settle()).toBe(true);
      expect(run.used()).toBe(cost);
    }
  });
});

describe("the kernels", () => {
  const bytes = kernelModule();
  it.each(KERNELS)("%s(%i) gives the raw result, and the oracle's fuel cold, hot and in slices", (name, size) => {
    const raw = (startRaw(bytes) as Functions)[name]!(size);
    const oracle = startRaw(instrument(bytes));
    (oracle as Functions)[name]!(size);
    const cost = Number((oracle.oracle as WebAssembly.Global).value);
    const run = start(bytes);
    for (let times = 1; times <= 5; times++) {
      expect(run.functions[name]!(size)).toBe(raw);
      run.settle();
      expect(run.used()).toBe(cost * times);
    }
    const sliced = start(bytes, { slice: 777 });
    expect(sliced.functions[name]!(size)).toBe(raw);
    sliced.settle();
    expect(sliced.used()).toBe(cost);
    expect(sliced.refills()).toBeGreaterThan(cost / 777 / 100);
  });
});
