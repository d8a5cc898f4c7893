/**
 * Small programs under random limits of fuel and memory: the answer is right or the error is that of the limit, the fuel of a
 * success is always the same, and more of everything never turns a success into a failure.
 */
import assert from "node:assert/strict";
import { PluginError } from "../../../host/src/errors.ts";
import { run as call, LIMITS, prepare, start } from "../../boundary/sandbox/support.ts";
import { one, picker } from "../support.ts";

export const name = "limits";

const PAGE = 65_536;
const prepared = await prepare(
  `(module
    (memory (export "memory") 1)
    (global $next (mut i32) (i32.const 1024))
    (func $alloc (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (local $at i32)
      (local.set $at (global.get $next))
      (global.set $next (i32.and (i32.add (i32.add (local.get $at) (local.get 3)) (i32.const 15)) (i32.const -16)))
      (block $fits (loop $grow
        (br_if $fits (i32.le_u (global.get $next) (i32.mul (memory.size) (i32.const 65536))))
        (if (i32.eq (memory.grow (i32.const 1)) (i32.const -1)) (then unreachable))
        (br $grow)))
      (local.get $at))
    (func (export "count") (param $n i32) (result i32) (local $i i32) (local $sum i32)
      (loop $again
        (local.set $sum (i32.add (local.get $sum) (local.get $i)))
        (br_if $again (i32.le_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))
      (local.get $sum))
    (func $fib (export "fib") (param $n i32) (result i32)
      (if (result i32) (i32.lt_u (local.get $n) (i32.const 2)) (then (local.get $n))
        (else (i32.add (call $fib (i32.sub (local.get $n) (i32.const 1))) (call $fib (i32.sub (local.get $n) (i32.const 2)))))))
    (func (export "fill") (param $pages i32) (result i32)
      (if (i32.eq (memory.grow (local.get $pages)) (i32.const -1)) (then unreachable))
      (memory.fill (i32.const 65536) (i32.const 7) (i32.mul (local.get $pages) (i32.const 65536)))
      (i32.load8_u (i32.sub (i32.mul (memory.size) (i32.const 65536)) (i32.const 1))))
    (func (export "length") (param $at i32) (param $length i32) (result i32) (local.get $length)))`,
  `package test:t; world test {
    export count: func(n: u32) -> u32; export fib: func(n: u32) -> u32;
    export fill: func(pages: u32) -> u32; export length: func(text: string) -> u32; }`,
);

interface Program {
  readonly function: string;
  readonly argument: number | string;
  readonly answer: number;
}

/** Fuel of every program that has succeeded, under whatever limits. */
const costs = new Map<string, number>();

export function input(seed: number): string {
  return JSON.stringify(caseOf(seed));
}

export async function run(seed: number): Promise<void> {
  const { program, fuel, pages, slice } = caseOf(seed);
  const first = await attempt(program, fuel, pages, slice);
  const key = JSON.stringify(program);
  if (first.used === undefined) {
    if (first.code === "fuel-exhausted") {
      const cost = costs.get(key);
      assert(cost === undefined || cost > fuel, `stopped with ${fuel} units; it needs ${cost}`);
    }
    return;
  }
  const cost = costs.get(key) ?? first.used;
  costs.set(key, cost);
  assert.equal(first.used, cost, "the fuel of a success is always the same");
  assert((await attempt(program, fuel + 1, pages + 1, slice + 1)).used === cost, "more of everything is enough");
  assert((await attempt(program, cost, pages, slice)).used === cost, "just enough fuel is enough");
  assert.equal((await attempt(program, cost - 1, pages, slice)).code, "fuel-exhausted", "a unit less is too little");
}

async function attempt(program: Program, fuel: number, pages: number, fuelSlice: number) {
  const limits = { ...LIMITS, fuel, memoryBytes: pages * PAGE };
  try {
    // The start is given all the fuel that it wants: here it is the call that is measured.
    const instance = await start(prepared, { limits: { ...limits, fuel: LIMITS.fuel }, fuelSlice });
    const answer = call(instance, program.function, [program.argument], limits);
    assert.equal(answer, program.answer);
    assert(instance.memoryBytes <= pages * PAGE);
    assert(instance.fuelUsed <= fuel);
    return { used: instance.fuelUsed, code: undefined };
  } catch (error) {
    if (!(error instanceof PluginError) || !["fuel-exhausted", "memory-limit"].includes(error.code)) throw error;
    return { used: undefined, code: error.code };
  }
}

function caseOf(seed: number): { program: Program; fuel: number; pages: number; slice: number } {
  const pick = picker(seed, 0x6c69);
  const fuel = one(pick, [pick(50), pick(1000), pick(100_000), pick(3_000_000)]);
  return {
    program: programOf(pick),
    fuel,
    pages: pick(40),
    slice: 1 + one(pick, [pick(10), pick(5000), pick(1 << 20)]),
  };
}

function programOf(pick: ReturnType<typeof picker>): Program {
  const n = pick(12);
  switch (pick(4)) {
    case 0:
      return { function: "count", argument: n * 900, answer: (n * 900 * (n * 900 + 1)) / 2 };
    case 1:
      return { function: "fib", argument: n, answer: [0, 1, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89][n]! };
    case 2:
      return { function: "fill", argument: 1 + n, answer: 7 };
    default: {
      const length = n * 20_000;
      return { function: "length", argument: "x".repeat(length), answer: length };
    }
  }
}
