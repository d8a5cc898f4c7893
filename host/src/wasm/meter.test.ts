import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { COSTS } from "./costs.ts";
import { createLedger, meterModule, RESERVED } from "./index.ts";
import { OPCODES } from "./opcodes.ts";

/** `(module (func (export "f") (param i32) (result i32) (i32.add (local.get 0) (i32.const 1))))` */
const ADD_ONE = Uint8Array.from([
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  ...[1, 6, 1, 0x60, 1, 0x7f, 1, 0x7f],
  ...[3, 2, 1, 0],
  ...[7, 5, 1, 1, 0x66, 0, 0],
  ...[10, 9, 1, 7, 0, 0x20, 0, 0x41, 1, 0x6a, 0x0b],
]);

describe("meterModule", () => {
  it("gives a module that runs on a ledger and pays", async () => {
    const { bytes } = meterModule(ADD_ONE);
    const module = await WebAssembly.compile(bytes);
    const ledger = createLedger();
    ledger.setFuel(100);
    const instance = await WebAssembly.instantiate(module, {
      [RESERVED]: { ...ledger.imports, refill: () => {} },
    });
    expect((instance.exports.f as (n: number) => number)(41)).toBe(42);
    expect(ledger.fuel()).toBe(97);
  });

  it("is deterministic: the same bytes for the same bytes", () => {
    expect(meterModule(ADD_ONE).bytes).toEqual(meterModule(ADD_ONE).bytes);
  });

  it("takes views of a larger buffer, and leaves them as they were", () => {
    const buffer = new Uint8Array(ADD_ONE.length + 20);
    buffer.set(ADD_ONE, 10);
    const view = buffer.subarray(10, 10 + ADD_ONE.length);
    expect(meterModule(view).bytes).toEqual(meterModule(ADD_ONE).bytes);
    expect(view).toEqual(ADD_ONE);
  });

  it("drops custom sections", () => {
    const named = Uint8Array.from([...ADD_ONE, 0, 5, 4, 0x6e, 0x61, 0x6d, 0x65]);
    expect(meterModule(named).bytes).toEqual(meterModule(ADD_ONE).bytes);
  });

  it("refuses a module above the size limit before it looks at it", () => {
    expect(() => meterModule(new Uint8Array(33 * 1024 * 1024))).toThrow(/33554432|34603008 bytes, the limit is/);
  });

  it.each(["js-component-bindgen-component.core2.wasm", "wasm-tools.core.wasm"])(
    "meters %s, which rustc made, into a valid module",
    (name) => {
      const path = new URL(`../../../node_modules/@bytecodealliance/jco/obj/${name}`, import.meta.url);
      const original = Uint8Array.from(readFileSync(path));
      const metered = meterModule(original);
      expect(WebAssembly.validate(metered.bytes)).toBe(true);
      expect(metered.imageable).toBe(true);
      expect(metered.bytes.length).toBeLessThan(original.length * 1.7);
    },
  );
});

describe("the cost table", () => {
  it("gives every instruction that does something a cost", () => {
    const free = [...OPCODES.values()].filter(({ code }) => COSTS[code] === 0).map(({ name }) => name);
    expect(free).toEqual(["nop", "block", "loop", "else", "try", "catch", "end", "delegate", "catch_all"]);
  });
});
