/** Text in the three encodings that a guest may choose. */

import { componentEmbed, componentNew } from "@bytecodealliance/jco";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { valueType } from "../../../host/src/component/value-types.ts";
import { echoGuest, REALLOC } from "./echo.ts";
import { assemble, type Linked, link, rootImports } from "./support.ts";

const WIT = `package test:text;
world test {
  import in-f0: func(x: string) -> string;
  export out-f0: func(x: string) -> string;
}`;

const RAW_WIT = `package test:text;
world test { export get: func(length: u32) -> string; export poke: func(at: u32, value: u32); }`;
const RAW_WAT = `(module (memory (export "memory") 1) ${REALLOC}
  (func (export "poke") (param i32 i32) (i32.store16 (i32.add (i32.const 64) (local.get 0)) (local.get 1)))
  (func (export "get") (param i32) (result i32)
    (i32.store (i32.const 16) (i32.const 64)) (i32.store (i32.const 20) (local.get 0)) (i32.const 16)))`;

type Encoding = "utf8" | "utf16" | "compact-utf16";

async function build(wat: string, wit: string, stringEncoding: Encoding): Promise<Uint8Array> {
  return componentNew(
    await componentEmbed({ binary: assemble(wat), witSource: wit, world: "test", stringEncoding }),
    [],
  );
}

describe.each<Encoding>(["utf8", "utf16", "compact-utf16"])("text of a guest in %s", (encoding) => {
  let echo: Linked;
  let seen: unknown;
  const take = (value: unknown) => {
    seen = value;
    return value;
  };

  beforeAll(async () => {
    echo = await link(
      await build(echoGuest([valueType({ kind: "string" })]), WIT, encoding),
      rootImports({ "in-f0": take }),
    );
  });

  it("crosses unchanged in both directions", () => {
    const text = fc.oneof(
      fc.string({ maxLength: 100 }),
      fc.string({ unit: "binary", maxLength: 60 }),
      fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)), maxLength: 60 }),
    );
    fc.assert(
      fc.property(text, (value) => {
        const wellFormed = value.replace(/\p{Surrogate}/gu, "\ufffd");
        expect(echo.call("out-f0", value)).toBe(wellFormed);
        expect(seen).toBe(wellFormed);
      }),
      { seed: 7, numRuns: 300 },
    );
  });

  it.each([0, 1, 23, 24, 25, 4095, 4096, 4097, 100_000])("crosses with %d characters", (length) => {
    for (const char of ["a", "é", "€", "😀"]) {
      const text = char.repeat(length);
      expect(echo.call("out-f0", text) === text).toBe(true);
    }
  });

  it("keeps U+FEFF at the beginning", () => {
    expect(echo.call("out-f0", "\ufeffa")).toBe("\ufeffa");
  });

  it("gets U+FFFD for a lone surrogate of the host", () => {
    expect(echo.call("out-f0", "a\ud800b\udc00")).toBe("a\ufffdb\ufffd");
  });
});

describe("text of a hostile guest in UTF-16", () => {
  it.each<[Encoding, number]>([
    ["utf16", 1],
    ["compact-utf16", 0x8000_0001],
  ])("is refused with a lone surrogate (%s)", async (encoding, length) => {
    const { call, fail } = await link(await build(RAW_WAT, RAW_WIT, encoding));
    call("poke", 0, 0xd800);
    expect(fail("get", length).message).toMatch(/not valid UTF-16/);
  });

  it.each<[Encoding, number]>([
    ["utf16", 0x8000_0000],
    ["utf16", 0xffff_ffff],
    ["compact-utf16", 0xffff_ffff],
    ["compact-utf16", 0x7fff_ffff],
  ])("is refused with a huge length (%s)", async (encoding, length) => {
    const { fail } = await link(await build(RAW_WAT, RAW_WIT, encoding));
    expect(fail("get", length)).toMatchObject({ code: "transfer-limit" });
  });
});
