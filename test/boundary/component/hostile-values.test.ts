/** Pointers, lengths, discriminants, characters and text that a hostile guest makes up: each is refused with what is wrong. */
import { beforeAll, describe, expect, it } from "vitest";
import type { PluginError } from "../../../host/src/errors.ts";
import { buildComponent, type Linked, link, rootImports, TestBoundary } from "./support.ts";

const WIT = `package test:hostile;
world test {
  record one { a: bool }
  record pair { a: u8, b: u32 }
  variant choice { none, number(u32), text(string) }
  enum level { low, high }
  import take-text: func(x: string);
  import take-bytes: func(x: list<u8>);
  import take-numbers: func(x: list<u32>);
  import take-ones: func(x: list<one>);
  import take-lists: func(x: list<list<u8>>);
  import take-pairs: func(x: list<pair>);
  import take-choice: func(x: choice);
  import take-choices: func(x: list<choice>);
  import take-level: func(x: level);
  import take-char: func(x: char);
  import give-pair: func() -> pair;
  export poke: func(at: u32, value: u32);
  export run-text: func(a: u32, b: u32);
  export run-bytes: func(a: u32, b: u32);
  export run-numbers: func(a: u32, b: u32);
  export run-ones: func(a: u32, b: u32);
  export run-lists: func(a: u32, b: u32);
  export run-pairs: func(a: u32, b: u32);
  export run-choices: func(a: u32, b: u32);
  export run-choice: func(a: u32, b: u32, c: u32);
  export run-level: func(a: u32);
  export run-char: func(a: u32);
  export run-pair: func(a: u32);
  export get-text: func(a: u32) -> string;
  export get-char: func(a: u32) -> char;
  export get-level: func(a: u32) -> level;
}`;

const RANGES = ["text", "bytes", "numbers", "ones", "lists", "pairs", "choices"];

const WAT = `(module
  ${RANGES.map((name) => `(import "$root" "take-${name}" (func $${name} (param i32 i32)))`).join("\n")}
  (import "$root" "take-choice" (func $choice (param i32 i32 i32)))
  (import "$root" "take-level" (func $level (param i32)))
  (import "$root" "take-char" (func $char (param i32)))
  (import "$root" "give-pair" (func $pair (param i32)))
  (memory (export "memory") 512)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func (export "poke") (param i32 i32) (i32.store (local.get 0) (local.get 1)))
  ${RANGES.map((name) => `(func (export "run-${name}") (param i32 i32) (call $${name} (local.get 0) (local.get 1)))`).join("\n")}
  (func (export "run-choice") (param i32 i32 i32) (call $choice (local.get 0) (local.get 1) (local.get 2)))
  (func (export "run-level") (param i32) (call $level (local.get 0)))
  (func (export "run-char") (param i32) (call $char (local.get 0)))
  (func (export "run-pair") (param i32) (call $pair (local.get 0)))
  (func (export "get-text") (param i32) (result i32) (local.get 0))
  (func (export "get-char") (param i32) (result i32) (local.get 0))
  (func (export "get-level") (param i32) (result i32) (local.get 0)))`;

const MEMORY = 512 * 65536;

let component: Uint8Array;
beforeAll(async () => {
  component = await buildComponent(WAT, WIT);
});

async function start(boundary = new TestBoundary()): Promise<Linked & { readonly taken: unknown[] }> {
  const taken: unknown[] = [];
  const take = (value: unknown) => void taken.push(value);
  const names = [...RANGES, "choice", "level", "char"].map((name) => [`take-${name}`, take] as const);
  const imports = rootImports({ ...Object.fromEntries(names), "give-pair": () => ({ a: 1, b: 2 }) });
  return { ...(await link(component, imports, boundary)), taken };
}

describe("a guest that makes values up", () => {
  it.each([
    ["text", 0, 1_000_000_000, "transfer-limit", /more than 16777216 bytes, the limit/],
    ["text", MEMORY - 4, 5, "trap", /outside of the memory/],
    ["text", 0xffff_ffff, 2, "trap", /outside of the memory/],
    ["text", 0xffff_fff0, 0x20, "trap", /outside of the memory/],
    ["bytes", 1, MEMORY, "transfer-limit", /limit/],
    ["bytes", MEMORY, 1, "trap", /outside of the memory/],
    ["numbers", 2, 1, "trap", /not aligned to 4 bytes/],
    ["numbers", MEMORY - 4, 2, "trap", /outside of the memory/],
    ["numbers", 0, 0xffff_ffff, "transfer-limit", /limit/],
    ["numbers", 0, 0x4000_0001, "transfer-limit", /limit/],
    ["ones", 0, 16 * 1024 * 1024, "transfer-limit", /limit/],
    ["lists", 0, 1_000_000, "transfer-limit", /limit/],
    ["pairs", 4, 4_194_304, "transfer-limit", /limit/],
  ])("is refused %s at %d with the length %d", async (name, pointer, length, code, message) => {
    const { fail, taken } = await start();
    const error = fail(`run-${name}`, pointer, length) as PluginError;
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(taken).toEqual([]);
  });

  it("may pass empty lists and text at the very end of its memory", async () => {
    const { call, taken } = await start();
    call("run-text", MEMORY, 0);
    call("run-numbers", MEMORY, 0);
    expect(taken).toEqual(["", []]);
  });

  it("pays for every copy of one region that its lists alias", async () => {
    const { call, fail } = await start();
    // 100 lists of 1 MiB each, all of the same MiB.
    for (let at = 0; at < 100; at++) {
      call("poke", 65536 + at * 8, 1 << 20);
      call("poke", 65536 + at * 8 + 4, 1 << 20);
    }
    expect(fail("run-lists", 65536, 100)).toMatchObject({ code: "transfer-limit" });
  });

  it.each([
    [[0xff], "a byte that never begins a character"],
    [[0xc3], "a character that is cut off"],
    [[0xed, 0xa0, 0x80], "a surrogate"],
    [[0xc0, 0x80], "an overlong form"],
    [[0xf4, 0x90, 0x80, 0x80], "a number above U+10FFFF"],
  ])("is refused text with the bytes %j: %s", async (bytes, _why) => {
    for (const padding of [0, 100]) {
      const { call, fail } = await start();
      const text = new Uint8Array(padding + 4).fill(0x61);
      text.set(bytes);
      new Uint32Array(text.buffer.slice(0, text.length & ~3)).forEach((word, at) => {
        call("poke", 2048 + at * 4, word);
      });
      const error = fail("run-text", 2048, padding + bytes.length) as PluginError;
      expect(error.code).toBe("trap");
      expect(error.message).toMatch(/not valid UTF-8/);
    }
  });

  it.each([2, 3, 0x7fff_ffff, 0xffff_ffff])("is refused the case %d of an enum with two", async (index) => {
    expect((await start()).fail("run-level", index).message).toMatch(/enum with 2 cases has the case/);
    expect((await start()).fail("get-level", index).message).toMatch(/enum with 2 cases has the case/);
  });

  it.each([3, 255, 256, 0xffff_ffff])("is refused the case %d of a variant with three", async (index) => {
    expect((await start()).fail("run-choice", index, 0, 0).message).toMatch(/variant with 3 cases has the case/);
    const { call, fail } = await start();
    call("poke", 2048, index & 0xff);
    if ((index & 0xff) > 2) expect(fail("run-choices", 2048, 1).message).toMatch(/variant with 3 cases/);
  });

  it("is not asked about the payload slots that a case does not use", async () => {
    const { call, taken } = await start();
    call("run-choice", 0, 0xffff_ffff, 0xffff_ffff);
    call("run-choice", 1, 7, 0xffff_ffff);
    expect(taken).toEqual([
      { tag: "none", val: undefined },
      { tag: "number", val: 7 },
    ]);
  });

  it.each([0xd800, 0xdfff, 0x11_0000, 0xffff_ffff])("is refused the char %d", async (code) => {
    expect((await start()).fail("run-char", code).message).toMatch(/no Unicode scalar value/);
    expect((await start()).fail("get-char", code).message).toMatch(/no Unicode scalar value/);
  });

  it.each([
    [MEMORY - 4, /outside of the memory/],
    [2, /not aligned to 4 bytes/],
    [0xffff_fffc, /outside of the memory/],
  ])("is refused %d as the place for a result", async (pointer, message) => {
    expect((await start()).fail("run-pair", pointer).message).toMatch(message);
  });

  it.each([
    [MEMORY - 4, /outside of the memory/],
    [3, /not aligned to 4 bytes/],
  ])("is refused %d as the place of its own result", async (pointer, message) => {
    expect((await start()).fail("get-text", pointer).message).toMatch(message);
  });

  it("says in which function the value was", async () => {
    const error = (await start()).fail("run-char", 0xd800);
    expect(error.message).toBe(
      'The plugin broke the Canonical ABI in the arguments of "" "take-char": a char has the value 0xd800, which is no Unicode scalar value',
    );
  });

  it("is dead afterwards", async () => {
    const { call, fail } = await start();
    fail("run-char", 0xd800);
    expect(() => call("poke", 0, 0)).toThrow(/dead after an earlier failure/);
  });

  it("pays fuel for the bytes that cross", async () => {
    const { call, boundary } = await start();
    const cost = (length: number) => {
      boundary.charged = 0;
      call("run-text", 0, length);
      return boundary.charged;
    };
    expect(cost(1000) - cost(0)).toBe(1000);
    expect(cost(0)).toBeGreaterThanOrEqual(100);
  });
});
