/** What is refused besides whole proposals (`proposals.test.ts`), with the byte offset; and that nothing an accepted module names can reach the ledger. */
import { describe, expect, it } from "vitest";
import { meterModule, RESERVED } from "../../../host/src/wasm/index.ts";
import { HEADER, lebOf, refusal, withCode, withSection } from "./bytes.ts";
import { assemble, outcome, start } from "./support.ts";

describe("malformed bytes are refused", () => {
  const CASES: readonly (readonly [string, Uint8Array, RegExp])[] = [
    ["nothing", new Uint8Array(0), /does not start/],
    ["text", new TextEncoder().encode("hello, world"), /does not start/],
    ["a component", Uint8Array.from([0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0]), /at byte 4: it is not a core module/],
    ["a section that is cut off", Uint8Array.from([...HEADER, 1, 9, 1]), /unexpected end/],
    ["sections out of order", Uint8Array.from([...HEADER, 3, 1, 0, 1, 1, 0]), /out of order or appears twice/],
    ["a section twice", Uint8Array.from([...HEADER, 1, 1, 0, 1, 1, 0]), /out of order or appears twice/],
    ["an unknown section", Uint8Array.from([...HEADER, 99, 0]), /unknown section 99/],
    ["bytes after the contents of a section", withSection(1, 0, 0), /longer than its contents/],
    ["a LEB128 of six bytes", Uint8Array.from([...HEADER, 1, 0x80, 0x80, 0x80, 0x80, 0x80, 0]), /too large|too long/],
    ["a count that the bytes do not hold", withSection(1, 0xff, 0xff, 0x03), /unexpected end|limit/],
    [
      "a body without end",
      Uint8Array.from([...HEADER, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 10, 4, 1, 2, 0, 1]),
      /has no end/,
    ],
    [
      "functions without bodies",
      Uint8Array.from([...HEADER, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0]),
      /1 functions and has 0 bodies/,
    ],
    ["a branch to a label that is not there", withCode([0x0c, 5]), /label 5/],
    ["a call of a function that is not there", withCode([0x10, 9]), /function 9/],
    [
      "ref.null without a type at the end of the bytes",
      Uint8Array.from([...HEADER, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 10, 4, 1, 2, 0, 0xd0]),
      /at byte 24: unexpected end/,
    ],
    ["an operand that is missing", withCode([0x1a]), /./],
  ];
  it.each(CASES)("%s", (_name, bytes, message) => {
    expect(refusal(bytes)).not.toBe("accepted");
    expect(refusal(bytes)).toMatch(message);
  });

  it("says what V8 says about a module that is not valid", () => {
    expect(refusal(withCode([0x41, 0]))).toMatch(/^Cannot accept the core module: .*expected 0 elements.*@\+/);
  });
});

describe("a module that names what the rewriter is about to add", () => {
  // Each is invalid as it stands, and would be valid after metering.
  const CASES: readonly (readonly [string, string])[] = [
    ["the fuel global", `(module (func (export "f") (global.set 0 (i64.const 1000000))))`],
    ["the fuel global behind its own", `(module (global (mut i64) (i64.const 0)) (func (global.set 1 (i64.const 9))))`],
    ["the fuel local", `(module (func (export "f") (local.set 0 (i64.const 1000000)) (loop (br 0))))`],
    [
      "a temporary of canonicalization",
      `(module (func (local.set 0 (f64.const 1)) (drop (f64.add (f64.const 1) (f64.const 1)))))`,
    ],
    ["the imported refill", `(module (func $f) (func (call 2)))`],
    [
      "an added type",
      `(module (table 1 funcref) (type (func (param i32))) (func (type 0) (call_indirect (type 2) (i32.const 0))))`,
    ],
    ["the memory of another", `(module (func (drop (i32.load (i32.const 0)))))`],
    ["the fuel global as an export", `(module (export "fuel" (global 0)))`],
    ["the fuel global in a segment's offset", `(module (memory 1) (data (global.get 0) "x"))`],
  ];
  it.each(CASES)("%s", (_name, wat) => {
    expect(refusal(assemble(wat, { check: false }))).not.toBe("accepted");
  });
});

describe("reserved names", () => {
  it.each([
    `(module (import "${RESERVED}" "fuel" (global (mut i64))))`,
    `(module (import "${RESERVED}" "refill" (func)))`,
    `(module (import "${RESERVED}/x" "y" (func)))`,
    `(module (import "env" "${RESERVED}/start" (func)))`,
    `(module (func (export "${RESERVED}/start")))`,
    `(module (global (export "${RESERVED}/global/0") (mut i32) (i32.const 0)))`,
    `(module (func (export "${RESERVED}")))`,
  ])("refuses %s", (wat) => {
    expect(refusal(assemble(wat))).toMatch(/is reserved for the host/);
  });

  it("takes a name that only looks like it", () => {
    expect(refusal(assemble(`(module (func (export "\\ef\\bb\\bf${RESERVED}")) (func (export "crucible:hos")))`))).toBe(
      "accepted",
    );
  });

  it("exports nothing but the original names, the start function, and own mutable globals", () => {
    const wat = `(module (memory (export "m") 1) (global (mut i32) (i32.const 1)) (global i32 (i32.const 2))
      (global $f (mut externref) (ref.null extern)) (func $s) (start $s) (func (export "f")))`;
    const { metered, exports } = start(assemble(wat));
    expect(Object.keys(exports)).toEqual(["m", "f", `${RESERVED}/global/0`, `${RESERVED}/start`]);
    expect(metered.exports.map((each) => each.name)).toEqual(["m", "f"]);
    expect(metered.globals).toEqual([{ name: `${RESERVED}/global/0`, type: "i32" }]);
    expect(metered.imageable).toMatch(/reference/);
  });
});

describe("caps", () => {
  const repeat = (text: string, times: number) => new Array(times).fill(text).join(" ");
  it("refuses 50,000 values on the operand stack under 5,000 ifs, which would block it for 15 s", () => {
    const times = (count: number, ...code: number[]) => new Array(count).fill(code).flat();
    const ifs = times(5_000, 0x41, 0, 0x04, 0x40, 0x0b);
    expect(refusal(withCode([...times(50_000, 0x41, 0), ...ifs, ...times(50_000, 0x1a)]))).toMatch(
      /2500\d{5} locals and operands × control instructions, the limit is 2000000/,
    );
  });
  it("refuses 4 MB of saturating conversions, which would block the compiler for 2.5 s", () => {
    const code = new Array(500_001).fill([0xb9, 0xfc, 0x06]).flat();
    expect(refusal(withCode([0x42, 0, ...code, 0x1a]))).toMatch(
      /500001 vector, saturating and bulk instructions, the limit is 500000/,
    );
  });
  it("refuses 50,000 locals × 5,000 ifs, which would block the compiler for 13 s", () => {
    const wat = `(module (func (export "f") (param i32) ${`(local ${repeat("i32", 49_000)})`} ${repeat(
      "(if (local.get 0) (then nop))",
      5_000,
    )}))`;
    expect(refusal(assemble(wat))).toMatch(/locals and operands × control instructions, the limit is 2000000/);
  });
  it.each([
    ["locals", `(module (func (local ${repeat("i64", 50_000)})))`, /more than 49994 locals/],
    ["vectors, which count twice", `(module (func (local ${repeat("v128", 25_000)})))`, /more than 49994 locals/],
    ["parameters", `(module (type (func (param ${repeat("i32", 1_001)}))))`, /1001 parameters, the limit is 1000/],
    [
      "block arity",
      `(module (type $t (func (result ${repeat("i32", 17)}))) (func unreachable (block (type $t) unreachable) unreachable))`,
      /a block with 17 parameters or results, the limit is 16/,
    ],
    ["loops", `(module (func ${repeat("(loop)", 1_001)}))`, /1001 loops, the limit is 1000/],
    ["a table", `(module (table 100001 funcref))`, /a table of 100001 entries is above the limit of 100000/],
    ["an imported table", `(module (import "a" "b" (table 100001 funcref)))`, /above the limit of 100000/],
  ])("%s", (_name, wat, message) => {
    expect(refusal(assemble(wat, { check: false }))).toMatch(message);
  });
  it("refuses blocks nested deeper than 10,000", () => {
    const code = [...new Array(10_001).fill([0x02, 0x40]).flat(), ...new Array(10_001).fill(0x0b)];
    expect(refusal(withCode(code))).toMatch(/nests blocks deeper than 10000/);
  });
  it("refuses locals × functions that are cheap to write", () => {
    // 8 bytes a function, each with 49,000 locals.
    const bodies = 1_000;
    const body = [6, 1, 0xe8, 0xfe, 0x02, 0x7f, 0x0b];
    const types = [1, 4, 1, 0x60, 0, 0];
    const declared = [...lebOf(bodies), ...new Array(bodies).fill(0)];
    const code = [...lebOf(bodies), ...new Array(bodies).fill(body).flat()];
    const bytes = [...HEADER, ...types, 3, ...lebOf(declared.length), ...declared, 10, ...lebOf(code.length), ...code];
    expect(refusal(Uint8Array.from(bytes))).toMatch(/more than 16000000 locals together/);
  });
});

describe("what a metered module reports", () => {
  it("describes imports, exports, memory, tables and start of the original", () => {
    const metered = meterModule(
      assemble(`(module
        (import "env" "f" (func (param i32 f64) (result i64)))
        (import "env" "t" (table 3 10 funcref))
        (import "env" "g" (global (mut i64)))
        (memory (export "memory") 2 9)
        (table (export "own") 5 externref)
        (table 7 funcref)
        (tag (export "e") (param i32))
        (func $s (export "s"))
        (start $s))`),
    );
    expect(metered.imports).toEqual([
      { module: "env", name: "f", kind: "function", type: { params: ["i32", "f64"], results: ["i64"] } },
      { module: "env", name: "t", kind: "table", type: { element: "funcref", minimum: 3, maximum: 10 } },
      { module: "env", name: "g", kind: "global", type: { type: "i64", mutable: true } },
    ]);
    expect(metered.exports.map(({ name, kind }) => [name, kind])).toEqual([
      ["memory", "memory"],
      ["own", "table"],
      ["e", "tag"],
      ["s", "function"],
    ]);
    expect(metered.memory).toEqual({ minimumPages: 2, maximumPages: 9 });
    expect(metered.importsMemory).toBe(false);
    expect(metered.tableEntries).toBe(12);
    expect(metered.hasStart).toBe(true);
    expect(metered.imageable).toBe(true);
  });

  it("makes no image of a module with a mutable global of the type v128", () => {
    const wat = `(module (global (mut v128) (v128.const i64x2 1 2)) (global v128 (v128.const i64x2 1 2)))`;
    const metered = meterModule(assemble(wat));
    expect(metered.imageable).toMatch(/v128/);
    expect(metered.globals).toEqual([]);
    expect(meterModule(assemble(`(module (global v128 (v128.const i64x2 1 2)))`)).imageable).toBe(true);
  });

  it("says that a memory is imported", () => {
    const metered = meterModule(assemble(`(module (import "env" "memory" (memory 1)))`));
    expect(metered.importsMemory).toBe(true);
    expect(metered.memory).toBeUndefined();
  });

  it.each([
    ["table.set", `(table.set 0 (i32.const 0) (ref.null func))`],
    ["table.grow", `(drop (table.grow 0 (ref.null func) (i32.const 1)))`],
    ["table.fill", `(table.fill 0 (i32.const 0) (ref.null func) (i32.const 1))`],
    ["table.copy", `(table.copy (i32.const 0) (i32.const 1) (i32.const 1))`],
    ["table.init", `(table.init $e (i32.const 0) (i32.const 0) (i32.const 1))`],
    ["elem.drop", `(elem.drop $e)`],
    ["data.drop", `(data.drop $d)`],
  ])("makes no image of a module that uses %s", (name, code) => {
    const wat = `(module (memory 1) (table 2 funcref) (data $d "x") (elem $e func $f) (func $f ${code}))`;
    expect(meterModule(assemble(wat)).imageable).toContain(name);
  });

  it("copies what it is given", () => {
    const bytes = assemble(`(module (func (export "f") (result i32) (i32.const 5)))`);
    const run = start(bytes);
    bytes.fill(0);
    expect(outcome(() => run.functions.f!())).toBe("5");
  });
});
