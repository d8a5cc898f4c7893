import { describe, expect, test } from "vitest";
import { type ValueShape, type ValueType, valueType } from "../component/value-types.ts";
import { fromRecorded, type HandleNumbers, NotRecordable, toRecorded } from "./recorded-values.ts";

const cursor = {};
const handles: HandleNumbers = {
  numberOf: (resource) => (resource === cursor ? 7 : 0),
  resourceOf: (number) => {
    if (number === 7) return cursor;
    throw new NotRecordable("must be 7");
  },
};
const type = (shape: ValueShape): ValueType => valueType(shape);
const simple = (kind: "bool" | "u8" | "s8" | "u32" | "s64" | "u64" | "f32" | "f64" | "char" | "string") =>
  type({ kind });
const list = (element: ValueType) => type({ kind: "list", element });
const option = (inner: ValueType) => type({ kind: "option", type: inner });
const record = type({
  kind: "record",
  fields: [
    { name: "size-bytes", type: simple("u64") },
    { name: "title", type: option(simple("string")) },
  ],
});
const variant = type({
  kind: "variant",
  cases: [
    { name: "denied", type: simple("string") },
    { name: "none-left", type: undefined },
  ],
});

describe("a value of a recording", () => {
  test.each<[string, ValueType, unknown, unknown]>([
    ["true", simple("bool"), true, true],
    ["a small number", simple("s8"), -128, -128],
    ["a 64-bit number", simple("u64"), 18446744073709551615n, "18446744073709551615"],
    ["a negative 64-bit number", simple("s64"), -9223372036854775808n, "-9223372036854775808"],
    ["a float", simple("f64"), 0.1, 0.1],
    ["negative zero", simple("f64"), -0, "-0"],
    ["infinity", simple("f32"), Number.NEGATIVE_INFINITY, "-inf"],
    ["NaN", simple("f64"), Number.NaN, "nan"],
    ["a char", simple("char"), "🦊", "🦊"],
    ["text", simple("string"), "a\u0000b", "a\u0000b"],
    ["bytes", list(simple("u8")), Uint8Array.of(0, 255, 62), "AP8+"],
    ["many bytes", list(simple("u8")), new Uint8Array(20_000).fill(65), btoa("A".repeat(20_000))],
    ["a list", list(simple("u32")), [1, 4294967295], [1, 4294967295]],
    ["a record", record, { sizeBytes: 5n, title: "T" }, { sizeBytes: "5", title: "T" }],
    ["a record without its option", record, { sizeBytes: 5n, title: undefined }, { sizeBytes: "5" }],
    ["a variant", variant, { tag: "denied", val: "no" }, { denied: "no" }],
    ["a variant without payload", variant, { tag: "none-left", val: undefined }, { "none-left": null }],
    ["an option", option(simple("u8")), undefined, null],
    ["a nested option", option(option(simple("u8"))), { tag: "some", val: undefined }, { some: null }],
    ["no nested option", option(option(simple("u8"))), { tag: "none", val: undefined }, null],
    ["an enum", type({ kind: "enum", cases: ["a", "b"] }), "b", "b"],
    ["flags", type({ kind: "flags", names: ["read-it", "write"] }), { readIt: true, write: false }, ["readIt"]],
    ["a tuple", type({ kind: "tuple", types: [simple("bool"), simple("u8")] }), [false, 3], [false, 3]],
    ["a handle", type({ kind: "own", resource: { interface: "i", name: "cursor", ofGuest: false } }), cursor, 7],
    ["a result", type({ kind: "result", ok: undefined, err: variant }), { tag: "ok", val: undefined }, { ok: null }],
  ])("%s comes back as it was", (_, valueType_, value, json) => {
    const recorded = toRecorded(valueType_, value, handles);
    expect(JSON.parse(JSON.stringify(recorded))).toEqual(json);
    expect(fromRecorded(valueType_, JSON.parse(JSON.stringify(recorded)), handles)).toEqual(value);
  });

  test.each<[string, ValueType, unknown]>([
    ["a number for text", simple("string"), 5],
    ["a lone surrogate", simple("string"), "\ud800"],
    ["two characters", simple("char"), "ab"],
    ["a number out of range", simple("u8"), 256],
    ["a fraction", simple("u32"), 1.5],
    ["a 64-bit number as a number", simple("u64"), 5],
    ["a 64-bit number out of range", simple("u64"), "18446744073709551616"],
    ["a leading zero", simple("s64"), "-0"],
    ["a double for an f32", simple("f32"), 0.1],
    ["a word for a float", simple("f64"), "Infinity"],
    ["no base64", list(simple("u8")), "*"],
    ["base64 in another form", list(simple("u8")), "AP8+\n"],
    ["an unknown case", variant, { constructor: "x" }],
    ["two cases", variant, { denied: "x", "none-left": null }],
    ["a payload too many", variant, { "none-left": 1 }],
    ["an unknown key", record, { sizeBytes: "5", extra: 1 }],
    ["an inherited key", record, Object.create({ sizeBytes: "5" })],
    ["a key __proto__", record, JSON.parse('{"sizeBytes":"5","__proto__":{}}')],
    ["a tuple of another length", type({ kind: "tuple", types: [simple("bool")] }), []],
    ["an enum's unknown word", type({ kind: "enum", cases: ["a"] }), "toString"],
    ["an unknown flag", type({ kind: "flags", names: ["a"] }), ["b"]],
    ["an unknown handle", type({ kind: "own", resource: { interface: "i", name: "c", ofGuest: false } }), 8],
    [
      "a handle that is no number",
      type({ kind: "borrow", resource: { interface: "i", name: "c", ofGuest: false } }),
      "7",
    ],
  ])("is refused: %s", (_, valueType_, json) => {
    expect(() => fromRecorded(valueType_, json, handles)).toThrow(NotRecordable);
  });
});
