/** The stack budget as a host sees it: how deep a guest comes, what is left where it calls the host, and how it ends. */
import { describe, expect, it } from "vitest";
import { STACK_BYTES } from "../../../host/src/limits.ts";
import type { Instance } from "../../../host/src/sandbox/index.ts";
import { rootImports } from "../component/support.ts";
import { failure, prepare, run, start } from "./support.ts";

const prepared = await prepare(
  `(module
    (import "$root" "note" (func $note (param i32 i32)))
    (import "$root" "ask" (func $ask (param i32)))
    (tag $t)
    (memory (export "memory") 1)
    (global $depth (mut i32) (i32.const 0))
    (global $reallocs (mut i32) (i32.const 0))
    ;; cabi_realloc dives too, to what is left of the stack
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
      (global.set $reallocs (i32.add (global.get $reallocs) (i32.const 1)))
      (call $down (i32.const 40))
      (i32.const 1024))
    (func $down (export "down") (param i32)
      (if (local.get 0) (then (call $down (i32.sub (local.get 0) (i32.const 1))))))
    (func $forever (export "forever") (global.set $depth (i32.add (global.get $depth) (i32.const 1))) (call $forever))
    (func $noting (export "noting") (param i32)
      (if (local.get 0) (then (call $noting (i32.sub (local.get 0) (i32.const 1))) (return)))
      (call $note (i32.const 0) (i32.const 5)))
    (func $asking (export "asking") (param i32)
      (if (local.get 0) (then (call $asking (i32.sub (local.get 0) (i32.const 1))) (return)))
      (call $ask (i32.const 512)))
    (func $throws (param i32)
      (if (local.get 0) (then (call $throws (i32.sub (local.get 0) (i32.const 1)))) (else (throw $t))))
    ;; throws from that deep, as often
    (func (export "unwind") (param i32 i32)
      (loop $l
        (try (do (call $throws (local.get 0))) (catch $t))
        (br_if $l (local.tee 1 (i32.sub (local.get 1) (i32.const 1))))))
    (func (export "depth") (result i32) (global.get $depth)))`,
  `package test:stack; world test {
    import note: func(text: string); import ask: func() -> string;
    export down: func(n: u32); export forever: func(); export noting: func(n: u32); export asking: func(n: u32);
    export unwind: func(n: u32, times: u32); export depth: func() -> u32; }`,
);

const quiet = { imports: rootImports({ note: () => {}, ask: () => "what was asked for" }) };

/** The largest n for which `name(n, …)` returns, by bisection: a fresh instance each. */
async function deepest(name: string, ...more: readonly number[]): Promise<number> {
  let [low, high] = [0, 1 << 14];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    const instance = await start(prepared, quiet);
    try {
      run(instance, name, [middle, ...more]);
      low = middle;
    } catch {
      high = middle;
    }
  }
  return low;
}

describe("the stack of a call", () => {
  it("ends in stack-limit, with the same fuel whatever the slices", async () => {
    const used = new Set<number>();
    for (const fuelSlice of [1, 777, 1 << 20]) {
      const instance = await start(prepared, { ...quiet, fuelSlice });
      const error = await failure(() => run(instance, "forever"));
      expect(error.code).toBe("stack-limit");
      used.add(instance.fuelUsed);
    }
    expect(used.size).toBe(1);
  });

  it("is deep enough for honest recursion, and the same when it is called again", async () => {
    const depth = await deepest("down");
    expect(depth).toBeGreaterThan(1_500);
    const instance = await start(prepared, quiet);
    for (let times = 0; times < 3; times++) run(instance, "down", [depth]);
    expect((await failure(() => run(instance, "down", [depth + 1]))).code).toBe("stack-limit");
  });

  it("does not leak when exceptions unwind it", async () => {
    const once = await deepest("unwind", 1);
    expect(once).toBeGreaterThan(1_000);
    const instance = await start(prepared, quiet);
    run(instance, "unwind", [once, 1_000], { fuel: 1e12 });
    run(instance, "unwind", [once, 1]);
  });

  it("is as much as the caller says, and ends in stack-limit below", async () => {
    const depths: number[] = [];
    for (const stackBytes of [STACK_BYTES, STACK_BYTES / 2, 10_000]) {
      const instance = await start(prepared, quiet);
      let depth = 0;
      while (depth < 5_000) {
        try {
          const call = { interface: "", function: "down", args: [depth], fuel: 1e9, timeoutMs: 60_000, stackBytes };
          instance.call(call);
        } catch {
          break;
        }
        depth += 10;
      }
      depths.push(depth);
    }
    expect(depths[0]! / depths[1]!).toBeCloseTo(2, 1);
    expect(depths[2]).toBeLessThan(depths[0]! / 20);
    const none = await start(prepared, quiet);
    const call = { interface: "", function: "forever", args: [], fuel: 1e9, timeoutMs: 60_000, stackBytes: 0 };
    expect((await failure(() => none.call(call))).code).toBe("stack-limit");
  });

  it("is seen by host functions, and is all there again afterwards", async () => {
    const rooms: number[] = [];
    let instance: Instance | undefined;
    const imports = rootImports({ note: () => void rooms.push(instance!.stackRoom), ask: () => "" });
    instance = await start(prepared, { imports });
    for (const depth of [0, 1, 2, 100]) run(instance, "noting", [depth]);
    const [none, one, two, hundred] = rooms as [number, number, number, number];
    expect(none).toBeLessThan(STACK_BYTES);
    expect(none - one).toBeGreaterThan(48);
    expect(one - two).toBe(none - one);
    expect(none - hundred).toBe(100 * (none - one));
    run(instance, "noting", [0]);
    expect(rooms.at(-1)).toBe(none);
  });

  it("leaves the host room for all that it does, at the deepest call that there can be", async () => {
    const depth = await deepest("noting");
    const seen: string[] = [];
    const host = (text: string) => {
      // A host function that needs some stack itself.
      const nest = (n: number): unknown[] => (n === 0 ? [] : [nest(n - 1)]);
      seen.push(text, String(JSON.stringify(nest(500)).length));
    };
    const instance = await start(prepared, { imports: rootImports({ note: host, ask: () => "" }) });
    run(instance, "noting", [depth]);
    expect(seen).toEqual(["\0".repeat(5), "1002"]);
  });

  it("goes on under cabi_realloc, which the host calls for an answer", async () => {
    const depth = await deepest("asking");
    let room = 0;
    let instance: Instance | undefined;
    const ask = () => {
      room = instance!.stackRoom;
      return "what was asked for";
    };
    instance = await start(prepared, { imports: rootImports({ note: () => {}, ask }) });
    run(instance, "asking", [depth]);
    // The 40 levels that cabi_realloc dives were still to come, and no more.
    expect(room).toBeGreaterThan(40 * 80);
    expect(room).toBeLessThan(60 * 120);
    expect((await failure(() => run(instance, "asking", [depth + 1]))).code).toBe("stack-limit");
  });
});
