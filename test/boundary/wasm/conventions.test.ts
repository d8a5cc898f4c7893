/** Functions that take the fuel as a parameter and give it back as a result: what they compute, what they cost, who they are. */
import { describe, expect, it } from "vitest";
import { meterModule } from "../../../host/src/wasm/index.ts";
import { runApart } from "./apart.ts";
import { instrument } from "./oracle.ts";
import { assemble, type Functions, fixture, outcome, start, startRaw } from "./support.ts";

const bytes = fixture("conventions.wat");

describe("functions that carry the fuel", () => {
  it.each([
    ["own-label", 1, 100],
    ["own-label", 2, 200],
    ["own-label", 3, 300],
    ["own-label", 4, 16],
    ["nothing", 0, 1],
    ["nothing", 1, 0],
    ["pair", 1, 6],
    ["pair", 0, 10],
    ["shared", 12, 233],
    ["constant", 5, 15],
    ["all", 2, 270],
    ["catch", 7, 24],
    ["delegate", 0, 9],
    ["delegate", 1, 4],
    ["chain", 30, 42],
    ["dead", 3, 3],
  ] as const)("%s(%i) is %i and costs what the oracle says, whatever the slices", (name, argument, result) => {
    expect((startRaw(bytes) as Functions)[name]!(argument)).toBe(result);
    const oracle = startRaw(instrument(bytes));
    expect((oracle as Functions)[name]!(argument)).toBe(result);
    const cost = Number((oracle.oracle as WebAssembly.Global).value);
    for (const slice of [1, 2, 3, 50, 777, 1 << 20]) {
      const run = start(bytes, { slice });
      expect(run.functions[name]!(argument)).toBe(result);
      expect(run.settle()).toBe(true);
      expect(run.used()).toBe(cost);
    }
    const short = start(bytes, { limit: cost - 1, slice: 3 });
    const ended = outcome(() => short.functions[name]!(argument));
    expect(ended.startsWith("trap: unreachable") || !short.settle()).toBe(true);
  });

  it("count the same when they are entered through a table, a global or an export", () => {
    const { exports, functions, settle, used } = start(bytes);
    const table = exports.table as WebAssembly.Table;
    expect(table.get(0)).toBe(exports.shared);
    expect((exports.reference as WebAssembly.Global).value).toBe(exports.shared);
    expect(table.get(1)).toBe(exports.constant);
    const before = used();
    (table.get(1) as (n: number) => number)(1);
    settle();
    const once = used() - before;
    functions.constant!(1);
    expect(used() - before).toBe(2 * once);
    expect(once).toBe(3);
  });

  it("keep the types of their exports", () => {
    const { exports } = meterModule(bytes);
    const shared = exports.find(({ name }) => name === "shared");
    expect(shared).toMatchObject({ kind: "function", type: { params: ["i32"], results: ["i32"] } });
    expect(start(bytes).functions.shared!(3)).toBe(3);
  });

  it("end in fuel or in the stack limit when two call each other for ever", () => {
    const job = { metered: meterModule(bytes), calls: [["circle", [1]]] } as const;
    const outcome = "RuntimeError: unreachable";
    expect(runApart([{ ...job, limit: 1_000 }])[0]!).toMatchObject({ outcome, stackFailed: 0 });
    expect(runApart([{ ...job, limit: 1e9 }])[0]!).toMatchObject({ outcome, stackFailed: 1 });
  });

  it("find their first local under an index that is longer than it need be", () => {
    const short = assemble(`(module (func $f (param i32) (result i32) (local f64 i32)
      (local.set 1 (f64.const 2)) (local.set 2 (local.get 0)) (br 0 (i32.trunc_f64_s (local.get 1))))
      (func (export "run") (result i32) (call $f (i32.const 1))))`);
    // local.get 1 → the same with the index 0x81 0x80 0x00; the body and the section are 2 bytes longer
    const at = short.findIndex((byte, i) => byte === 0x20 && short[i + 1] === 1 && short[i + 2] === 0xaa);
    const long = [...short.subarray(0, at), 0x20, 0x81, 0x80, 0, ...short.subarray(at + 2)];
    const code = short.findIndex((byte, i) => byte === 10 && short[i + 2] === 2 && i > 20);
    long[code + 1]! += 2;
    long[code + 3]! += 2;
    const bytes = Uint8Array.from(long);
    expect(WebAssembly.validate(bytes)).toBe(true);
    expect(start(bytes).functions.run!()).toBe(2);
  });

  it("are not reachable by what a guest names: an index that only the metered module has is refused", () => {
    const wat = (
      body: string,
    ) => `(module (func $f (param i32) (result i32) (drop (i32.div_u (i32.const 1) (local.get 0)))
      (if (local.get 0) (then nop)) (i32.const 1)) (func (export "run") (param i32) (result i32) ${body}))`;
    for (const body of [
      "(call $f (local.get 0) (i64.const 9))",
      "(call $f (local.get 0)) (i64.const 9)",
      "(call 3 (local.get 0))",
      "(local.get 1)",
    ]) {
      expect(() => meterModule(assemble(wat(body), { check: false }))).toThrow(/Cannot accept the core module/);
    }
    expect(() =>
      meterModule(
        assemble("(module (func $f (param i32) (drop (local.get 1))) (func (call $f (i32.const 1))))", {
          check: false,
        }),
      ),
    ).toThrow(/Cannot accept/);
  });
});
