import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PluginError } from "../errors.ts";
import { ByteWriter, OP } from "./emit.ts";
import { Reader } from "./reader.ts";

describe("numbers", () => {
  it("are read as they were written", () => {
    fc.assert(
      fc.property(fc.nat(0xffffffff), (value) => {
        const out = new ByteWriter(0);
        out.u32(value);
        const reader = new Reader(out.bytes, 0, out.length);
        return reader.u32() === value && reader.offset === out.length;
      }),
    );
  });

  it("are constants that V8 takes for the same number", () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        const code = new ByteWriter(16);
        code.byte(0);
        code.i64Const(value);
        code.byte(OP.end);
        const head = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 5, 1, 0x60, 0, 1, 0x7e, 3, 2, 1, 0, 7, 5, 1, 1, 0x66, 0, 0];
        const bytes = [...head, 10, code.length + 2, 1, code.length, ...code.result()];
        const { exports } = new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.from(bytes)));
        return (exports.f as () => bigint)() === BigInt(value);
      }),
      { numRuns: 300, examples: [[0], [63], [64], [-64], [-65], [Number.MAX_SAFE_INTEGER], [Number.MIN_SAFE_INTEGER]] },
    );
  });

  it("that are too large or too long are refused with their offset", () => {
    const read = (...bytes: number[]) => new Reader(Uint8Array.from(bytes), 0, bytes.length).u32();
    expect(() => read(0xff, 0xff, 0xff, 0xff, 0x1f)).toThrow(/at byte 4: integer too large/);
    expect(() => read(0x80, 0x80)).toThrow(/at byte 2: unexpected end/);
    expect(() => read(0x80)).toThrow(PluginError);
  });
});

describe("names", () => {
  it("must be UTF-8, and keep a byte order mark", () => {
    const read = (...bytes: number[]) =>
      new Reader(Uint8Array.from([bytes.length, ...bytes]), 0, bytes.length + 1).name();
    expect(read(0x61, 0xc3, 0xa9)).toBe("aé");
    expect(read(0xef, 0xbb, 0xbf, 0x61)).toBe("\ufeffa");
    expect(() => read(0xff)).toThrow(/at byte 1: a name is not valid UTF-8/);
  });
});

describe("lengths", () => {
  it("are filled in when the contents are known, also when the buffer grows", () => {
    const out = new ByteWriter(1);
    const start = out.openLength();
    for (let i = 0; i < 300; i++) out.byte(i & 255);
    expect(out.closeLength(start)).toBe(300);
    const reader = new Reader(out.bytes, 0, out.length);
    expect(reader.u32()).toBe(300);
    expect(reader.offset).toBe(5);
  });
});
