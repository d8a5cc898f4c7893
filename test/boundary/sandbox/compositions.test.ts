/** Composed components in the real sandbox: all their parts share one fuel, one memory limit, one image, one death. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { decodeComponent } from "../../../host/src/component/index.ts";
import { prepareComponent } from "../../../host/src/sandbox/index.ts";
import { assembleComponent } from "../component/support.ts";
import { failure, LIMITS, run, start } from "./support.ts";

async function prepareText(wat: string) {
  const bytes = await assembleComponent(wat);
  return prepareComponent(bytes, decodeComponent(bytes));
}

/** Two instances of a component with the core function body \`body\`, and \`run\`, which calls both. */
const twins = (body: string) => `
  (component $c
    (core module $m (memory (export "m") 1) (global $g (mut i32) (i32.const 0))
      (func (export "f") (result i32) ${body}))
    (core instance $i (instantiate $m))
    (func (export "f") (result u32) (canon lift (core func $i "f"))))
  (instance $a (instantiate $c)) (instance $b (instantiate $c))
  (core func $a (canon lower (func $a "f"))) (core func $b (canon lower (func $b "f")))
  (core module $m
    (import "" "a" (func $a (result i32))) (import "" "b" (func $b (result i32)))
    (func (export "run") (result i32) (i32.add (i32.mul (i32.const 1000) (call $a)) (call $b)))
    (func (export "caught") (result i32) try (result i32) call $a catch_all i32.const 1 end))
  (core instance $m (instantiate $m (with "" (instance (export "a" (func $a)) (export "b" (func $b))))))
  (func (export "run") (result u32) (canon lift (core func $m "run")))
  (func (export "caught") (result u32) (canon lift (core func $m "caught")))`;

const COUNT = `(global.set $g (i32.add (global.get $g) (i32.const 1))) (global.get $g)`;
const SPIN = `(loop $l (br $l)) (i32.const 0)`;

describe("a composed component", () => {
  it("has its core modules metered once, and counts the fuel of all parts", async () => {
    const prepared = await prepareText(twins(COUNT));
    expect(prepared.modules).toHaveLength(2);
    const instance = await start(prepared);
    expect(run(instance, "run")).toBe(1001);
    const { fuelUsed } = instance;
    expect(run(instance, "run")).toBe(2002);
    expect(instance.fuelUsed).toBe(fuelUsed);
    // One unit less than it takes is not enough, wherever it runs out.
    const error = await failure(() => run(instance, "run", [], { fuel: fuelUsed - 1 }));
    expect(error.code).toBe("fuel-exhausted");
  });

  it("is stopped in an inner part, and the outer one cannot catch it", async () => {
    const prepared = await prepareText(twins(SPIN));
    for (const name of ["run", "caught"]) {
      const instance = await start(prepared);
      expect((await failure(() => run(instance, name))).code).toBe("fuel-exhausted");
      expect((await failure(() => run(instance, name))).message).toMatch(/ended before with fuel-exhausted/);
    }
  });

  it.each([
    ["a trap", `unreachable`, "trap"],
    ["an exception", `(throw $e)`, "trap"],
    ["endless recursion", `(call $again)`, "stack-limit"],
    ["memory that it is not given", `(drop (memory.grow (i32.const 60000))) (unreachable)`, "memory-limit"],
  ])("ends in the same code for %s inside of a part as outside of it", async (_what, body, code) => {
    const more = `(tag $e) (func $again (result i32) (i32.add (call $again) (i32.const 1)))`;
    const prepared = await prepareText(twins(body).replace(`(func (export "f")`, `${more} (func (export "f")`));
    for (const name of ["run", "caught"]) {
      const instance = await start(prepared, { limits: { ...LIMITS, fuel: 1_000_000_000 } });
      expect((await failure(() => run(instance, name, [], { fuel: 1_000_000_000 }))).code).toBe(code);
    }
  });

  it("has one memory limit for all parts", async () => {
    const body = `(loop $l (br_if $l (i32.ne (memory.grow (i32.const 1)) (i32.const -1)))) (memory.size)`;
    const instance = await start(await prepareText(twins(body)), { limits: { ...LIMITS, memoryBytes: 20 << 16 } });
    // The first takes all that is left; the second keeps its page.
    expect(run(instance, "run")).toBe(19_001);
    expect(instance.memoryBytes).toBe(20 << 16);
    const small = { limits: { ...LIMITS, memoryBytes: 1 << 16 } };
    const prepared = await prepareText(twins(COUNT));
    expect((await failure(() => start(prepared, small))).code).toBe("memory-limit");
  });

  it("starts from an image with the state of every part", async () => {
    const prepared = await prepareText(twins(COUNT));
    const warm = await start(prepared);
    run(warm, "run");
    const image = await warm.capture();
    expect(image.cores).toHaveLength(3);
    const [first, second] = [await start(prepared, { image }), await start(prepared, { image })];
    expect([run(first, "run"), run(second, "run"), run(warm, "run")]).toEqual([2002, 2002, 2002]);
    expect([first.fuelUsed, second.fuelUsed]).toEqual([warm.fuelUsed, warm.fuelUsed]);
  });

  it("made by wac gives the same for the same fuel, cold and warm", async () => {
    const bytes = readFileSync(new URL("../component/composed/composed.wasm", import.meta.url));
    const prepared = await prepareComponent(bytes, decodeComponent(bytes));
    const imports = new Map([["test:compose/host", { functions: new Map([["shout", (text: string) => text]]) }]]);
    const instance = await start(prepared, { imports });
    const bags = () => {
      const result = instance.call({
        interface: "test:compose/app",
        function: "bags",
        args: ["word"],
        fuel: LIMITS.fuel,
        timeoutMs: LIMITS.timeoutMs,
      });
      expect(result).toEqual([8, 2, 0]);
      return instance.fuelUsed;
    };
    const fuel = bags();
    for (let round = 0; round < 300; round++) expect(bags()).toBe(fuel);
  });
});
