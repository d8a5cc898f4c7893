/** Indices shift because imports come first; every place where one stands must follow. */
import { describe, expect, it } from "vitest";
import { globalExport, meterModule, RESERVED, START_EXPORT } from "../../../host/src/wasm/index.ts";
import { assemble, type Functions, fixture, outcome, start, startRaw } from "./support.ts";

const bytes = fixture("indices.wat");

function imports() {
  return {
    env: {
      ten: () => 10,
      base: 3,
      counter: new WebAssembly.Global({ value: "i32", mutable: true }, 1),
      table: new WebAssembly.Table({ element: "anyfunc", initial: 10 }),
    },
  };
}

const CALLS: readonly (readonly [string, readonly number[]])[] = [
  ["direct", []],
  ["shared", [3]],
  ["shared", [4]],
  ["shared", [5]],
  ["indirect", [0]],
  ["indirect", [1]],
  ["indirect", [2]],
  ["globals", []],
  ["globals", []],
  ["initialize", []],
  ["indirect", [0]],
  ["indirect", [1]],
  ["indirect", [2]],
  ["indirect", [3]],
  ["indirect", [4]],
  ["indirect", [5]],
  ["indirect", [6]],
  ["data", [3]],
  ["data", [6]],
  ["loop-result", [100]],
  ["two", []],
  ["ten", []],
  ["re-exported", []],
];

function callAll(exports: WebAssembly.Exports): string[] {
  return CALLS.map(([name, args]) => outcome(() => (exports as Functions)[name]!(...args)));
}

describe("a module that uses every index space", () => {
  it("does what the raw one does", () => {
    const raw = startRaw(bytes, imports());
    const metered = start(bytes, { imports: imports() });
    metered.functions[START_EXPORT]!();
    expect(callAll(metered.exports)).toEqual(callAll(raw));
    expect((metered.exports.own as WebAssembly.Global).value).toBe((raw.own as WebAssembly.Global).value);
    expect((metered.exports.counter as WebAssembly.Global).value).toBe((raw.counter as WebAssembly.Global).value);
    const reference = (metered.exports.reference as WebAssembly.Global).value as () => number;
    expect(reference()).toBe(2);
    expect((metered.functions["reference-to"]!() as () => number)()).toBe(4);
    expect(((metered.exports.table as WebAssembly.Table).get(5) as () => number)()).toBe(4);
  });

  it("runs its start function only when the host calls it", () => {
    const given = imports();
    const { functions, metered } = start(bytes, { imports: given });
    expect(given.env.counter.value).toBe(1);
    expect(metered.hasStart).toBe(true);
    functions[START_EXPORT]!();
    expect(given.env.counter.value).toBe(101);
  });

  it("exports its own mutable globals by their original index", () => {
    const { metered, exports } = start(bytes, { imports: imports() });
    expect(metered.globals).toEqual([
      { name: globalExport(3), type: "i64" },
      { name: globalExport(4), type: "f32" },
    ]);
    expect((exports[globalExport(3)] as WebAssembly.Global).value).toBe(7n);
    expect((exports[globalExport(4)] as WebAssembly.Global).value).toBe(1.5);
  });
});

describe("two modules that share a ledger and a memory", () => {
  it("pay from one account, and grow into one room", () => {
    const owner = start(
      assemble(`(module (memory (export "memory") 1) (func (export "grow") (result i32) (memory.grow (i32.const 2))))`),
      { memoryRoom: 3 },
    );
    const metered = meterModule(
      assemble(`(module (import "owner" "memory" (memory 1)) (import "owner" "grow" (func $grow (result i32)))
        (func (export "run") (result i32) (drop (call $grow)) (memory.grow (i32.const 2))))`),
    );
    expect(metered.importsMemory).toBe(true);
    const instance = new WebAssembly.Instance(new WebAssembly.Module(metered.bytes), {
      owner: owner.exports,
      [RESERVED]: { ...owner.ledger.imports, refill: () => owner.ledger.setFuel(1e9) },
    });
    owner.ledger.setFuel(1e9);
    expect((instance.exports as Functions).run!()).toBe(-1);
    expect(owner.ledger.growFailed()).toBe(true);
    expect(owner.ledger.memoryRoom()).toBe(1);
    // call of an import 22, drop 1, const 1, grow 1; in the owner: const 1, grow 1, and the grow of two pages
    expect(1e9 - owner.ledger.fuel()).toBe(25 + 2 + 100_400);
  });
});
