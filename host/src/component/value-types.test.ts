/** Layout and flattening, by hand-computed examples of the Canonical ABI. */
import { describe, expect, it } from "vitest";
import {
  camelCase,
  coreSignature,
  offsetsOf,
  describe as text,
  type ValueShape,
  type ValueType,
  valueType,
} from "./value-types.ts";

const of = (kind: "u8" | "u16" | "u32" | "u64" | "f32" | "f64" | "string"): ValueType => valueType({ kind });
const tuple = (...types: ValueType[]): ValueType => valueType({ kind: "tuple", types });
const variant = (...types: (ValueType | undefined)[]): ValueType =>
  valueType({ kind: "variant", cases: types.map((type, at) => ({ name: `c${at}`, type })) });
const enumOf = (count: number): ValueShape => ({
  kind: "enum",
  cases: Array.from({ length: count }, (_, at) => `c${at}`),
});

describe("the layout of a type", () => {
  it.each<[string, ValueType, number, number]>([
    ["a tuple is padded to its largest part", tuple(of("u8"), of("u32"), of("u8")), 12, 4],
    ["order decides about padding", tuple(of("u8"), of("u8"), of("u32")), 8, 4],
    ["64 bits align to 8", tuple(of("u8"), of("u64")), 16, 8],
    ["text is pointer and length", of("string"), 8, 4],
    ["an option has a discriminant of one byte", valueType({ kind: "option", type: of("u16") }), 4, 2],
    ["a payload is aligned for every case", variant(of("u8"), of("u64")), 16, 8],
    ["a result without payloads is one byte", valueType({ kind: "result", ok: undefined, err: undefined }), 1, 1],
    ["256 cases fit in a byte", valueType(enumOf(256)), 1, 1],
    ["257 cases need two", valueType(enumOf(257)), 2, 2],
    ["8 flags fit in a byte", valueType({ kind: "flags", names: [..."abcdefgh"] }), 1, 1],
    ["9 flags need two", valueType({ kind: "flags", names: [..."abcdefghi"] }), 2, 2],
  ])("%s", (_name, type, size, align) => {
    expect([type.size, type.align]).toEqual([size, align]);
  });

  it("places the fields of a record in order", () => {
    expect(offsetsOf([of("u8"), of("u16"), of("u8"), of("u64")])).toEqual([0, 2, 4, 8]);
  });
});

describe("the flattening of a type", () => {
  it.each<[string, ValueType, readonly string[] | undefined]>([
    ["joins equal core types", variant(of("u32"), of("u8")), ["i32", "i32"]],
    ["joins i32 and f32 to i32", variant(of("u32"), of("f32")), ["i32", "i32"]],
    ["joins f32 alone to f32", variant(of("f32"), undefined), ["i32", "f32"]],
    ["joins f64 and f32 to i64", variant(of("f64"), of("f32")), ["i32", "i64"]],
    ["joins as many as the longest case", variant(of("u64"), of("string")), ["i32", "i64", "i32"]],
    ["is given up above 16", tuple(...Array.from({ length: 17 }, () => of("u8"))), undefined],
  ])("%s", (_name, type, flat) => {
    expect(type.flat).toEqual(flat);
  });

  it("passes 16 parameters in core values and 17 in memory", () => {
    const params = (count: number) => Array.from({ length: count }, (_, at) => ({ name: `p${at}`, type: of("f64") }));
    expect(coreSignature({ params: params(16), result: undefined }, "lift").params).toHaveLength(16);
    expect(coreSignature({ params: params(17), result: undefined }, "lift").params).toEqual(["i32"]);
  });

  it("returns one core value, and more through a pointer", () => {
    const type = { params: [], result: of("string") };
    expect(coreSignature(type, "lift")).toMatchObject({ params: [], results: ["i32"] });
    expect(coreSignature(type, "lower")).toMatchObject({ params: ["i32"], results: [] });
    expect(coreSignature({ params: [], result: of("f32") }, "lower")).toMatchObject({ params: [], results: ["f32"] });
  });
});

describe("the expansion of a type", () => {
  it("counts what is shared as often as it is named", () => {
    let type = of("u8");
    for (let level = 0; level < 10; level++) type = tuple(type, type);
    expect([type.nodes, type.depth]).toEqual([2 ** 11 - 1, 11]);
  });
});

it("labels become camelCase whatever their words look like", () => {
  expect(["note-info", "size-bytes", "HTTP-get", "a", "b2-c3"].map(camelCase)).toEqual([
    "noteInfo",
    "sizeBytes",
    "httpGet",
    "a",
    "b2C3",
  ]);
});

it("a type is described as in WIT, shortened", () => {
  expect(text(valueType({ kind: "result", ok: valueType({ kind: "list", element: of("u8") }), err: undefined }))).toBe(
    "result<list<u8>, _>",
  );
  const deep = tuple(tuple(tuple(tuple(of("u8")))));
  expect(text(deep)).toBe("tuple<tuple<tuple<tuple<…>>>>");
});
