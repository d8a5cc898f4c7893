/** Tail calls: no stack, exact fuel, and the fuel where the next one looks for it, whatever convention the callers have. */
import { describe, expect, it } from "vitest";
import { meterModule, RESERVED } from "../../../host/src/wasm/index.ts";
import { instrument } from "./oracle.ts";
import { assemble, type Functions, fixture, outcome, start, startRaw } from "./support.ts";

const TURNS = 10_000_000;
const bytes = fixture("tail-calls.wat");
const env = { double: (value: number) => value * 2 };

describe("a loop of tail calls", () => {
  it.each(["count-direct", "count-indirect", "count-mutual"])("%s makes 10^7 turns without a stack", (name) => {
    const { functions } = start(bytes, { imports: { env } });
    expect(functions[name]!(TURNS)).toBe(TURNS);
  });

  it.each(["direct", "indirect", "in a handler"])("%s takes no stack in functions with large frames either", (how) => {
    const next = `(i32.sub (local.get 0) (i32.const 1)) (i32.add (local.get 1) (i32.const 1))`;
    const step =
      how === "indirect"
        ? `(return_call_indirect (type $step) ${next} (i32.const 0))`
        : how === "direct"
          ? `(return_call $f ${next})`
          : `(try (do (throw $t)) (catch $t (return_call $f ${next})))`;
    const large = assemble(`(module (tag $t) (table funcref (elem $f)) (type $step (func (param i32 i32) (result i32)))
      (func $f (param i32 i32) (result i32) (local ${"i64 ".repeat(1000)})
        (if (i32.eqz (local.get 0)) (then (return (local.get 1))))
        ${step} unreachable)
      (func (export "run") (param i32) (result i32) (call $f (local.get 0) (i32.const 0))))`);
    const run = start(large, { slice: 777 });
    const room = run.ledger.stackRoom();
    expect(run.functions.run!(20_000)).toBe(20_000);
    expect(run.ledger.stackRoom()).toBe(room);
    const oracle = startRaw(instrument(large));
    (oracle as Functions).run!(20_000);
    run.settle();
    expect(BigInt(run.used())).toBe((oracle.oracle as WebAssembly.Global).value);
  });

  it("leaves no stack counted, in as many turns as would use it up", () => {
    const run = start(bytes, { imports: { env } });
    const room = run.ledger.stackRoom();
    for (const [name, turns] of [
      ["recursion-in-every-turn", 20_000],
      ["exception-in-every-turn", 20_000],
      ["count-mutual", 100_000],
      ["count-indirect", 100_000],
    ] as const) {
      run.functions[name]!(turns);
      expect(run.ledger.stackRoom(), name).toBe(room);
    }
    expect(room).toBeLessThan(20_000 * 16);
  });

  it.each(["spin-direct", "spin-indirect", "spin-mutual", "spin-in-try", "spin-through-import"])(
    "%s without end runs out of fuel, and is stopped exactly there",
    (name) => {
      const limit = 10_000_000;
      const run = start(bytes, { limit, imports: { env } });
      expect(outcome(() => run.functions[name]!())).toBe("trap: unreachable");
      expect(run.used()).toBeGreaterThanOrEqual(limit);
      expect(run.used()).toBeLessThan(limit + 4096);
    },
  );
});

describe("the fuel of tail calls", () => {
  const CASES: readonly (readonly [string, readonly (number | bigint)[]])[] = [
    ["count-direct", [1000]],
    ["count-indirect", [1000]],
    ["count-mutual", [1001]],
    ["sum-called", [50]],
    ["recursion-in-every-turn", [2000]],
    ["exception-in-every-turn", [300]],
    ["to-constant", [5]],
    ["to-import", [21]],
    ["to-wrapped", [9]],
    ["from-try", [3]],
    ["from-loop", [8]],
    ["many-parameters", [4]],
    ["vector", [6]],
  ];
  it.each(CASES)("%s %j: the result of the raw module, the fuel of the oracle", (name, args) => {
    const raw = (startRaw(bytes, { env }) as Functions)[name]!(...args);
    const oracle = startRaw(instrument(bytes), { env });
    expect((oracle as Functions)[name]!(...args)).toEqual(raw);
    const cost = Number((oracle.oracle as WebAssembly.Global).value);
    for (const slice of [1, 777, 1 << 20]) {
      const run = start(bytes, { slice, imports: { env } });
      expect(run.functions[name]!(...args)).toEqual(raw);
      expect(run.settle()).toBe(true);
      expect(run.used()).toBe(cost);
    }
    const enough = start(bytes, { limit: cost, slice: 50, imports: { env } });
    expect(enough.functions[name]!(...args)).toEqual(raw);
    expect(enough.settle()).toBe(true);
    const short = start(bytes, { limit: cost - 1, slice: 50, imports: { env } });
    const result = outcome(() => short.functions[name]!(...args));
    expect(result.startsWith("trap: unreachable") || !short.settle()).toBe(true);
  });

  it("calls an import with the fuel checked, so that a host sees no debt", () => {
    const wat = `(module (import "env" "f" (func $f)) (func (export "run") (drop (i32.const 1)) (return_call $f)))`;
    let seen = 0;
    const run = start(assemble(wat), { slice: 1, imports: { env: { f: () => (seen = run.ledger.fuel()) } } });
    run.functions.run!();
    expect(seen).toBeGreaterThanOrEqual(0);
  });

  it("goes from module to module, by name and through a table, without a stack and on one ledger", () => {
    const first = start(
      assemble(`(module
        (table (export "table") 2 2 funcref) (elem (i32.const 0) $run)
        (func $run (export "run") (param i32) (result i32)
          (if (i32.eqz (local.get 0)) (then (return (i32.const 7))))
          (return_call_indirect (param i32) (result i32) (i32.sub (local.get 0) (i32.const 1)) (i32.const 1))))`),
      { slice: 777 },
    );
    const second = meterModule(
      assemble(`(module
        (import "first" "table" (table 2 funcref)) (import "first" "run" (func $run (param i32) (result i32)))
        (elem (i32.const 1) $step)
        (func $step (param i32) (result i32)
          (if (i32.and (local.get 0) (i32.const 1)) (then (return_call $run (local.get 0))))
          (return_call_indirect (param i32) (result i32) (local.get 0) (i32.const 0))))`),
    );
    new WebAssembly.Instance(new WebAssembly.Module(second.bytes), {
      first: first.exports,
      [RESERVED]: { ...first.ledger.imports, refill: () => first.settle() },
    });
    const turns = 1_000_000;
    expect(first.functions.run!(turns)).toBe(7);
    first.settle();
    // run: get eqz if, get const sub const return_call_indirect; step: get const and if, get return_call of an import, or get const
    // return_call_indirect; at last get eqz if, const return.
    expect(first.used()).toBe(turns * (3 + 4 + 6) + turns * 4 + (turns / 2) * (1 + 23) + (turns / 2) * (2 + 6) + 5);
  });
});
