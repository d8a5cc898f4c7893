/**
 * Random JSON Schemas, many of them wrong, and random values: a schema is parsed or its problems are listed, checking ends
 * and never throws, says the same twice, and gives nothing a prototype that was not there.
 */
import assert from "node:assert/strict";
import type { JsonValue } from "../../../host/src/plugins/json.ts";
import { checkArguments, parseSchema, propertyTypes, validate } from "../../../host/src/plugins/schema.ts";
import { one, type Pick, picker, unlessRefused } from "../support.ts";

export const name = "schemas";

const TYPES = ["object", "array", "string", "number", "integer", "boolean", "null", "any", 7, null];
const KEYS = ["a", "b", "__proto__", "constructor", "toString", "then", "", "length", "a/b~c"];
const PATTERNS = [
  "^a+$",
  "(a+)+$",
  "(a|aa)*b",
  "[",
  "\\p{L}+",
  "(?=x)",
  "\\1",
  ".{0,500}",
  "(x{1000}){1000}",
  "^\\w{2,3}$",
  "",
];
const REFERENCES = [
  "#",
  "#/$defs/a",
  "#/$defs/__proto__",
  "#/properties/a",
  "https://x/y",
  "#/a~1b",
  "#/$defs/b/$defs/a",
];

export function input(seed: number): string {
  const { schema, value } = make(seed);
  return JSON.stringify({ schema, value }, undefined, 1);
}

export async function run(seed: number): Promise<void> {
  const { schema, value } = make(seed);
  const parsed = parseSchema(schema);
  if (parsed.schema === undefined) {
    assert(parsed.problems.length > 0 && parsed.problems.every(({ message }) => message.length > 0));
    return;
  }
  assert.deepEqual(parseSchema(parsed.schema.json).problems, undefined, "its own JSON is refused");
  const mismatches = validate(parsed.schema, value);
  assert.deepEqual(validate(parsed.schema, value), mismatches);
  assert(mismatches.length <= 20);
  const parameters = schema as object;
  const checked = await unlessRefused(["invalid-arguments", "invalid-manifest"], () =>
    checkArguments("t", parameters, value),
  );
  if (checked !== undefined) assert.equal(Object.getPrototypeOf(checked), null);
  await unlessRefused(["invalid-manifest"], () => propertyTypes("t", parameters, "a"));
  assert.equal(({} as { polluted?: unknown }).polluted, undefined);
}

function make(seed: number): { schema: JsonValue; value: JsonValue } {
  const pick = picker(seed, 0x7363);
  return { schema: anySchema(pick, 4), value: anyValue(pick, 4) };
}

function anySchema(pick: Pick, depth: number): JsonValue {
  if (depth <= 0 || pick(12) === 0)
    return one<JsonValue>(pick, [true, false, {}, { type: one(pick, TYPES) as JsonValue }]);
  const deeper = () => anySchema(pick, depth - 1);
  const some = <T>(make: () => T): T[] => Array.from({ length: pick(4) }, make);
  const keyed = (make: () => JsonValue) => Object.fromEntries(some(() => [one(pick, KEYS), make()]));
  const number = () => one(pick, [0, 1, -1, 2.5, 1e308, 3, 100, -0]);
  const keywords: Record<string, () => JsonValue> = {
    type: () => (pick(4) === 0 ? some(() => one(pick, TYPES) as JsonValue) : (one(pick, TYPES) as JsonValue)),
    properties: () => keyed(deeper),
    patternProperties: () => Object.fromEntries(some(() => [one(pick, PATTERNS), deeper()])),
    additionalProperties: deeper,
    propertyNames: deeper,
    required: () => some(() => one(pick, KEYS)),
    items: deeper,
    prefixItems: () => some(deeper),
    contains: deeper,
    anyOf: () => some(deeper),
    oneOf: () => some(deeper),
    allOf: () => some(deeper),
    not: deeper,
    if: deeper,
    enum: () => some(() => anyValue(pick, 2)),
    const: () => anyValue(pick, 2),
    pattern: () => one(pick, PATTERNS),
    minLength: number,
    maxLength: number,
    minimum: number,
    exclusiveMaximum: number,
    multipleOf: number,
    uniqueItems: () => pick(2) === 0,
    maxItems: number,
    minProperties: number,
    $ref: () => one(pick, REFERENCES),
    $defs: () => keyed(deeper),
    default: () => anyValue(pick, 2),
    description: () => "text",
    unknown: () => 1,
  };
  const names = Object.keys(keywords);
  return Object.fromEntries(
    some(() => one(pick, names)).map((keyword) => [keyword, pick(15) === 0 ? anyValue(pick, 1) : keywords[keyword]!()]),
  ) as JsonValue;
}

function anyValue(pick: Pick, depth: number): JsonValue {
  const kind = pick(depth > 0 ? 9 : 7);
  if (kind === 7) return Array.from({ length: pick(5) }, () => anyValue(pick, depth - 1));
  if (kind === 8) {
    // `fromEntries` defines `__proto__` as a property of its own.
    return Object.fromEntries(Array.from({ length: pick(5) }, () => [one(pick, KEYS), anyValue(pick, depth - 1)]));
  }
  const text = one(pick, ["", "a", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", "ab", "é", "\u{1f98a}", "__proto__"]);
  return one<JsonValue>(pick, [null, true, 0, -1.5, text, text, 2 ** 53 - 1, false]);
}
