// biome-ignore-all lint/suspicious/noThenProperty: that is what is tested
/**
 * Values of the host that are more than data: getters that change their answer or throw, proxies, inherited fields, arrays that
 * lie. A value is read once, before anything is written, so nothing of this reaches the guest unchecked.
 */
import { beforeAll, describe, expect, it } from "vitest";
import type { PluginError } from "../../../host/src/errors.ts";
import { REALLOC } from "./echo.ts";
import { buildComponent, type Linked, link, rootImports, TestBoundary } from "./support.ts";

// Field and case names that every JavaScript object has, or that promises look for.
const WIT = `package test:values;
world test {
  record odd { %constructor: option<u32>, to-string: string, then: u8, value-of: list<u8> }
  variant choice { then, %constructor(string), number(u32) }
  flags marks { then, %constructor, has-own-property }
  import give-odd: func() -> odd;
  import give-list: func() -> list<u32>;
  import give-texts: func() -> list<string>;
  import give-bytes: func() -> list<u8>;
  import give-choice: func() -> choice;
  import give-marks: func() -> marks;
  import give-pair: func() -> tuple<u32, string>;
  export get-odd: func() -> odd;
  export get-list: func() -> list<u32>;
  export get-texts: func() -> list<string>;
  export get-bytes: func() -> list<u8>;
  export get-choice: func() -> choice;
  export get-marks: func() -> marks;
  export get-pair: func() -> tuple<u32, string>;
  export take-list: func(x: list<u32>) -> list<u32>;
}`;

const MEMORY = ["odd", "list", "texts", "bytes", "choice", "pair"];
const WAT = `(module
  ${MEMORY.map((name) => `(import "$root" "give-${name}" (func $${name} (param i32)))`).join("\n")}
  (import "$root" "give-marks" (func $marks (result i32)))
  (memory (export "memory") 1) ${REALLOC}
  ${MEMORY.map((name) => `(func (export "get-${name}") (result i32) (call $${name} (i32.const 64)) (i32.const 64))`).join("\n")}
  (func (export "get-marks") (result i32) (call $marks))
  (func (export "take-list") (param i32 i32) (result i32)
    (i32.store (i32.const 64) (local.get 0)) (i32.store (i32.const 68) (local.get 1)) (i32.const 64)))`;

let component: Uint8Array;
beforeAll(async () => {
  component = await buildComponent(WAT, WIT);
});

async function giving(name: string, value: unknown, boundary = new TestBoundary()): Promise<Linked> {
  const names = [...MEMORY, "marks"].map(
    (each) => [`give-${each}`, () => (each === name ? value : undefined)] as const,
  );
  return link(component, rootImports(Object.fromEntries(names)), boundary);
}

/** An object whose property answers these values one after the other, then the last for ever. */
function changing(
  key: string,
  answers: readonly unknown[],
  rest: object = {},
): { object: object; reads: () => number } {
  let reads = 0;
  const object = Object.defineProperty({ ...rest }, key, {
    get: () => answers[Math.min(reads++, answers.length - 1)],
    enumerable: true,
  });
  return { object, reads: () => reads };
}

describe("a value of the host", () => {
  it("may have fields and cases that are called as what objects inherit", async () => {
    const bytes = Uint8Array.of(1, 2);
    const odd = { constructor: 7, toString: "text", then: 3, valueOf: bytes };
    const back = (await giving("odd", odd)).call("get-odd") as Record<string, unknown>;
    expect(Object.getPrototypeOf(back)).toBe(null);
    expect(Object.entries(back)).toEqual(Object.entries(odd));
    const marks = { then: true, constructor: false, hasOwnProperty: true };
    expect(Object.entries((await giving("marks", marks)).call("get-marks") as object)).toEqual(Object.entries(marks));
    for (const choice of [
      { tag: "then", val: undefined },
      { tag: "constructor", val: "x" },
    ])
      expect((await giving("choice", choice)).call("get-choice")).toEqual(choice);
  });

  it("does not have what it inherits: an option is absent, another field is missing", async () => {
    const odd = { toString: "text", then: 3, valueOf: new Uint8Array() };
    expect((await giving("odd", odd)).call("get-odd")).toMatchObject({ constructor: undefined });
    const error = (await giving("odd", { ...odd, toString: undefined })).fail("get-odd");
    expect(error.message).toMatch(/expected string, got undefined/);
    expect((await giving("odd", { then: 3, valueOf: odd.valueOf })).fail("get-odd").message).toMatch(/expected string/);
    expect((await giving("marks", { then: true })).fail("get-marks").message).toMatch(/expected flags/);
  });

  it("cannot be a case by inheritance", async () => {
    for (const tag of ["__proto__", "toString", "valueOf", ["then"], { toString: () => "then" }])
      expect((await giving("choice", { tag })).fail("get-choice").message).toMatch(/expected variant/);
  });

  it("is read once: what a getter answers later does not exist", async () => {
    const text = changing("toString", ["first", { length: 2 ** 40 }], { then: 1, valueOf: new Uint8Array() });
    expect((await giving("odd", text.object)).call("get-odd")).toMatchObject({ toString: "first" });
    expect(text.reads()).toBe(1);
    const tag = changing("tag", ["number", "constructor"], { val: 9 });
    expect((await giving("choice", tag.object)).call("get-choice")).toEqual({ tag: "number", val: 9 });
    const val = changing("val", ["short", "x".repeat(100_000)], { tag: "constructor" });
    expect((await giving("choice", val.object)).call("get-choice")).toEqual({ tag: "constructor", val: "short" });
    expect([tag.reads(), val.reads()]).toEqual([1, 1]);
  });

  it("is checked as it was read: no object with `valueOf` becomes a number on the way", async () => {
    const number = { valueOf: () => 7, [Symbol.toPrimitive]: () => 7 };
    expect((await giving("list", [1, number])).fail("get-list").message).toMatch(/expected u32/);
    expect((await giving("pair", [1, new String("x")])).fail("get-pair").message).toMatch(/expected string/);
  });

  it.each([
    ["a getter", () => Object.defineProperty([1, 2], 1, { get: () => fail() })],
    ["a proxy", () => new Proxy([1, 2], { get: () => fail() })],
    ["an object that tells its prototype", () => new Proxy({}, { getPrototypeOf: () => fail() })],
  ])("that throws through %s stops the guest with what it threw", async (_what, make) => {
    const { fail: failed, call } = await giving("list", make());
    const error = failed("get-list");
    expect(error.message).toMatch(/thrown by the value|expected list<u32>/);
    expect(() => call("take-list", [1])).toThrow(/dead/);
  });

  function fail(): never {
    throw new Error("thrown by the value");
  }

  it("may be an array that grows or shrinks while it is read: its first length counts", async () => {
    const growing: number[] = Object.defineProperty([1, 2, 3], 0, {
      get() {
        growing.push(9);
        return 1;
      },
    });
    expect((await giving("list", growing)).call("get-list")).toEqual([1, 2, 3]);
    const shrinking: number[] = Object.defineProperty([1, 2, 3], 0, {
      get() {
        shrinking.length = 1;
        return 1;
      },
      configurable: true,
    });
    expect((await giving("list", shrinking)).fail("get-list").message).toMatch(/expected u32, got undefined/);
  });

  it("that says it has 4 billion elements is refused before they are looked at", async () => {
    let looked = 0;
    const endless = new Proxy([] as number[], {
      get: (_, key) => (key === "length" ? 2 ** 32 - 1 : ++looked),
    });
    expect(((await giving("list", endless)).fail("get-list") as PluginError).code).toBe("transfer-limit");
    expect(looked).toBe(0);
  });

  it("may have its own iterator, which nobody asks", async () => {
    const list = Object.assign([1, 2], { [Symbol.iterator]: () => fail() });
    expect((await giving("list", list)).call("get-list")).toEqual([1, 2]);
  });

  it("may be bytes whose class lies about their length", async () => {
    class Liar extends Uint8Array {
      override get length(): number {
        return 2 ** 31;
      }
      override get byteLength(): number {
        return 0;
      }
    }
    expect((await giving("bytes", new Liar([1, 2, 3]))).call("get-bytes")).toEqual(Uint8Array.of(1, 2, 3));
    const fake = Object.create(Uint8Array.prototype) as Uint8Array;
    expect((await giving("bytes", fake)).fail("get-bytes")).toBeInstanceOf(TypeError);
  });

  it("that enters the guest from a getter is refused, as an argument and as a result", async () => {
    const linked = await giving("list", undefined);
    const entering = Object.defineProperty([1, 2], 0, { get: () => (linked.call("take-list", [5]) as number[])[0] });
    expect(() => linked.call("take-list", entering)).toThrow(/cannot be re-entered/);
    // The arguments were wrong, the instance lives on.
    expect(linked.call("take-list", [7])).toEqual([7]);
    let call: Linked["call"] = () => 0;
    const result = Object.defineProperty([1, 2], 0, { get: () => (call("take-list", [5]) as number[])[0] });
    const other = await giving("list", result);
    call = other.call;
    expect(other.fail("get-list").message).toMatch(/cannot be re-entered/);
  });

  it("is not kept: text and lists of an earlier call are not what the next one writes", async () => {
    const { call } = await giving(
      "texts",
      Array.from({ length: 200 }, (_, at) => `text ${at}`),
    );
    for (let round = 0; round < 3; round++) expect(call("get-texts")).toHaveLength(200);
    expect(call("take-list", [1, 2])).toEqual([1, 2]);
    expect((call("get-texts") as string[])[199]).toBe("text 199");
  });
});
