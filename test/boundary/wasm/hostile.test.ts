/** Modules that mean harm, each in a process of its own with a time limit, and what each ends in. */
import { describe, expect, it } from "vitest";
import { meterModule } from "../../../host/src/wasm/index.ts";
import { type ApartResult, type Call, runApart } from "./apart.ts";
import { HEADER, lebOf } from "./bytes.ts";
import { assemble, fixture } from "./support.ts";

function run(bytes: Uint8Array, limit: number, calls?: readonly Call[]): ApartResult {
  return runApart([{ metered: meterModule(bytes), limit, ...(calls && { calls }) }])[0]!;
}

/** By the fuel or, when that is noted, by the stack. */
const STOPPED = "RuntimeError: unreachable";
const OUT_OF_FUEL = STOPPED;
const MILLIONS = 50_000_000;
/** More than the longest unchecked path, a call and a throw. */
const OVERRUN = 2 * 4096 + 2000;

describe("what runs for ever is stopped when its fuel is used up", () => {
  it.each([
    "loop",
    "loop-in-start",
    "loop-in-catch-all",
    "loop-with-call-in-catch-all",
    "throw-and-retry",
    "throw-to-loop",
    "memory-grow-loop",
    "memory-grow-zero-loop",
    "table-grow-loop",
    "host-call-flood",
  ])("%s", (name) => {
    const { outcome, used } = run(fixture(`hostile/${name}.wat`), MILLIONS);
    expect(outcome).toBe(OUT_OF_FUEL);
    expect(used).toBeGreaterThan(MILLIONS);
    // What a guard would have cost is charged though it did not run.
    expect(used).toBeLessThan(MILLIONS + OVERRUN + 300_000);
  });

  it("recursion ends in the stack limit, or in fuel, whichever comes first", () => {
    const bytes = fixture("hostile/recursion.wat");
    expect(run(bytes, MILLIONS)).toMatchObject({ outcome: STOPPED, stackFailed: 1 });
    expect(run(bytes, 1000)).toMatchObject({ outcome: STOPPED, stackFailed: 0 });
  });

  it("endless recursion with a handler in every frame cannot catch the stack limit", () => {
    const wat = `(module (func $f (export "run") (try (do (call $f)) (catch_all)) (call $f)))`;
    expect(run(assemble(wat), MILLIONS)).toMatchObject({ outcome: STOPPED, stackFailed: 1 });
  });

  it("a loop at any depth, also where the host's refill has no stack left, ends in fuel or in the stack limit", () => {
    const metered = meterModule(fixture("hostile/loop-near-stack-limit.wat"));
    // On x64 the stack of the baseline compiler's code ends in this range.
    const depths = Array.from({ length: 3_000 }, (_, i) => 12_500 + i);
    const jobs = depths.map((depth) => ({ metered, limit: 200_000, calls: [["run", [depth]]] as const }));
    const outcomes = new Set(runApart(jobs, 60_000, ["--liftoff-only"]).map((result) => result.outcome));
    outcomes.delete("RangeError: Maximum call stack size exceeded");
    expect([...outcomes]).toEqual([OUT_OF_FUEL]);
  });

  it("2^60 calls with a handler in every frame end in fuel", () => {
    expect(run(fixture("hostile/catch-recursion.wat"), MILLIONS, [["run", [60]]]).outcome).toBe(OUT_OF_FUEL);
  });
});

describe("what costs much is paid for before it happens", () => {
  it("a fill of 100 MB does not start when its fuel is missing", () => {
    const bytes = fixture("hostile/memory-fill.wat");
    const short = run(bytes, 3_000_000);
    expect(short).toMatchObject({ outcome: OUT_OF_FUEL, first: 0 });
    expect(run(bytes, 4_000_000)).toMatchObject({ outcome: "returned undefined", first: 255, used: 3_276_953 });
  });

  it.each(["memory-fill-loop", "table-fill-loop"])(
    "%s: a loop around it stops as soon as the next turn is not paid",
    (name) => {
      expect(run(fixture(`hostile/${name}.wat`), MILLIONS).outcome).toBe(OUT_OF_FUEL);
    },
  );

  it("a start function pays like any other", () => {
    expect(run(fixture("hostile/start-fill.wat"), 1000)).toMatchObject({ outcome: OUT_OF_FUEL, first: 0 });
  });

  it("memory stops at its room, whatever is asked for", () => {
    const result = run(fixture("hostile/memory-grow-loop.wat"), MILLIONS);
    expect(result).toMatchObject({ pages: 101, growFailed: 1 });
  });

  it("no import is called in debt", () => {
    const { hostCalls } = run(fixture("hostile/host-call-flood.wat"), 1000);
    // A turn costs 23: br 1, call 22.
    expect(hostCalls).toBe(Math.floor((1000 - 22) / 23) + 1);
  });
});

describe("what has no loop cannot run for long unchecked", () => {
  it("a straight-line caller of straight-line callers of a long leaf: 10^10 instructions", () => {
    const times = (text: string, count: number) => new Array(count).fill(text).join(" ");
    const wat = `(module (global $g (mut i32) (i32.const 0))
      (func $leaf ${times("(global.set $g (i32.add (global.get $g) (i32.const 1)))", 250)})
      (func $a ${times("(call $leaf)", 1000)})
      (func $b ${times("(call $a)", 1000)})
      (func (export "run") ${times("(call $b)", 1000)}))`;
    const { outcome, used } = run(assemble(wat), 50_000);
    expect(outcome).toBe(OUT_OF_FUEL);
    expect(used).toBeLessThan(50_000 + OVERRUN);
  });

  it("indirect calls of short leaves", () => {
    const times = (text: string, count: number) => new Array(count).fill(text).join(" ");
    const wat = `(module (table funcref (elem $leaf $long)) (global $g (mut i32) (i32.const 0))
      (func $leaf ${times("(global.set $g (i32.const 1))", 20)})
      (func $long ${times("(global.set $g (i32.const 1))", 500)})
      (func $a ${times("(call_indirect (i32.const 0)) (call_indirect (i32.const 1))", 1000)})
      (func (export "run") ${times("(call $a)", 10_000)}))`;
    const { outcome, used } = run(assemble(wat), 50_000);
    expect(outcome).toBe(OUT_OF_FUEL);
    expect(used).toBeLessThan(50_000 + OVERRUN);
  });

  it("one body of 2,000,000 instructions, with and without branches", () => {
    // br_if over two instructions, again and again; no loop.
    const turn = [0x02, 0x40, 0x20, 0, 0x0d, 0, 0x41, 1, 0x21, 0, 0x0b];
    const bytes = oneFunction(new Array(60_000).fill(turn).flat());
    const { outcome, used } = run(bytes, 20_000);
    expect(outcome).toBe(OUT_OF_FUEL);
    expect(used).toBeLessThan(20_000 + OVERRUN);
    const straight = oneFunction(new Array(400_000).fill([0x20, 0, 0x41, 1, 0x6a, 0x21, 0]).flat());
    expect(run(straight, 20_000)).toMatchObject({ outcome: OUT_OF_FUEL, used: 1_600_000 });
  });
});

/** A module with `f: (i32) → ()` of this code. */
function oneFunction(code: readonly number[]): Uint8Array {
  const head = [...HEADER, 1, 5, 1, 0x60, 1, 0x7f, 0, 3, 2, 1, 0, 7, 5, 1, 1, 0x66, 0, 0];
  const body = lebOf(code.length + 2);
  const section = lebOf(code.length + 3 + body.length);
  return Uint8Array.from([...head, 10, ...section, 1, ...body, 0, ...code, 0x0b]);
}

describe("V8's compiler is not blocked by what the caps let through", () => {
  const times = (count: number, ...code: number[]) => new Array(count).fill(code).flat();
  it.each([
    [
      "values on the operand stack under ifs",
      [...times(1_000, 0x41, 0), ...times(950, 0x41, 0, 0x04, 0x40, 0x0b), ...times(1_000, 0x1a)],
    ],
    ["loops", times(1_000, 0x03, 0x40, 0x20, 0, 0x41, 1, 0x6b, 0x22, 0, 0x41, 0, 0x4a, 0x0d, 0, 0x0b)],
    ["nested loops", [...times(1_000, 0x03, 0x40), 0x20, 0, 0x1a, ...times(1_000, 0x0b)]],
    ["nested blocks", [...times(9_999, 0x02, 0x40), 0x20, 0, 0x0d, 0xf0, 0x20, ...times(9_999, 0x0b)]],
  ])("%s", (_name, code) => {
    expect(run(oneFunction(code), MILLIONS).outcome).toBe("returned undefined");
  });
});
