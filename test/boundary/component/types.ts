/** Random component types with random values of them, and the WIT that declares them. Seeded by the caller. */
import fc from "fast-check";
import {
  camelCase,
  type ScalarKind,
  type ValueShape,
  type ValueType,
  valueType,
} from "../../../host/src/component/value-types.ts";

const NUMBERS: readonly ScalarKind[] = [
  "bool",
  "s8",
  "u8",
  "s16",
  "u16",
  "s32",
  "u32",
  "s64",
  "u64",
  "f32",
  "f64",
  "char",
];
const LABELS = ["a", "then", "constructor", "to-string", "has-own-property", "value-of", "b2", "c-d-e", "x", "y-z"];

/** A type of which every kind may be, resources excepted. */
export function anyType(depth: number): fc.Arbitrary<ValueType> {
  const leaf = fc.constantFrom<ValueShape>(
    ...NUMBERS.map((kind) => ({ kind })),
    { kind: "string" },
    { kind: "string" },
  );
  if (depth === 0) return leaf.map(valueType);
  const part = anyType(depth - 1);
  const maybe = fc.option(part, { nil: undefined });
  const labels = (max: number) => fc.integer({ min: 1, max }).map((count) => LABELS.slice(0, count));
  const named = <T>(one: fc.Arbitrary<T>) =>
    labels(6).chain((names) => fc.tuple(...names.map((name) => one.map((type) => ({ name, type })))));
  return fc
    .oneof(
      leaf,
      part.map((element): ValueShape => ({ kind: "list", element })),
      named(part).map((fields): ValueShape => ({ kind: "record", fields })),
      fc.array(part, { minLength: 1, maxLength: 5 }).map((types): ValueShape => ({ kind: "tuple", types })),
      named(maybe).map((cases): ValueShape => ({ kind: "variant", cases })),
      labels(10).map((cases): ValueShape => ({ kind: "enum", cases })),
      part.map((type): ValueShape => ({ kind: "option", type })),
      fc.tuple(maybe, maybe).map(([ok, err]): ValueShape => ({ kind: "result", ok, err })),
      fc
        .integer({ min: 1, max: 32 })
        .map((count): ValueShape => ({ kind: "flags", names: Array.from({ length: count }, (_, at) => `f${at}`) })),
    )
    .map(valueType);
}

/** A value in our lifted representation. */
export function anyValue(type: ValueType): fc.Arbitrary<unknown> {
  const integer = (min: number, max: number) => fc.integer({ min, max });
  switch (type.kind) {
    case "bool":
      return fc.boolean();
    case "s8":
      return integer(-128, 127);
    case "u8":
      return integer(0, 255);
    case "s16":
      return integer(-32768, 32767);
    case "u16":
      return integer(0, 65535);
    case "s32":
      return integer(-(2 ** 31), 2 ** 31 - 1);
    case "u32":
      return integer(0, 2 ** 32 - 1);
    case "s64":
      return fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    case "u64":
      return fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
    case "f32":
      return fc.float();
    case "f64":
      return fc.double();
    case "char":
      return fc.oneof(integer(0, 0xd7ff), integer(0xe000, 0x10ffff)).map((code) => String.fromCodePoint(code));
    case "string":
      return fc.oneof(
        fc.string({ maxLength: 80 }),
        fc.string({ unit: "grapheme", maxLength: 20 }),
        fc.constantFrom("", "\ufeffbom", "é".repeat(30)),
      );
    case "list":
      return type.element.kind === "u8"
        ? fc.uint8Array({ maxLength: 40 })
        : fc.array(anyValue(type.element), { maxLength: 4 });
    case "record":
      return object(type.fields.map((field) => [camelCase(field.name), anyValue(field.type)]));
    case "tuple":
      return fc.tuple(...type.types.map(anyValue));
    case "variant":
      return tagged(type.cases.map((one) => [one.name, one.type]));
    case "enum":
      return fc.constantFrom(...type.cases);
    case "option":
      return type.type.kind === "option"
        ? tagged([
            ["none", undefined],
            ["some", type.type],
          ])
        : fc.option(anyValue(type.type), { nil: undefined });
    case "result":
      return tagged([
        ["ok", type.ok],
        ["err", type.err],
      ]);
    case "flags":
      return object(type.names.map((name) => [camelCase(name), fc.boolean()]));
    default:
      throw new Error(`no values of ${type.kind}`);
  }
}

function object(entries: readonly (readonly [string, fc.Arbitrary<unknown>])[]): fc.Arbitrary<unknown> {
  return fc.tuple(...entries.map(([, value]) => value)).map((values) => {
    const made: Record<string, unknown> = Object.create(null);
    entries.forEach(([key], at) => {
      made[key] = values[at];
    });
    return made;
  });
}

function tagged(cases: readonly (readonly [string, ValueType | undefined])[]): fc.Arbitrary<unknown> {
  return fc.oneof(
    ...cases.map(([tag, type]) =>
      (type === undefined ? fc.constant(undefined) : anyValue(type)).map((val) => ({ tag, val })),
    ),
  );
}

const TYPED_ARRAYS = {
  s8: Int8Array,
  s16: Int16Array,
  u16: Uint16Array,
  s32: Int32Array,
  u32: Uint32Array,
  f32: Float32Array,
  f64: Float64Array,
  s64: BigInt64Array,
  u64: BigUint64Array,
} as const;

/** The same value as jco takes it: lists of numbers as typed arrays (it passes zeros for other arrays). */
export function forJco(type: ValueType, value: unknown): unknown {
  switch (type.kind) {
    case "list": {
      const { element } = type;
      if (element.kind in TYPED_ARRAYS) return TYPED_ARRAYS[element.kind as "u16"].from(value as number[]);
      return element.kind === "u8" ? value : (value as unknown[]).map((one) => forJco(element, one));
    }
    case "tuple":
      return type.types.map((part, at) => forJco(part, (value as unknown[])[at]));
    case "record":
      return Object.fromEntries(
        type.fields.map((field) => {
          const key = camelCase(field.name);
          return [key, forJco(field.type, (value as Record<string, unknown>)[key])];
        }),
      );
    case "option":
      if (type.type.kind !== "option") return value === undefined ? undefined : forJco(type.type, value);
      return payloadForJco(value, [
        ["none", undefined],
        ["some", type.type],
      ]);
    case "result":
      return payloadForJco(value, [
        ["ok", type.ok],
        ["err", type.err],
      ]);
    case "variant":
      return payloadForJco(
        value,
        type.cases.map((one) => [one.name, one.type]),
      );
    default:
      return value;
  }
}

function payloadForJco(value: unknown, cases: readonly (readonly [string, ValueType | undefined])[]): unknown {
  const { tag, val } = value as { tag: string; val: unknown };
  const type = cases.find(([name]) => name === tag)?.[1];
  return { tag, val: type && forJco(type, val) };
}

/** Declares types in WIT; record, variant, enum and flags need names. */
export class WitPrinter {
  readonly declarations: string[] = [];

  print(type: ValueType): string {
    switch (type.kind) {
      case "list":
        return `list<${this.print(type.element)}>`;
      case "tuple":
        return `tuple<${type.types.map((one) => this.print(one)).join(", ")}>`;
      case "option":
        return `option<${this.print(type.type)}>`;
      case "result":
        if (type.err === undefined) return type.ok === undefined ? "result" : `result<${this.print(type.ok)}>`;
        return `result<${type.ok === undefined ? "_" : this.print(type.ok)}, ${this.print(type.err)}>`;
      case "record":
        return this.#declare(
          "record",
          type.fields.map((field) => `%${field.name}: ${this.print(field.type)}`),
        );
      case "variant":
        return this.#declare(
          "variant",
          type.cases.map((one) => `%${one.name}` + (one.type ? `(${this.print(one.type)})` : "")),
        );
      case "enum":
        return this.#declare(
          "enum",
          type.cases.map((name) => `%${name}`),
        );
      case "flags":
        return this.#declare(
          "flags",
          type.names.map((name) => `%${name}`),
        );
      default:
        return type.kind;
    }
  }

  #declare(keyword: string, parts: readonly string[]): string {
    const name = `t${this.declarations.length}`;
    this.declarations.push(`${keyword} ${name} { ${parts.join(", ")} }`);
    return name;
  }
}
