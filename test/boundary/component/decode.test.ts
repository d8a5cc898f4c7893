/** What the decoder accepts, what it refuses by name, and that bombs are refused before anything is built. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parse } from "@bytecodealliance/jco";
import { describe, expect, it } from "vitest";
import { decodeComponent } from "../../../host/src/component/index.ts";
import { valueType } from "../../../host/src/component/value-types.ts";
import { thrown } from "../../failure.ts";
import { lebOf } from "../wasm/bytes.ts";
import { echoGuest } from "./echo.ts";
import { buildComponent, link, rootImports } from "./support.ts";

const refusal = (bytes: Uint8Array) => thrown(() => decodeComponent(bytes));

/** A component of hand-written sections: id and content. */
function component(...sections: readonly (readonly [id: number, content: readonly number[]])[]): Uint8Array {
  const body = sections.flatMap(([id, content]) => [id, ...lebOf(content.length), ...content]);
  return Uint8Array.from([0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0, ...body]);
}

const name = (text: string) => [...lebOf(text.length), ...new TextEncoder().encode(text)];
const CORE_TYPE = 3;
const TYPE = 7;
const CANON = 8;
const IMPORT = 10;

describe("a component", () => {
  it("is refused when it is something else", () => {
    expect(refusal(new Uint8Array()).message).toMatch(/at byte 0: unexpected end/);
    expect(refusal(Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0])).message).toMatch(
      /a core module, not a component/,
    );
    expect(refusal(new TextEncoder().encode("#!/bin/sh\necho")).message).toMatch(/does not begin with the preamble/);
  });

  it("may be empty", () => {
    const { imports, exports, coreModules } = decodeComponent(component());
    expect([imports.size, exports.size, coreModules.length]).toEqual([0, 0, 0]);
  });

  it.each<[string, Uint8Array]>([
    ["stream", component([TYPE, [1, 0x66, 0]])],
    ["future", component([TYPE, [1, 0x65, 0]])],
    ["error-context", component([TYPE, [1, 0x64]])],
    ["map", component([TYPE, [1, 0x63, 0x73, 0x73]])],
    ["list of fixed length", component([TYPE, [1, 0x67, 0x7d, 4]])],
    ["async function", component([TYPE, [1, 0x43, 0, 1, 0]])],
    ["start function", component([9, [0, 0, 0]])],
    ["values are not supported", component([12, [0]])],
    ["the core type 0x5f is not supported", component([CORE_TYPE, [1, 0x5f, 0]])],
    ["the core type 0x4e is not supported", component([CORE_TYPE, [1, 0x4e, 0]])],
    ["task.return", component([CANON, [1, 0x09, 0, 0]])],
    ["waitable-set.new", component([CANON, [1, 0x1f]])],
    ["stream.read", component([CANON, [1, 0x0f]])],
    ["thread.spawn-ref", component([CANON, [1, 0x40]])],
    ["error-context.new", component([CANON, [1, 0x1c]])],
    ["a value is imported", component([IMPORT, [1, 0, ...name("x"), 0x02, 1, 0x7f]])],
    ["a component is imported", component([TYPE, [1, 0x41, 0]], [IMPORT, [1, 0, ...name("x"), 0x04, 0]])],
    ["a core module is imported", component([CORE_TYPE, [1, 0x50, 0]], [IMPORT, [1, 0, ...name("x"), 0x00, 0x11, 0]])],
    [
      'a instance is imported inside of "x"',
      component(
        [TYPE, [1, 0x42, 2, 0x01, 0x42, 0, 0x04, 0, ...name("y"), 0x05, 0]],
        [IMPORT, [1, 0, ...name("x"), 0x05, 0]],
      ),
    ],
    ["name with attributes", component([IMPORT, [1, 2, ...name("x"), 0]])],
    ["section 13 is unknown", component([13, [0]])],
  ])("is refused with the name of what is not supported: %s", (what, bytes) => {
    const error = refusal(bytes);
    expect(error.code).toBe("invalid-module");
    expect(error.message).toContain(what);
    expect(error.message).toMatch(/at byte \d/);
  });

  it.each<[string, Uint8Array]>([
    ["no type 5", component([TYPE, [1, 0x70, 5]])],
    ["no core function 0", component([TYPE, [1, 0x40, 0, 1, 0]], [CANON, [1, 0, 0, 0, 0, 0]])],
    ["has no name", component([IMPORT, [1, 0, 0, 0x03, 0x01]])],
    ["no fields", component([TYPE, [1, 0x72, 0]])],
    ["there is no flags", component([TYPE, [1, 0x6e, 0]])],
    ["is there twice", component([TYPE, [1, 0x6d, 2, ...name("a"), ...name("A")]])],
    ["not kebab-case", component([TYPE, [1, 0x6d, 1, ...name("__proto__")]])],
    ["not valid UTF-8", component([TYPE, [1, 0x6d, 1, 1, 0xff]])],
    ["integer too", component([TYPE, [0xff, 0xff, 0xff, 0xff, 0xff, 0]])],
    ["more than the bytes left can hold", component([TYPE, [0xff, 0xff, 0xff, 0xff, 0x0f]])],
    ["longer than its definitions", component([TYPE, [1, 0x7f, 0x7f]])],
    ["result contains a borrow", component([TYPE, [3, 0x3f, 0x7f, 0, 0x68, 0, 0x40, 0, 0, 1]])],
  ])("is refused when it is malformed: %s", (what, bytes) => {
    const error = refusal(bytes);
    expect(error.code).toBe("invalid-module");
    expect(error.message).toContain(what.replace("there is no flags", "there are no flags"));
  });

  it.each<[string, string]>([
    ["is reserved", `(core module $m (func (export "crucible:host/fuel")))`],
    ["is reserved", `(core module $m (import "crucible:host" "fuel" (global i64)))`],
    [
      "is reserved",
      `(core module $m (func (export "f"))) (core instance $i (instantiate $m))
       (core instance (export "crucible:host/x" (func $i "f")))`,
    ],
    [
      "is reserved",
      `(core module $m (func (export "f"))) (core instance $i (instantiate $m))
       (core module $n) (core instance (instantiate $n (with "crucible:host" (instance $i))))`,
    ],
  ])("is refused when it %s", async (what, wat) => {
    expect(refusal(await parse(`(component ${wat})`)).message).toContain(what);
  });

  it("is refused when a core module imports what it is not given, whatever objects inherit in JavaScript", async () => {
    const wat = `(component (core module $m (import "constructor" "constructor" (func))) (core module $e)
      (core instance $e (instantiate $e)) (core instance (instantiate $m (with "constructor" (instance $e)))))`;
    expect(refusal(await parse(wat)).message).toMatch(/imports "constructor" "constructor", which it is not given/);
  });

  it("is refused when core signatures are not those of the Canonical ABI", async () => {
    const good = await parse(`(component (core module $m (func (export "f") (param i32) (result i32) (local.get 0)))
      (core instance $i (instantiate $m)) (func (export "f") (param "a" u32) (result u32) (canon lift (core func $i "f"))))`);
    decodeComponent(good);
    // The core function now takes an i64: V8 would throw a TypeError at the first call.
    const bad = good.slice();
    const at = good.findIndex(
      (byte: number, index: number) => byte === 0x60 && good[index + 1] === 1 && good[index + 2] === 0x7f,
    );
    bad[at + 2] = 0x7e;
    expect(refusal(bad).message).toMatch(/has the core type \(i64 -> i32\), the Canonical ABI asks for \(i32 -> i32\)/);
  });

  it("may repeat its bytes afterwards: what was decoded does not change", async () => {
    const bytes = await buildComponent(echoGuest([valueType({ kind: "u32" })]), ECHO_WIT);
    const decoded = decodeComponent(bytes);
    const before = decoded.coreModules.map((module) => module.slice());
    bytes.fill(0);
    expect(decoded.coreModules).toEqual(before);
  });
});

const ECHO_WIT = `package test:echo; world test { import in-f0: func(x: u32) -> u32; export out-f0: func(x: u32) -> u32; }`;

describe("a bomb", () => {
  it("of nested instantiations is refused", async () => {
    const levels = 12;
    const twice = (level: number) => `(component $c${level} (alias outer $top $c${level - 1} (component $x))
      (instance (instantiate $x)) (instance (instantiate $x)))`;
    const all = Array.from({ length: levels }, (_, at) => twice(at + 1)).join(" ");
    const bomb = await parse(`(component $top (component $c0) ${all} (instance (instantiate $c${levels})))`);
    expect(bomb.length).toBeLessThan(900);
    expect(refusal(bomb).message).toMatch(/more than 1000 instances/);
  });

  it("of a long chain of instantiations is refused", async () => {
    const next = (level: number) =>
      `(component $c${level} (alias outer $top $c${level - 1} (component $x)) (instance (instantiate $x)))`;
    const all = Array.from({ length: 17 }, (_, at) => next(at + 1)).join(" ");
    const bomb = await parse(`(component $top (component $c0) ${all} (instance (instantiate $c17)))`);
    expect(refusal(bomb).message).toMatch(/nested more than 16 deep/);
  });

  it("of a component that contains itself is refused", () => {
    // The nested component aliases component 0 of the outer scope, which is itself, and instantiates it.
    const nested = component([6, [1, 0x04, 0x02, 1, 0]], [5, [1, 0, 0, 0]]);
    expect(refusal(component([4, [...nested]], [5, [1, 0, 0, 0]])).message).toMatch(/there is no component 0/);
  });

  it("of types that double is refused", () => {
    const types = Array.from({ length: 30 }, (_, at) => (at === 0 ? [0x7d] : [0x6f, 2, at - 1, at - 1]));
    expect(refusal(component([TYPE, [types.length, ...types.flat()]])).message).toMatch(/more than 10000 nodes/);
  });

  it("of types that are deeply nested is refused", () => {
    const types = Array.from({ length: 60 }, (_, at) => (at === 0 ? [0x7d] : [0x70, at - 1]));
    decodeComponent(component([TYPE, [types.length, ...types.flat()]]));
    const deeper = [...types, [0x70, 59], [0x70, 60], [0x70, 61], [0x70, 62], [0x70, 63]].map(([byte, index]) =>
      index === undefined ? [byte!] : [byte!, ...lebOf(index)],
    );
    expect(refusal(component([TYPE, [deeper.length, ...deeper.flat()]])).message).toMatch(/nested more than 64 deep/);
  });

  it("of components inside of components is refused", async () => {
    let wat = "";
    for (let depth = 0; depth < 17; depth++) wat = `(component $c ${wat}) (instance (instantiate $c))`;
    expect(refusal(await parse(`(component ${wat})`)).message).toMatch(/nested more than 16 deep/);
  });

  it("of core modules, and of core instances, is refused", async () => {
    const modules = `(core module)`.repeat(65);
    expect(refusal(await parse(`(component ${modules})`)).message).toMatch(/more than 64 core modules/);
    const instances = `(core instance (instantiate $m))`.repeat(65);
    expect(refusal(await parse(`(component (core module $m) ${instances})`)).message).toMatch(
      /more than 64 core instances/,
    );
  });

  it("of parameters that many functions share is refused", () => {
    // 200 function types of 999 parameters each, three bytes a parameter.
    const params = Array.from({ length: 999 }, (_, at) => [...name(`p${at}`), 0x7f]).flat();
    const one = [0x40, ...lebOf(999), ...params, 1, 0];
    const bytes = component([TYPE, [...lebOf(200), ...Array.from({ length: 200 }, () => one).flat()]]);
    expect(refusal(bytes).message).toMatch(/more than 100000 fields, cases and parameters/);
  });

  it("of names is cut short in the message", () => {
    const error = refusal(component([TYPE, [1, 0x6d, 1, ...name("_".repeat(100_000))]]));
    expect(error.message.length).toBeLessThan(300);
  });

  it("of types, imports or definitions is refused", () => {
    const many = (count: number, one: readonly number[]) => [
      ...lebOf(count),
      ...Array.from({ length: count }, () => one).flat(),
    ];
    expect(refusal(component([TYPE, many(10_001, [0x7f])])).message).toMatch(/more than 10000 types/);
    const imports = Array.from({ length: 1001 }, (_, at) => [0, ...name(`i${at}`), 0x03, 0x01]).flat();
    expect(refusal(component([IMPORT, [...lebOf(1001), ...imports]])).message).toMatch(/more than 1000 imports/);
    const aliases = many(10_001, [0x03, 0x02, 0, 0]);
    expect(refusal(component([TYPE, [1, 0x7f]], [6, aliases])).message).toMatch(/more than 10000 types/);
  });
});

describe("mutated components", () => {
  it("are refused with invalid-module, or linked, and never crash or hang the process", () => {
    const child = fileURLToPath(new URL("mutations-child.mjs", import.meta.url));
    const { status, stdout, stderr } = spawnSync(process.execPath, [child], { encoding: "utf8", timeout: 60_000 });
    expect(stderr).not.toMatch(/Error/);
    expect(status).toBe(0);
    const { refused, linked, wrong } = JSON.parse(stdout) as { refused: number; linked: number; wrong: string[] };
    expect(wrong).toEqual([]);
    expect(refused + linked).toBe(1500);
    expect(refused).toBeGreaterThan(500);
    expect(linked).toBeGreaterThan(0);
  });
});

describe("an accepted component", () => {
  it("works from a subarray of something larger", async () => {
    const bytes = await buildComponent(echoGuest([valueType({ kind: "u32" })]), ECHO_WIT);
    const larger = new Uint8Array(bytes.length + 20);
    larger.set(bytes, 10);
    const { call } = await link(larger.subarray(10, -10), rootImports({ "in-f0": (x: number) => x + 1 }));
    expect(call("out-f0", 4)).toBe(5);
  });
});
