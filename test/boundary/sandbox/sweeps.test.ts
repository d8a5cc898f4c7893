/**
 * Limits are tested small: stepped up a page, a slice or a unit at a time until a program succeeds. No step crashes or answers wrongly, none
 * that comes after a success fails, and a success always has the same fuel.
 */
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { createNodeHost, type NodeHost, type Plugin, PluginError } from "../../../host/src/index.ts";
import type { PreparedComponent } from "../../../host/src/sandbox/index.ts";
import { LIMITS, prepare, run, start } from "./support.ts";

const PAGE = 65_536;

interface Ending {
  readonly code: string | undefined;
  readonly answer: unknown;
  readonly used: number;
}

function failed(error: unknown): Ending {
  if (error instanceof PluginError) return { code: error.code, answer: undefined, used: 0 };
  throw error;
}

/** What came of every step is a failure with this code until the first success, and then always that success. */
function expectThreshold(endings: readonly Ending[], code: string, success: Omit<Ending, "code">): void {
  const first = endings.findIndex((ending) => ending.code === undefined);
  expect(first).toBeGreaterThan(0);
  expect(first).toBeLessThan(endings.length - 1);
  for (const [step, ending] of endings.entries()) {
    if (step < first) expect(ending.code, `step ${step}`).toBe(code);
    else expect(ending, `step ${step}`).toEqual({ code: undefined, ...success });
  }
}

describe("a small component", () => {
  const wit = `package test:t; world test {
    import note: func(text: string);
    export fill: func(pages: u32) -> u32;
    export tell: func(text: string, times: u32) -> u32; }`;
  const wat = `(module
    (import "$root" "note" (func $note (param i32 i32)))
    (memory (export "memory") 1)
    (global $next (mut i32) (i32.const 1024))
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (local $at i32)
      (local.set $at (global.get $next))
      (global.set $next (i32.add (local.get $at) (local.get 3)))
      (block $fits (loop $grow
        (br_if $fits (i32.le_u (global.get $next) (i32.mul (memory.size) (i32.const 65536))))
        (if (i32.eq (memory.grow (i32.const 1)) (i32.const -1)) (then unreachable))
        (br $grow)))
      (local.get $at))
    (func (export "fill") (param $pages i32) (result i32)
      (if (i32.eq (memory.grow (local.get $pages)) (i32.const -1)) (then unreachable))
      (memory.fill (i32.const 65536) (i32.const 7) (i32.mul (local.get $pages) (i32.const 65536)))
      (i32.load8_u (i32.sub (i32.mul (memory.size) (i32.const 65536)) (i32.const 1))))
    (func (export "tell") (param $at i32) (param $length i32) (param $times i32) (result i32)
      (loop $again
        (call $note (local.get $at) (local.get $length))
        (br_if $again (local.tee $times (i32.sub (local.get $times) (i32.const 1)))))
      (local.get $length)))`;
  let prepared: PreparedComponent;
  beforeAll(async () => {
    prepared = await prepare(wat, wit);
  });
  const imports = new Map([["", { functions: new Map([["note", () => undefined]]) }]]);
  const TEXT = "x".repeat(500);

  async function attempt(
    name: string,
    args: readonly unknown[],
    limits: Partial<typeof LIMITS>,
    fuelSlice?: number,
  ): Promise<Ending> {
    try {
      // The start has all the fuel that it wants: the call is what is swept.
      const all = { ...LIMITS, ...limits, fuel: LIMITS.fuel };
      const slices = fuelSlice === undefined ? {} : { fuelSlice };
      const instance = await start(prepared, { imports, limits: all, ...slices });
      const answer = run(instance, name, args, limits);
      return { code: undefined, answer, used: instance.fuelUsed };
    } catch (error) {
      return failed(error);
    }
  }

  it.each([
    ["fill", [12], 7],
    ["tell", ["y".repeat(300_000), 1], 300_000],
  ])("%s: memory, page by page", async (name, args, answer) => {
    const endings: Ending[] = [];
    for (let pages = 0; pages < 24; pages++) endings.push(await attempt(name, args, { memoryBytes: pages * PAGE }));
    const { used } = await attempt(name, args, {});
    expectThreshold(endings, "memory-limit", { answer, used });
  });

  it("a page that is not whole does not count", async () => {
    const enough = 13 * PAGE;
    expect((await attempt("fill", [12], { memoryBytes: enough })).code).toBeUndefined();
    for (const less of [1, PAGE - 1]) {
      expect((await attempt("fill", [12], { memoryBytes: enough - less })).code).toBe("memory-limit");
    }
  });

  it.each([
    ["fill", [1], 7],
    ["tell", [TEXT, 3], 500],
  ])("%s: fuel, unit by unit, whatever the slices", async (name, args, answer) => {
    const { used } = await attempt(name, args, {});
    for (const slice of [1, 7, 1000, undefined]) {
      const endings: Ending[] = [];
      for (let fuel = Math.max(0, used - 150); fuel < used + 20; fuel++)
        endings.push(await attempt(name, args, { fuel }, slice));
      expectThreshold(endings, "fuel-exhausted", { answer, used });
      expect(endings.findIndex(({ code }) => code === undefined)).toBe(Math.min(150, used));
    }
  });
});

const PLUGIN = `//---
// name: swept
//---
/// Makes a long list and counts what is in it.
/// @param n {integer} how many
pub fn grow(args) {
    let list = [];
    for i in 0..args.n { list.push(\`item \${i} of a list that takes memory\`); }
    let length = 0;
    for text in list { length += text.len(); }
    #{ length, die: crucible::random::range(1, 1000) }
}`;

describe.each(["inline", "worker"] as const)("the Rune engine, %s", (isolation) => {
  let host: NodeHost;
  const plugins = new Map<string, Plugin>();
  const CALLS = [
    { plugin: "dice", tool: "roll", args: { dice: "4d6kh3+2" } },
    { plugin: "swept", tool: "grow", args: { n: 4_000 } },
  ];

  beforeAll(async () => {
    host = createNodeHost({ isolation, ...(isolation === "worker" && { workers: 1 }) });
    const dice = new URL("../../../plugins/examples/dice-roller/dice-roller.rune", import.meta.url);
    plugins.set("dice", await host.load({ path: "dice.rune", content: readFileSync(dice) }));
    plugins.set("swept", await host.load({ path: "swept.rune", content: PLUGIN }));
    return () => host.close();
  });

  async function attempt(call: (typeof CALLS)[number], limits: object): Promise<Ending> {
    try {
      const { result, fuel } = await plugins.get(call.plugin)!.call(call.tool, call.args, { seed: 7, ...limits });
      return { code: undefined, answer: result, used: fuel };
    } catch (error) {
      return failed(error);
    }
  }

  it.each(CALLS)("$plugin: memory, page by page", async (call) => {
    const enough = await attempt(call, { memoryBytes: 64 << 20 });
    expect(enough.code).toBeUndefined();
    const endings: Ending[] = [];
    const successes = () => endings.filter(({ code }) => code === undefined).length;
    for (let pages = 1; successes() < 4 && pages < 400; pages++) {
      endings.push(await attempt(call, { memoryBytes: pages * PAGE }));
    }
    expectThreshold(endings, "memory-limit", enough);
  });

  it.each(CALLS)("$plugin: fuel, in steps and around the threshold unit by unit", async (call) => {
    const enough = await attempt(call, {});
    expect(enough.code).toBeUndefined();
    const { used } = enough;
    const steps = Array.from({ length: 40 }, (_, step) => Math.floor((used * step) / 40) + 1);
    const near = Array.from({ length: 24 }, (_, step) => used - 12 + step);
    const endings: Ending[] = [];
    for (const fuel of [...steps, ...near]) endings.push(await attempt(call, { fuel }));
    expectThreshold(endings, "fuel-exhausted", enough);
    expect(endings.findIndex(({ code }) => code === undefined)).toBe(steps.length + 12);
  });
});
