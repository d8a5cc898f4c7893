/** Tables that nothing gets into or out of: what is called through them carries the fuel. And tables that only seem to be so. */
import { describe, expect, it } from "vitest";
import { meterModule } from "../../../host/src/wasm/index.ts";
import { runApart } from "./apart.ts";
import { instrument } from "./oracle.ts";
import { assemble, type Functions, fixture, outcome, start, startRaw } from "./support.ts";

const bytes = fixture("closed-tables.wat");
const triple = (n: number) => 3 * n;
const imports = { host: { triple } };

describe("calls through a closed table", () => {
  it.each([
    ["entry", [4, 0], 19],
    ["entry", [4, 1], 16],
    ["entry", [4, 2], 35],
    ["entry", [4, 3], 19],
    ["entry", [4, 4], 519],
    ["entry", [4, 5], 16],
    ["entry", [4, 6], 35],
    ["entry", [4, 8], 22],
    ["entry", [40, 9], 7],
    ["exported", [0], 2],
    ["exported", [3], 8],
    ["catch", [6], 27],
    ["loop", [7], 614],
    ["shapes", [1], 8],
    ["shapes", [0], 11],
    ["init", [3], 72],
  ] as const)("%s(%o) is %i and costs what the oracle says, whatever the slices", (name, values, result) => {
    expect((startRaw(bytes, imports) as Functions)[name]!(...values)).toBe(result);
    const oracle = startRaw(instrument(bytes), imports);
    expect((oracle as Functions)[name]!(...values)).toBe(result);
    const cost = Number((oracle.oracle as WebAssembly.Global).value);
    for (const slice of [1, 2, 3, 50, 777, 1 << 20]) {
      const run = start(bytes, { slice, imports });
      const room = run.ledger.stackRoom();
      expect(run.functions[name]!(...values)).toBe(result);
      expect(run.settle()).toBe(true);
      expect(run.used()).toBe(cost);
      expect(run.ledger.stackRoom(), "the stack is as it was").toBe(room);
    }
    const short = start(bytes, { limit: cost - 1, slice: 3, imports });
    const ended = outcome(() => short.functions[name]!(...values));
    expect(ended.startsWith("trap: unreachable") || !short.settle()).toBe(true);
  });

  it("trap as they do raw: an empty entry, another type, and the type that the metered function has", () => {
    for (const name of ["null", "other-type", "forged"]) {
      const raw = outcome(() => (startRaw(bytes, imports) as Functions)[name]!(1));
      expect(raw).toMatch(/^trap/);
      expect(outcome(() => start(bytes, { imports }).functions[name]!(1))).toBe(raw);
    }
  });

  it("end in the stack limit when they go too deep", () => {
    const metered = meterModule(
      assemble(`(module (type $t (func (param i32) (result i32))) (table funcref (elem $f))
        (func $f (type $t) (i32.add (i32.const 1) (call_indirect (type $t) (local.get 0) (i32.const 0))))
        (func (export "run") (param i32) (result i32) (call_indirect (type $t) (local.get 0) (i32.const 0))))`),
    );
    const job = { metered, calls: [["run", [1]]] } as const;
    expect(runApart([{ ...job, limit: 1e9 }])[0]!).toMatchObject({
      outcome: "RuntimeError: unreachable",
      stackFailed: 1,
    });
  });

  it("show an import the fuel and the stack in use, and go on with what it left", () => {
    const seen: number[] = [];
    const run = start(bytes, {
      limit: 100_000,
      imports: {
        host: {
          triple: (n: number) => {
            seen.push(run.used(), run.ledger.stackRoom());
            run.ledger.charge(1000);
            return n;
          },
        },
      },
    });
    const room = run.ledger.stackRoom();
    run.functions.entry!(1, 0);
    expect(seen[0]).toBeGreaterThan(0);
    expect(seen[1]).toBeLessThan(room);
    expect(run.used()).toBeGreaterThan(1000 + seen[0]!);
    expect(run.ledger.stackRoom()).toBe(room);
  });
});

describe("a table is open, and its functions keep their types,", () => {
  const body = `(type $t (func (param i32) (result i32)))
    (func $f (type $t) (local i64) (if (local.get 0) (then (local.set 1 (i64.const 3)))) (i32.wrap_i64 (local.get 1)))
    (func (export "run") (type $t) (call_indirect (type $t) (local.get 0) (i32.const 0)))
    (elem (i32.const 0) $f)`;

  it.each([
    ["exported", `(table (export "t") 2 funcref) ${body}`],
    ["read", `(table 2 funcref) ${body} (func (export "get") (result funcref) (table.get (i32.const 0)))`],
    [
      "read where ref.func makes more of them",
      `(table 2 funcref) ${body} (elem declare func $f) (func (export "get") (result funcref) (ref.func $f))`,
    ],
    [
      "written",
      `(table 2 funcref) ${body} (func (export "set") (param funcref) (table.set (i32.const 0) (local.get 0)))`,
    ],
    [
      "grown",
      `(table 2 funcref) ${body} (func (export "grow") (param funcref) (result i32) (table.grow (local.get 0) (i32.const 1)))`,
    ],
    [
      "filled",
      `(table 2 funcref) ${body} (func (export "fill") (param funcref) (table.fill (i32.const 0) (local.get 0) (i32.const 1)))`,
    ],
    [
      "called by a tail call",
      `(table 2 funcref) ${body} (func (export "tail") (type $t) (return_call_indirect (type $t) (local.get 0) (i32.const 0)))`,
    ],
  ])("when it is %s", (_, wat) => {
    const { exports, functions } = start(assemble(`(module ${wat})`));
    expect(functions.run!(1)).toBe(3);
    const [reference] = [exports.t && (exports.t as WebAssembly.Table).get(0), functions.get?.()].filter(Boolean);
    if (reference !== undefined) expect((reference as (n: number) => unknown)(1)).toBe(3);
    // What was put in from outside has the type that the guest says.
    const foreign = startRaw(assemble(`(module (func (export "f") (param i32) (result i32) (i32.const 77)))`))
      .f as never;
    if (functions.set !== undefined) {
      functions.set(foreign);
      expect(functions.run!(1)).toBe(77);
    }
    if (functions.fill !== undefined) {
      functions.fill(foreign);
      expect(functions.run!(1)).toBe(77);
    }
    if (functions.grow !== undefined) expect(functions.grow(foreign)).toBe(2);
    if (functions.tail !== undefined) expect(functions.tail(1)).toBe(3);
  });

  it("when it is imported", () => {
    const table = new WebAssembly.Table({ element: "anyfunc", initial: 2 });
    const { functions } = start(assemble(`(module (import "m" "t" (table 2 funcref)) ${body})`), {
      imports: { m: { t: table } },
    });
    expect(functions.run!(1)).toBe(3);
    expect((table.get(0) as (n: number) => number)(1)).toBe(3);
  });

  it("when an element is an imported global's reference", () => {
    const f = startRaw(assemble(`(module (func (export "f") (param i32) (result i32) (i32.const 77)))`)).f;
    const global = new WebAssembly.Global({ value: "anyfunc" }, f as never);
    const { functions } = start(
      assemble(`(module (type $t (func (param i32) (result i32))) (import "m" "g" (global $g funcref))
        (table 2 funcref) (elem (i32.const 0) funcref (global.get 0))
        (func (export "run") (type $t) (call_indirect (type $t) (local.get 0) (i32.const 0))))`),
      { imports: { m: { g: global } } },
    );
    expect(functions.run!(1)).toBe(77);
  });
});
