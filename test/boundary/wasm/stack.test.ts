/**
 * Recursion ends at the same depth everywhere, with room to spare for the host: hostile shapes of frames in both of V8's compilers, on a stack that
 * is only a little larger than the budget. Each module counts its depth in its memory, of which the digest is compared.
 */
import { describe, expect, it } from "vitest";
import { meterModule } from "../../../host/src/wasm/index.ts";
import { type ApartResult, type Job, runApart } from "./apart.ts";
import { assemble } from "./support.ts";

const LIMIT = 1_000_000_000;
const STOPPED = { outcome: "RuntimeError: unreachable", stackFailed: 1 };
/** What V8 gives to a Web Worker is 500 KiB, the least of all: 200 KiB of it are the host's. */
const STACK = "--stack-size=300";
const TIERS = [["--liftoff-only"], ["--no-liftoff"], []];

const times = (count: number, text: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => text(i)).join(" ");
const DEEPER = "(i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.const 1)))";
const loads = (type: string, count: number) => times(count, (i) => `(${type}.load (i32.const ${8 * i + 8}))`);
const set = (type: string, count: number) =>
  times(count, (i) => `(local.set ${i} (${type}.load (i32.const ${8 * i + 8})))`);
const keep = (type: string, count: number) =>
  times(count, (i) => `(${type}.store (i32.const ${8 * i + 8}) (local.get ${i}))`);
const get = (count: number) => times(count, (i) => `(local.get ${i})`);

function withLocals(type: string, count: number): string {
  const locals = `(local ${times(count, () => type)})`;
  return `(func $f (export "run") ${locals} ${DEEPER} ${set(type, count)} (call $f) ${keep(type, count)})`;
}
function withParams(type: string, count: number): string {
  return `(func $f (param ${times(count, () => type)}) ${DEEPER} (call $f ${get(count)}) ${keep(type, count)})
    (func (export "run") (call $f ${loads(type, count)}))`;
}
function withResults(type: string, count: number): string {
  return `(func $f (result ${times(count, () => type)}) ${DEEPER} (call $f)) (func (export "run") (call $f) ${times(count, () => "drop")})`;
}

const SHAPES: Record<string, string> = {
  nothing: `(func $f (export "run") ${DEEPER} (call $f))`,
  "10 i32 locals": withLocals("i32", 10),
  "100 i32 locals": withLocals("i32", 100),
  "100 i64 locals": withLocals("i64", 100),
  "100 f64 locals": withLocals("f64", 100),
  "100 v128 locals": withLocals("v128", 100),
  "1,000 locals": withLocals("i64", 1000),
  "10,000 locals": `(func $f (export "run") (local ${times(10_000, () => "i64")}) ${DEEPER} (call $f))`,
  "49,000 locals": `(func $f (export "run") (local ${times(49_000, () => "i64")}) ${DEEPER} (call $f))`,
  "1 parameter": withParams("i32", 1),
  "7 parameters": withParams("i32", 7),
  "31 parameters": withParams("i64", 31),
  "100 parameters": withParams("i64", 100),
  "31 v128 parameters": withParams("v128", 31),
  "100 v128 parameters": withParams("v128", 100),
  "3 results": withResults("i32", 3),
  "100 results": withResults("i64", 100),
  "100 v128 results": withResults("v128", 100),
  "200 operands": `(func $f (export "run") (local i32) ${DEEPER} ${loads("i32", 200)} (call $f)
    ${times(200, (i) => `(local.set 0) (i32.store (i32.const ${i * 4 + 8}) (local.get 0))`)})`,
  "200 v128 operands": `(func $f (export "run") (local v128) ${DEEPER} ${loads("v128", 200)} (call $f)
    ${times(200, (i) => `(local.set 0) (v128.store (i32.const ${i * 4 + 8}) (local.get 0))`)})`,
  "40 operands in nested blocks": `(func $f (export "run") (local i64) ${DEEPER}
    ${times(40, (i) => `i32.const ${8 * i + 8} i64.load block (result i64)`)} call $f i64.const 1
    ${times(40, () => "end i64.add")} local.set 0)`,
  "two functions": `(func $f (export "run") ${DEEPER} (call $g)) (func $g (local i64 i64) ${DEEPER} ${set("i64", 2)} (call $f) ${keep("i64", 2)})`,
  "a long cycle": times(
    40,
    (i) =>
      `(func $f${i} ${i === 0 ? '(export "run")' : ""} (param i32) ${DEEPER} (call $f${(i + 1) % 40} (local.get 0)))`,
  ),
  "a table": `(type $t (func (param i64 f64))) (table funcref (elem $f))
    (func $f (type $t) ${DEEPER} (call_indirect (type $t) (local.get 0) (local.get 1) (i32.const 0)))
    (func (export "run") (call_indirect (type $t) (i64.const 1) (f64.const 2) (i32.const 0)))`,
  "a table, into functions that are called by name too": `(type $t (func (param ${times(30, () => "v128")})))
    (table funcref (elem $f)) (func $f (type $t) ${DEEPER} (call_indirect (type $t) ${get(30)} (i32.const 0)))
    (func $g (call $f ${times(30, () => "(v128.const i64x2 1 2)")})) (func (export "run") (call $g))`,
  guards: `(func $f (export "run") ${DEEPER} (memory.fill (i32.const 8) (i32.const 1) (i32.const 64))
    (drop (memory.grow (i32.const 0))) (call $f))`,
  handlers: `(tag $t) (func $f (export "run") (local i64 i64) ${DEEPER} ${set("i64", 2)}
    (try (do (call $f)) (catch_all (call $f))) ${keep("i64", 2)})`,
  "handlers that throw": `(tag $t) (func $f (export "run") ${DEEPER} (try (do (throw $t)) (catch $t (call $f))))`,
  "tail calls between calls":
    `(func $f (export "run") (local i64 i64 i64) ${DEEPER} ${set("i64", 3)} (call $g) ${keep("i64", 3)})
    (func $g (param i64) (return_call $h)) (func $h (local i64 i64 i64 i64 i64) ${set("i64", 5)} (call $f) ${keep("i64", 5)})`.replace(
      "(call $g)",
      "(call $g (i64.const 1))",
    ),
  "a deep leaf below": `(func $f (export "run") ${DEEPER} (call $leaf) (call $f))
    (func $leaf (local ${times(400, () => "i64")}) (loop) ${set("i64", 400)} ${keep("i64", 400)})`,
  "a bottomless leaf below": `(func $f (export "run") ${DEEPER} (call $leaf) (call $f))
    (func $leaf (local ${times(20_000, () => "i64")}) (loop) ${set("i64", 40)} (drop (local.get 19000)) ${keep("i64", 40)})`,
};

const module_ = (fields: string) => assemble(`(module (memory (export "memory") 1) ${fields})`);

function run(jobs: readonly Job[], flags: readonly string[]): readonly ApartResult[] {
  return runApart(jobs, 120_000, [STACK, ...flags]);
}

describe("endless recursion through frames with", () => {
  const names = Object.keys(SHAPES);
  const jobs = names.map(
    (name): Job => ({
      metered: meterModule(module_(SHAPES[name]!)),
      limit: LIMIT,
      calls: [["run", parametersOf(SHAPES[name]!)]],
    }),
  );
  const [baseline, optimized, both] = TIERS.map((flags) => run(jobs, flags)) as [
    ApartResult[],
    ApartResult[],
    ApartResult[],
  ];

  it.each(names.map((name, i) => [name, i] as const))(
    "%s ends in the stack limit, at the same depth and fuel in every tier",
    (_name, i) => {
      expect(baseline[i]).toMatchObject(STOPPED);
      expect(optimized[i]).toEqual(baseline[i]);
      expect(both[i]).toEqual(baseline[i]);
    },
  );
});

function parametersOf(wat: string): readonly number[] {
  return /export "run"\) \(param i32\)/.test(wat) ? [1] : [];
}
