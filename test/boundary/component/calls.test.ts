/** Calls in both directions: order, fuel, budget, failure, re-entrance, and what a host may not answer. */
import { parse } from "@bytecodealliance/jco";
import { beforeAll, describe, expect, it } from "vitest";
import { PluginError } from "../../../host/src/errors.ts";
import { REALLOC } from "./echo.ts";
import { buildComponent, type Linked, link, linkWithJco, rootImports, TestBoundary } from "./support.ts";

const WIT = `package test:calls;
world test {
  import none: func();
  import one: func(a: u8) -> s8;
  import two: func(a: s64, b: f32) -> f64;
  import three: func(a: bool, b: u16, c: s32) -> bool;
  import four: func(a: u32, b: u32, c: u32, d: u32) -> u64;
  import text: func() -> string;
  import bytes: func() -> list<u8>;
  import pair: func() -> tuple<u8, u32>;
  import letter: func(a: char) -> char;
  import level: func() -> result<_, string>;
  export run: func(which: u32);
  export call-two: func(a: s64, b: f32) -> f64;
  export call-one: func(a: u8) -> s8;
  export call-three: func(a: bool, b: u16, c: s32) -> bool;
  export call-four: func(a: u32, b: u32, c: u32, d: u32) -> u64;
  export call-letter: func(a: char) -> char;
  export caught: func(which: u32) -> u32;
  export nan: func(a: f64, b: f32) -> u64;
  export many: func(a: u8, b: u16, c: u32, d: u64, e: s8, f: s16, g: s32, h: s64, i: f32, j: f64, k: bool, l: char, m: u8, n: u8, o: u8, p: u8, q: string) -> u64;
  export cleaned: func() -> u32;
  export noisy: func() -> string;
}`;

const CALLS = `
  (if (i32.eq (local.get 0) (i32.const 0)) (then (call $none)))
  (if (i32.eq (local.get 0) (i32.const 1)) (then (call $text (i32.const 16))))
  (if (i32.eq (local.get 0) (i32.const 2)) (then (call $bytes (i32.const 16))))
  (if (i32.eq (local.get 0) (i32.const 3)) (then (call $pair (i32.const 16))))
  (if (i32.eq (local.get 0) (i32.const 4)) (then (call $level (i32.const 16))))
  (if (i32.eq (local.get 0) (i32.const 5)) (then (drop (call $one (i32.const 1)))))`;

// \`many\` adds up a, d, l and the length of q, which it finds in its tuple; \`noisy\` calls the host from its post-return function.
const WAT = `(module
  (import "$root" "none" (func $none))
  (import "$root" "one" (func $one (param i32) (result i32)))
  (import "$root" "two" (func $two (param i64 f32) (result f64)))
  (import "$root" "three" (func $three (param i32 i32 i32) (result i32)))
  (import "$root" "four" (func $four (param i32 i32 i32 i32) (result i64)))
  (import "$root" "text" (func $text (param i32)))
  (import "$root" "bytes" (func $bytes (param i32)))
  (import "$root" "pair" (func $pair (param i32)))
  (import "$root" "letter" (func $letter (param i32) (result i32)))
  (import "$root" "level" (func $level (param i32)))
  (memory (export "memory") 1) ${REALLOC}
  (global $cleaned (mut i32) (i32.const 0))
  (func $run (export "run") (param i32) ${CALLS})
  (func (export "call-one") (param i32) (result i32) (call $one (local.get 0)))
  (func (export "call-two") (param i64 f32) (result f64) (call $two (local.get 0) (local.get 1)))
  (func (export "call-three") (param i32 i32 i32) (result i32) (call $three (local.get 0) (local.get 1) (local.get 2)))
  (func (export "call-four") (param i32 i32 i32 i32) (result i64)
    (call $four (local.get 0) (local.get 1) (local.get 2) (local.get 3)))
  (func (export "call-letter") (param i32) (result i32) (call $letter (local.get 0)))
  (func (export "caught") (param i32) (result i32)
    (try (do (call $run (local.get 0))) (catch_all (return (i32.const 99)))) (i32.const 1))
  (func (export "nan") (param f64 f32) (result i64)
    (i64.xor (i64.reinterpret_f64 (local.get 0)) (i64.extend_i32_u (i32.reinterpret_f32 (local.get 1)))))
  (func (export "many") (param i32) (result i64)
    (i64.add (i64.add (i64.load8_u (local.get 0)) (i64.load offset=8 (local.get 0)))
      (i64.add (i64.load32_u offset=64 (local.get 0)) (i64.load32_u offset=52 (local.get 0)))))
  (func (export "cabi_post_many") (param i64) (global.set $cleaned (i32.wrap_i64 (local.get 0))))
  (func (export "cleaned") (result i32) (global.get $cleaned))
  (func (export "noisy") (result i32) (i32.const 2048))
  (func (export "cabi_post_noisy") (param i32) (call $none)))`;

type Host = Record<string, (...args: never[]) => unknown>;

const HOST: Host = {
  none: () => undefined,
  one: (a: number) => -a >> 1,
  two: (a: bigint, b: number) => Number(a) + b,
  three: (a: boolean, b: number, c: number) => a && b + c > 0,
  four: (a: number, b: number, c: number, d: number) => BigInt(a) + BigInt(b) + BigInt(c) + BigInt(d),
  text: () => "hello",
  bytes: () => new Uint8Array(3),
  pair: () => [1, 2],
  letter: (a: string) => a.toUpperCase(),
  level: () => ({ tag: "ok", val: undefined }),
};

let component: Uint8Array;
beforeAll(async () => {
  component = await buildComponent(WAT, WIT);
});

function start(host: Host = {}, boundary = new TestBoundary()): Promise<Linked> {
  return link(component, rootImports({ ...HOST, ...host }), boundary);
}

describe("scalars", () => {
  it("cross with any number of parameters, as with jco", async () => {
    const { call } = await start();
    // jco refuses modules that catch exceptions.
    const plain = WAT.replace(/\(try [^\n]*/, "(unreachable))");
    const jco = await linkWithJco(
      await buildComponent(plain, WIT),
      Object.fromEntries(Object.entries(HOST).map(([name, f]) => [name, { default: f }])),
    );
    const both = (name: string, ...args: unknown[]) => {
      const ours = call(name, ...args);
      const oracle = jco[name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())] as (
        ...args: unknown[]
      ) => unknown;
      expect(ours).toEqual(oracle(...args));
      return ours;
    };
    expect(both("call-one", 200)).toBe(-100);
    expect(both("call-two", -5n, 0.5)).toBe(-4.5);
    expect(both("call-three", true, 65535, -65534)).toBe(true);
    expect(both("call-four", 0xffff_ffff, 1, 2, 3)).toBe(0x1_0000_0005n);
    expect(both("call-letter", "é")).toBe("É");
  });

  it("cross in memory above 16, and the result reaches post-return", async () => {
    const { call } = await start();
    const args = [200, 2, 3, 1_000_000_000_000n, -1, -2, -3, -4n, 1.5, 2.5, true, "c", 5, 6, 7, 8, "text"];
    const sum = 200n + 1_000_000_000_000n + BigInt("c".charCodeAt(0)) + BigInt("text".length);
    expect(call("many", ...args)).toBe(sum);
    expect(call("cleaned")).toBe(Number(BigInt.asUintN(32, sum)));
  });

  it("carry one NaN only", async () => {
    const { call } = await start();
    const other = new Float64Array(new BigUint64Array([0xfff8_0000_dead_beefn]).buffer)[0];
    expect(call("nan", other, other)).toBe(0x7ff8_0000_0000_0000n ^ 0x7fc0_0000n);
  });
});

describe("a host function", () => {
  it.each([
    [
      "throws an error",
      () => {
        throw new Error("broken");
      },
      /broken/,
    ],
    [
      "throws a PluginError",
      () => {
        throw new PluginError("denied", "not yours");
      },
      /not yours/,
    ],
    [
      "throws what is no error",
      () => {
        throw "just text";
      },
      /just text/,
    ],
    [
      "overflows the stack",
      function recurse(): number {
        return 1 + recurse();
      },
      /call stack/,
    ],
  ])("that %s stops a guest that catches everything", async (_what, none, message) => {
    const { call, boundary } = await start({ none: none as never });
    expect(() => call("caught", 0)).toThrow();
    expect(String(boundary.reason)).toMatch(message);
    expect(() => call("run", 5)).toThrow(/dead/);
  });

  it.each<[number, string, unknown, RegExp]>([
    [1, "text", 5, /result of "" "text" is of the wrong type: expected string, got the number 5/],
    [1, "text", undefined, /expected string, got undefined/],
    [2, "bytes", [1, 2], /expected list<u8>, got an array of 2/],
    [3, "pair", [1], /expected tuple<u8, u32>/],
    [3, "pair", [256, 0], /expected u8, got the number 256/],
    [3, "pair", [1, -1], /expected u32/],
    [3, "pair", [1, 0.5], /expected u32/],
    [4, "level", undefined, /expected result<_, string>/],
    [4, "level", { tag: "toString" }, /expected result<_, string>/],
    [4, "level", { tag: "err", val: 5 }, /expected string/],
    [5, "one", 128, /expected s8/],
    [5, "one", undefined, /expected s8/],
  ])("that gives a wrong value (%d: %s) is a host error, and stops the guest", async (which, name, value, message) => {
    const { fail, boundary } = await start({ [name]: () => value });
    fail("run", which);
    expect(boundary.reason).toBeInstanceOf(TypeError);
    expect(String(boundary.reason)).toMatch(message);
  });

  it("cannot answer more than the transfer budget", async () => {
    const boundary = new TestBoundary();
    boundary.transferBytes = 1000;
    const { fail } = await start({ bytes: () => new Uint8Array(1001) }, boundary);
    expect(fail("run", 2)).toMatchObject({ code: "transfer-limit" });
  });

  it("is charged for before it runs, and for its answer before that is written", async () => {
    const order: string[] = [];
    const boundary = new TestBoundary();
    boundary.charge = (units) => void order.push(`charge ${units > 100 ? "call" : "answer"}`);
    const text = () => {
      order.push("text");
      return "a";
    };
    const { call } = await start({ text }, boundary);
    order.length = 0;
    call("run", 1);
    expect(order).toEqual(["charge answer", "charge answer", "text", "charge answer"]);
  });

  it("does not run when the charge stops the guest", async () => {
    const ran: string[] = [];
    const boundary = new TestBoundary();
    const { fail } = await start({ none: () => void ran.push("none") }, boundary);
    boundary.charge = (units) => {
      if (units >= 100) boundary.stop(new PluginError("fuel-exhausted", "empty"));
    };
    expect(fail("caught", 0)).toMatchObject({ code: "fuel-exhausted" });
    expect(ran).toEqual([]);
  });

  it("cannot enter the instance that called it", async () => {
    let attempt: unknown;
    const linked: Linked = await start({
      none: () => {
        try {
          linked.call("cleaned");
        } catch (error) {
          attempt = error;
        }
      },
    });
    linked.call("run", 0);
    expect(String(attempt)).toMatch(/cannot be re-entered/);
    expect(linked.call("cleaned")).toBe(0);
  });

  it("may enter another instance of the same component", async () => {
    const inner = await start();
    const outer = await start({ one: (a: number) => inner.call("call-one", a) });
    expect(outer.call("call-one", 100)).toBe(-50);
  });
});

describe("a guest", () => {
  it("cannot call the host from its post-return function", async () => {
    expect((await start()).fail("noisy").message).toMatch(/from its realloc or post-return/);
  });

  it("that is missing a host function is not linked, and the message names it", async () => {
    const { none: _, ...others } = HOST;
    await expect(link(component, rootImports(others))).rejects.toThrow(
      /imports the function "none" of "", which this host does not offer/,
    );
    await expect(link(component)).rejects.toMatchObject({ code: "unavailable" });
  });

  it("finds no host function through the prototype of what holds them", async () => {
    const source = WIT.replace("import none: func();", "import none: func(); import %constructor: func();");
    const wat = WAT.replace("(memory", '(import "$root" "constructor" (func $constructor)) (memory');
    await expect(link(await buildComponent(wat, source), rootImports(HOST))).rejects.toThrow(/"constructor"/);
  });

  it("may be called with as many arguments as it has parameters, no less and no more", async () => {
    const { call } = await start();
    expect(() => call("call-one")).toThrow(TypeError);
    expect(() => call("call-one", 1, 2)).toThrow(TypeError);
    expect(() => call("call-letter")).toThrow(/1 are expected/);
    expect(() => call("call-one", 256)).toThrow(/argument "a" of "" "call-one" is of the wrong type: expected u8/);
    expect(() => call("call-letter", "ab")).toThrow(/expected char/);
    expect(() => call("call-letter", "\ud800")).toThrow(/expected char/);
    expect(call("call-one", 2)).toBe(-1);
  });
});

describe("exports with names that mean something in JavaScript", () => {
  it.each(["then", "constructor", "to-string", "value-of", "has-own-property"])("work: %s", async (name) => {
    const wit = `package test:names; interface api { %${name}: func() -> u32; } world test { export api; }`;
    const component = await buildComponent(
      `(module (memory (export "memory") 1) (func (export "test:names/api#${name}") (result i32) (i32.const 7)))`,
      wit,
    );
    const { instance } = await link(component);
    expect(instance.exports.get("test:names/api")?.get(name)?.()).toBe(7);
  });
});

describe("core names that mean something in JavaScript", () => {
  it("are only names", async () => {
    const wat = `(component
      (core module $m (func (export "__proto__") (result i32) (i32.const 7)))
      (core instance $m (instantiate $m))
      (core module $n (import "__proto__" "constructor" (func $f (result i32)))
        (func (export "then") (result i32) (i32.add (call $f) (i32.const 1))))
      (alias core export $m "__proto__" (core func $f))
      (core instance $given (export "constructor" (func $f)))
      (core instance $n (instantiate $n (with "__proto__" (instance $given))))
      (func (export "then") (result u32) (canon lift (core func $n "then")))
      (func (export "constructor") (result u32) (canon lift (core func $f))))`;
    const { call } = await link(await parse(wat));
    expect([call("then"), call("constructor")]).toEqual([8, 7]);
  });
});
