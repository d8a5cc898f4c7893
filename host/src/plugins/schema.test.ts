import { describe, expect, it } from "vitest";
import type { JsonValue } from "./json.ts";
import { checkArguments, parseParameters, parseSchema, propertyTypes, validate } from "./schema.ts";

function mismatches(schema: unknown, value: JsonValue): readonly string[] {
  const parsed = parseSchema(schema);
  if (parsed.schema === undefined) throw new Error(JSON.stringify(parsed.problems));
  return validate(parsed.schema, value).map(({ message }) => message);
}

function problems(schema: unknown): readonly string[] {
  return (parseParameters(schema).problems ?? []).map(({ message }) => message);
}

/** Schema, a value that fits, a value that does not, and what is said of it. */
const KEYWORDS: readonly [schema: object, fits: JsonValue, fails: JsonValue, message: string][] = [
  [{ type: "string" }, "a", 1, "the value must be a string, got 1"],
  [{ type: ["integer", "null"] }, 3, 1.5, "the value must be a whole number or null, got 1.5"],
  [{ type: "boolean" }, false, "false", 'the value must be true or false, got "false"'],
  [{ enum: ["kh", "kl", 3] }, "kh", "dh", 'the value must be one of "kh", "kl", 3, got "dh"'],
  [{ enum: [{ a: 1, b: 2 }] }, { b: 2, a: 1 }, { a: 1 }, 'the value must be {"a":1,"b":2}, got an object'],
  [{ const: 7 }, 7, 8, "the value must be 7, got 8"],
  [{ minimum: 1, maximum: 6 }, 6, 7, "the value must be at most 6, got 7"],
  [{ exclusiveMinimum: 0 }, 0.1, 0, "the value must be greater than 0, got 0"],
  [{ exclusiveMaximum: 1 }, 0.9, 1, "the value must be less than 1, got 1"],
  [{ multipleOf: 0.1 }, 0.3, 0.35, "the value must be a multiple of 0.1, got 0.35"],
  [{ minLength: 2 }, "😀😀", "😀", "the value must have at least 2 characters, got 1"],
  [{ maxLength: 1 }, "😀", "ab", "the value must have at most 1 character, got 2"],
  [{ pattern: "^[0-9]*d[0-9]+" }, "3d6", "abc", 'the value must match ^[0-9]*d[0-9]+, got "abc"'],
  [{ items: { type: "string" } }, ["a"], ["a", 1], '"[1]" must be a string, got 1'],
  [{ prefixItems: [{ type: "string" }], items: false }, ["a"], ["a", 1], '"[1]" is not allowed here'],
  [{ minItems: 1, maxItems: 2 }, [1], [1, 2, 3], "the value must have at most 2 items, got 3"],
  [
    { uniqueItems: true },
    [1, "1", [1]],
    [
      { a: 1, b: 2 },
      { b: 2, a: 1 },
    ],
    "the value must not repeat a value, but items 0 and 1 are equal",
  ],
  [{ contains: { type: "string" } }, [1, "a"], [1], "the value must contain at least 1 fitting item, got 0"],
  [{ required: ["dice"] }, { dice: 1 }, {}, '"dice" is required'],
  [
    { properties: { a: { properties: { b: { type: "string" } } } } },
    { a: {} },
    { a: { b: 1 } },
    '"a.b" must be a string, got 1',
  ],
  [
    { properties: { a: true }, additionalProperties: false },
    { a: 1 },
    { b: 1 },
    '"b" is not a known property; known are a',
  ],
  [{ additionalProperties: { type: "string" } }, { x: "a" }, { x: 1 }, '"x" must be a string, got 1'],
  [
    { patternProperties: { "^n_": { type: "number" } } },
    { n_a: 1, x: "a" },
    { n_a: "1" },
    '"n_a" must be a number, got "1"',
  ],
  [{ propertyNames: { pattern: "^[a-z]+$" } }, { a: 1 }, { A: 1 }, '"A" is not an allowed property name'],
  [{ minProperties: 1, maxProperties: 1 }, { a: 1 }, {}, "the value must have at least 1 property, got 0"],
  [{ allOf: [{ minimum: 1 }, { maximum: 2 }] }, 1, 3, "the value must be at most 2, got 3"],
  [
    { anyOf: [{ type: "string" }, { type: "integer" }] },
    1,
    true,
    "the value must fit a string or a whole number, got true",
  ],
  [{ oneOf: [{ minimum: 1 }, { maximum: 2 }] }, 3, 1.5, "the value must fit exactly one of 2 forms, but fits 2"],
  [{ not: { type: "string" } }, 1, "a", 'the value has a form that is excluded, got "a"'],
  [
    // biome-ignore lint/suspicious/noThenProperty: it is the keyword
    { if: { type: "string" }, then: { minLength: 1 }, else: { minimum: 0 } },
    "a",
    -1,
    "the value must be at least 0, got -1",
  ],
  [
    { $defs: { dice: { type: "string" } }, properties: { d: { $ref: "#/$defs/dice" } } },
    { d: "a" },
    { d: 1 },
    '"d" must be a string, got 1',
  ],
];

describe("keywords", () => {
  it.each(KEYWORDS)("%j", (schema, fits, fails, message) => {
    expect(mismatches(schema, fits)).toEqual([]);
    expect(mismatches(schema, fails)).toEqual([message]);
  });

  it("does not check format, which is an annotation", () =>
    expect(mismatches({ format: "email" }, "no mail")).toEqual([]));

  it("follows a recursive schema", () => {
    const tree = {
      $ref: "#/$defs/node",
      $defs: { node: { type: "object", properties: { children: { type: "array", items: { $ref: "#/$defs/node" } } } } },
    };
    expect(mismatches(tree, { children: [{ children: [] }] })).toEqual([]);
    expect(mismatches(tree, { children: [{ children: [1] }] })).toEqual([
      '"children[0].children[0]" must be an object, got 1',
    ]);
  });
});

describe("a schema in a manifest", () => {
  it.each<[schema: unknown, message: RegExp]>([
    [{ typ: "object" }, /^unknown schema keyword "typ"; did you mean "type"\?$/],
    [{ properties: { a: { type: "sting" } } }, /^unknown type "sting"; did you mean "string"\? \(in properties.a\)$/],
    [{ properties: { a: { pattern: "(?=x)" } } }, /is not in RE2 syntax: .*look-around/],
    [{ properties: { a: { pattern: "(a)\\1" } } }, /is not in RE2 syntax/],
    [{ properties: { a: { pattern: "a".repeat(1_001) } } }, /longer than 1000/],
    [{ properties: { a: { pattern: "(?:[a-z]{0,900}[0-9]{0,900}){1}" } } }, /too large; use smaller repetition/],
    [{ properties: { a: { pattern: "((a{900}){900}){900}" } } }, /invalid repeat count/],
    [{ patternProperties: { "(": true } }, /not in RE2 syntax/],
    [{ properties: { a: { $ref: "https://example.com/schema" } } }, /leads nowhere/],
    [{ properties: { a: { $ref: "#/$defs/__proto__" } } }, /leads nowhere/],
    [{ $ref: "#" }, /leads back to itself/],
    [{ $defs: { a: { allOf: [{ $ref: "#/$defs/b" }] }, b: { not: { $ref: "#/$defs/a" } } } }, /leads back to itself/],
    [{ type: "string" }, /the parameters of a tool are one object/],
    [{ required: "a" }, /"required" must be a list/],
    [{ properties: { a: { enum: [] } } }, /"enum" must be a list of at least one/],
    [{ properties: { a: { minLength: -1 } } }, /whole number of at least 0/],
    [{ properties: { a: { multipleOf: 0 } } }, /number above 0/],
    [{ properties: { a: 1 } }, /a schema must be an object, true or false/],
    [[], /a schema must be an object/],
    [{ properties: { a: { default: 1n } } }, /is no JSON/],
  ])("is refused: %o", (schema, message) => {
    expect(problems(schema)[0]).toMatch(message);
  });

  it("is refused when it is nested or large beyond the caps", () => {
    let deep: object = {};
    for (let level = 0; level < 100; level += 1) deep = { not: deep };
    expect(problems(deep)).toEqual([expect.stringContaining("too large")]);
    const wide = { properties: Object.fromEntries(Array.from({ length: 3_000 }, (_, index) => [`p${index}`, {}])) };
    expect(problems(wide)).toEqual([expect.stringContaining("too large")]);
  });
});

describe("hostile values and schemas", () => {
  const closed = { type: "object", properties: { dice: { type: "string" } }, additionalProperties: false };

  it.each(["__proto__", "constructor", "toString", "hasOwnProperty"])(
    "a property named %s is no known property",
    (name) => {
      expect(() => checkArguments("roll", closed, JSON.parse(`{"${name}": 1}`))).toThrow(
        `"${name}" is not a known property`,
      );
    },
  );

  it.each(["__proto__", "constructor"])("a required property named %s is missing unless it is there", (name) => {
    expect(() => checkArguments("roll", { required: [name] }, {})).toThrow(`"${name}" is required`);
    const args = checkArguments("roll", { required: [name] }, JSON.parse(`{"${name}": 1}`));
    expect(JSON.stringify(args)).toBe(`{"${name}":1}`);
  });

  it("a pattern that makes backtracking engines explode is answered", () => {
    expect(mismatches({ pattern: "^(a+)+$" }, `${"a".repeat(50_000)}b`)).toHaveLength(1);
  });

  it("a check that would take too many steps is given up", () => {
    const branch = (depth: number): object =>
      depth === 0
        ? { type: "null" }
        : { anyOf: [{ $ref: `#/$defs/d${depth - 1}` }, { $ref: `#/$defs/d${depth - 1}` }] };
    const $defs = Object.fromEntries(Array.from({ length: 40 }, (_, depth) => [`d${depth}`, branch(depth)]));
    expect(mismatches({ $defs, $ref: "#/$defs/d39" }, 1)).toEqual([
      "the value is too large to be checked against this schema",
    ]);
  });

  it("a chain of references does not exhaust the stack", () => {
    const $defs = Object.fromEntries(
      Array.from({ length: 1_500 }, (_, depth) => [
        `d${depth}`,
        depth === 0 ? { items: { $ref: "#/$defs/d1499" } } : { $ref: `#/$defs/d${depth - 1}` },
      ]),
    );
    let value: JsonValue = [];
    for (let level = 0; level < 100; level += 1) value = [value];
    expect(mismatches({ $defs, $ref: "#/$defs/d1499" }, value)).toEqual([
      "the value is too large to be checked against this schema",
    ]);
  });

  it("uniqueItems and enum are linear in long lists", () => {
    const list = Array.from({ length: 200_000 }, (_, index) => index);
    expect(mismatches({ uniqueItems: true }, list)).toEqual([]);
    expect(mismatches({ items: { enum: list } }, list)).toEqual([]);
  });

  it("no more than 20 mismatches are told", () => {
    const list = Array.from({ length: 1_000 }, () => "x");
    expect(mismatches({ items: { type: "number" } }, list)).toHaveLength(20);
  });
});

describe("arguments of a call", () => {
  const parameters = {
    type: "object",
    required: ["dice"],
    properties: {
      dice: { type: "string", pattern: "^[0-9]*d[0-9]+" },
      times: { type: "integer", default: 1, minimum: 1 },
    },
    additionalProperties: false,
  };

  it("get the defaults of top-level properties", () => {
    expect({ ...checkArguments("roll", parameters, { dice: "3d6" }) }).toEqual({ dice: "3d6", times: 1 });
    expect({ ...checkArguments("roll", parameters, { dice: "3d6", times: 2 }) }).toEqual({ dice: "3d6", times: 2 });
  });

  it("are refused with one message for one mismatch", () => {
    expect(() => checkArguments("roll", parameters, { dice: "abc" })).toThrow(
      expect.objectContaining({
        code: "invalid-arguments",
        message: 'Cannot call "roll": "dice" must match ^[0-9]*d[0-9]+, got "abc"',
      }),
    );
  });

  it("are refused with all mismatches", () => {
    expect(() => checkArguments("roll", parameters, { times: 0, sides: 1 })).toThrow(
      'Cannot call "roll":\n  - "dice" is required\n  - "times" must be at least 1, got 0\n  - "sides" is not a known property; known are dice, times',
    );
  });

  it.each([[null], [[]], ["x"], [1]])("are refused when they are %j and no object", (args) => {
    expect(() => checkArguments("roll", { type: "object" }, args)).toThrow("arguments are one object");
  });

  it("with a schema that came from code and is wrong blame the schema", () => {
    expect(() => checkArguments("roll", { typ: 1 }, {})).toThrow(expect.objectContaining({ code: "invalid-manifest" }));
  });

  it("tell the types that a property asks for", () => {
    const schema = {
      properties: {
        a: { type: ["integer", "null"] },
        b: { enum: [1, "x"] },
        c: { anyOf: [{ type: "array" }, { $ref: "#/$defs/o" }] },
        d: {},
      },
      $defs: { o: { type: "object" } },
    };
    const types = ["a", "b", "c", "d", "constructor"].map((name) => propertyTypes("t", schema, name));
    expect(types).toEqual([["integer", "null"], ["number", "string"], ["array", "object"], undefined, undefined]);
  });
});
