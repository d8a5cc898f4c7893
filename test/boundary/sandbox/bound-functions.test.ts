/** `Instance.function`: the short way in for numbers ends in everything that the long way ends in, with the same fuel. */
import { describe, expect, it } from "vitest";
import { rootImports } from "../component/support.ts";
import { failure, LIMITS, prepare, ROOT, run, start } from "./support.ts";

const component = await prepare(
  `(module
    (import "$root" "tick" (func $tick (param i32) (result i32)))
    (memory (export "memory") 1)
    (func (export "zero"))
    (func (export "one") (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))
    (func (export "two") (param i32 i64) (result i64) (i64.add (i64.extend_i32_u (local.get 0)) (local.get 1)))
    (func (export "three") (param f64 f64 i32) (result f64) (f64.add (local.get 0) (local.get 1)))
    (func (export "work") (param i32) (result i32)
      (loop $l (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
      (local.get 0))
    (func (export "spin") (loop $l (br $l)))
    (func (export "flood") (loop $l (drop (call $tick (i32.const 1))) (br $l)))
    (func (export "ask") (param i32) (result i32) (call $tick (local.get 0)))
    (func (export "hoard") (if (i32.eq (memory.grow (i32.const 1000)) (i32.const -1)) (then unreachable)))
    (func $deep (export "deep") (param i32) (result i32) (i32.add (call $deep (local.get 0)) (i32.const 1)))
    (func (export "trap") unreachable))`,
  `package test:bound; world test {
    import tick: func(n: u32) -> u32;
    export zero: func(); export one: func(n: u32) -> u32; export two: func(a: u32, b: u64) -> u64;
    export three: func(a: f64, b: f64, c: bool) -> f64; export work: func(n: u32) -> u32; export spin: func();
    export flood: func(); export ask: func(n: u32) -> u32; export hoard: func(); export deep: func(n: u32) -> u32; export trap: func();
  }`,
);

const begin = (tick: (n: number) => unknown = (n) => n, more = {}) =>
  start(component, { imports: rootImports({ tick }), ...more });

describe("a bound function", () => {
  it.each([
    ["zero", []],
    ["one", [41]],
    ["two", [1, 2n ** 40n]],
    ["three", [1.5, 2.25, true]],
    ["work", [100]],
    ["ask", [7]],
  ] as const)("%s gives the result and the fuel of an ordinary call, each time", async (name, args) => {
    const instance = await begin();
    const expected = run(instance, name, args);
    const fuel = instance.fuelUsed;
    const bound = instance.function(ROOT, name, LIMITS);
    for (let round = 0; round < 3; round++) {
      expect(bound(...args)).toBe(expected);
      expect(instance.fuelUsed).toBe(fuel);
      expect(run(instance, name, args)).toBe(expected);
      expect(instance.fuelUsed).toBe(fuel);
    }
  });

  it.each([
    ["spin", "fuel-exhausted"],
    ["flood", "fuel-exhausted"],
    ["hoard", "memory-limit"],
    ["deep", "stack-limit"],
    ["trap", "trap"],
  ])("%s ends in %s as an ordinary call does, with the same fuel and words", async (name, code) => {
    const args = name === "deep" ? [1] : [];
    const ordinary = await begin();
    const one = await failure(() => run(ordinary, name, args));
    const instance = await begin();
    const bound = instance.function(ROOT, name, LIMITS);
    const zero = instance.function(ROOT, "zero", LIMITS);
    zero();
    const two = await failure(() => bound(...args));
    expect([two.code, two.message]).toEqual([code, one.message]);
    expect(instance.fuelUsed).toBe(ordinary.fuelUsed);
    expect((await failure(() => zero())).message).toContain(`ended before with ${code}`);
  });

  it("is exhausted exactly when its cost exceeds its limit, with every slice", async () => {
    for (const fuelSlice of [undefined, 50, 777]) {
      const instance = await begin(undefined, { fuelSlice });
      run(instance, "work", [5_000]);
      const cost = instance.fuelUsed;
      for (const fuel of [cost, cost + 1, cost + 1_000])
        expect(instance.function(ROOT, "work", { ...LIMITS, fuel })(5_000)).toBe(0);
      expect(instance.fuelUsed).toBe(cost);
      expect((await failure(() => instance.function(ROOT, "work", { ...LIMITS, fuel: cost - 1 })(5_000))).code).toBe(
        "fuel-exhausted",
      );
    }
  });

  it("is late when the clock says so: in a loop, and in host calls", async () => {
    const endless = { fuel: Number.MAX_SAFE_INTEGER, timeoutMs: 100 };
    let now = 0;
    const looping = await begin(undefined, { now: () => now++ });
    expect((await failure(() => looping.function(ROOT, "spin", endless)())).code).toBe("deadline");
    now = 0;
    const tick = () => {
      now += 1;
      return 1;
    };
    const asking = await begin(tick, { now: () => now });
    expect((await failure(() => asking.function(ROOT, "flood", endless)())).code).toBe("deadline");
    expect(now).toBeLessThan(250);
  });

  it("cannot be entered from inside of a call, nor can anything else", async () => {
    const seen: string[] = [];
    const instance = await begin((n) => {
      for (const again of [() => one(1), () => run(instance, "one", [1])]) {
        try {
          again();
        } catch (error) {
          seen.push((error as Error).message);
        }
      }
      return n;
    });
    const one = instance.function(ROOT, "one", LIMITS);
    expect(instance.function(ROOT, "ask", LIMITS)(5)).toBe(5);
    expect(seen).toHaveLength(2);
    for (const message of seen) expect(message).toContain("cannot be re-entered");
    expect(one(1)).toBe(2);
  });

  it("refuses arguments of the wrong type before the guest is entered, and lives on", async () => {
    const instance = await begin();
    const one = instance.function(ROOT, "one", LIMITS);
    for (const wrong of [-1, 1.5, 2 ** 32, "1", undefined, null, Number.NaN, 1n])
      expect(() => one(wrong)).toThrow("is of the wrong type");
    expect(one(1)).toBe(2);
  });

  it("is not found where the component does not export it", async () => {
    const instance = await begin();
    expect((await failure(() => instance.function(ROOT, "none", LIMITS))).code).toBe("not-found");
    expect((await failure(() => instance.function("constructor", "constructor", LIMITS))).code).toBe("not-found");
  });
});
