/** What a guest's realloc may answer, and what it may do meanwhile. */
import { beforeAll, describe, expect, it } from "vitest";
import { buildComponent, type Linked, link, rootImports } from "./support.ts";

const WIT = `package test:realloc;
world test {
  import ping: func();
  import give: func() -> string;
  export set: func(mode: u32);
  export take: func(x: list<u32>) -> u32;
  export ask: func();
  export join: func(x: list<string>) -> string;
}`;

// What realloc does is chosen by \`set\`: 0 gives the same block for everything, 5 grows the memory first, 6 calls the host, 7 throws, 8 traps.
const WAT = `(module
  (import "$root" "ping" (func $ping))
  (import "$root" "give" (func $give (param i32)))
  (tag $oops)
  (memory (export "memory") 1)
  (global $mode (mut i32) (i32.const 0))
  (func (export "set") (param i32) (global.set $mode (local.get 0)))
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
    (if (i32.eq (global.get $mode) (i32.const 1)) (then (return (i32.const 1026))))
    (if (i32.eq (global.get $mode) (i32.const 2)) (then (return (i32.const 0))))
    (if (i32.eq (global.get $mode) (i32.const 3)) (then (return (i32.const 65532))))
    (if (i32.eq (global.get $mode) (i32.const 4)) (then (return (i32.const -4))))
    (if (i32.eq (global.get $mode) (i32.const 5)) (then (drop (memory.grow (i32.const 1))) (return (i32.const 65536))))
    (if (i32.eq (global.get $mode) (i32.const 6)) (then (call $ping)))
    (if (i32.eq (global.get $mode) (i32.const 7)) (then (throw $oops)))
    (if (i32.eq (global.get $mode) (i32.const 8)) (then (unreachable)))
    (if (i32.eq (global.get $mode) (i32.const 9)) (then (drop (memory.grow (i32.const 0)))))
    (i32.const 1024))
  (func (export "join") (param i32 i32) (result i32) (local.get 0))
  (func (export "take") (param i32 i32) (result i32) (i32.load (local.get 0)))
  (func (export "ask")
    (try (do (call $give (i32.const 16))) (catch_all (loop $again (br_if $again (i32.const 0)))))))`;

let component: Uint8Array;
beforeAll(async () => {
  component = await buildComponent(WAT, WIT);
});

async function start(mode: number): Promise<Linked & { readonly pings: () => number }> {
  let pings = 0;
  const imports = rootImports({ ping: () => void pings++, give: () => "some text that is longer than the short ones" });
  const linked = await link(component, imports);
  linked.call("set", mode);
  return { ...linked, pings: () => pings };
}

describe("a realloc function", () => {
  it("may grow the memory: the value lands in the new part", async () => {
    expect((await start(5)).call("take", [7, 8])).toBe(7);
  });

  it("may detach the buffer without growing it", async () => {
    expect((await start(9)).call("take", [7, 8])).toBe(7);
  });

  it("may give the same block for everything: what lies on what is the guest's own affair", async () => {
    // The list lies where its first text lies, so the pointers in it overwrite the text, or are overwritten.
    const { call } = await start(0);
    expect(call("take", [7, 8])).toBe(7);
    expect(typeof call("join", ["a"])).toBe("string");
    expect(() =>
      call(
        "join",
        Array.from({ length: 20 }, () => "\u00ff".repeat(300)),
      ),
    ).toThrow(/the limit of one crossing/);
    expect(() => call("take", [1])).toThrow(/dead/);
  });

  it.each([
    [1, /not aligned to 4 bytes/],
    [2, /returned null for 8 bytes/],
    [3, /outside of the memory/],
    [4, /outside of the memory/],
  ])("is refused in mode %d", async (mode, message) => {
    expect((await start(mode)).fail("take", [7, 8]).message).toMatch(message);
  });

  it("cannot call the host", async () => {
    const { fail, pings } = await start(6);
    expect(fail("take", [7]).message).toMatch(/called the host from its realloc/);
    expect(pings()).toBe(0);
  });

  it("that throws stops the guest, even where the guest catches everything", async () => {
    const { fail, boundary } = await start(7);
    fail("ask");
    expect(boundary.reason).toBeInstanceOf(WebAssembly.Exception);
  });

  it("that traps stops the guest, even where the guest catches everything", async () => {
    const { fail, boundary } = await start(8);
    fail("ask");
    expect(boundary.reason).toBeInstanceOf(WebAssembly.RuntimeError);
  });

  it("that throws to the host passes through unchanged, and the instance is dead", async () => {
    const { call, fail } = await start(7);
    expect(fail("take", [7])).toBeInstanceOf(WebAssembly.Exception);
    expect(() => call("set", 0)).toThrow(/dead/);
  });

  it("is not asked for memory before the arguments are known to be right", async () => {
    const { call } = await start(8);
    expect(() => call("take", ["no number"])).toThrow(/expected u32, got the string "no number"/);
    call("set", 0);
    expect(call("take", [1])).toBe(1);
  });
});
