/**
 * Section 7: value types, function types, instance types, resource types, resolved while they are read (Binary.md, "Type
 * Definitions"). What belongs to asynchronous components or to linking of components at run time is refused by name.
 */
import type { Caps } from "./caps.ts";
import { decodeAlias } from "./decode-alias.ts";
import { decodeCoreType, readModuleType } from "./decode-core-types.ts";
import { ComponentReader, quoted } from "./reader.ts";
import {
  type Decoding,
  type Entity,
  type ExternType,
  type InstanceEntity,
  type InstanceTypeEntity,
  type NamedLater,
  type OuterView,
  Scope,
  type TypeEntity,
} from "./scope.ts";
import {
  type Case,
  camelCase,
  type Field,
  type FunctionType,
  type ValueShape,
  type ValueType,
  valueType,
} from "./value-types.ts";

const PRIMITIVES: ReadonlyMap<number, ValueType> = new Map(
  (
    [
      [0x7f, "bool"],
      [0x7e, "s8"],
      [0x7d, "u8"],
      [0x7c, "s16"],
      [0x7b, "u16"],
      [0x7a, "s32"],
      [0x79, "u32"],
      [0x78, "s64"],
      [0x77, "u64"],
      [0x76, "f32"],
      [0x75, "f64"],
      [0x74, "char"],
      [0x73, "string"],
    ] as const
  ).map(([byte, kind]) => [byte, valueType({ kind })]),
);

/** Types that this host knows of and does not accept. */
const REFUSED: ReadonlyMap<number, string> = new Map([
  [0x64, "error-context"],
  [0x66, "stream"],
  [0x65, "future"],
  [0x67, "list of fixed length"],
  [0x63, "map"],
  [0x43, "async function"],
  [0x3e, "resource with an asynchronous destructor"],
]);

export function decodeType(decoding: Decoding, scope: Scope, reader: ComponentReader): TypeEntity {
  const at = reader.offset;
  const byte = reader.byte();
  switch (byte) {
    case 0x40:
      return { sort: "function", type: functionType(decoding, scope, reader) };
    case 0x42: {
      const at = reader.offset;
      const view = scope.view();
      decodeInstanceType(decoding, view, reader, placeholders(decoding));
      return { sort: "instance", at, end: reader.offset, view };
    }
    case 0x41:
      componentType(decoding, scope.view(), reader);
      return { sort: "component" };
    case 0x3f:
      return resourceType(decoding, scope, reader);
  }
  refuse(reader, byte, at);
  return { sort: "value", type: definedValueType(decoding, scope, reader, byte, at) };
}

function refuse(reader: ComponentReader, byte: number, at: number): void {
  const name = REFUSED.get(byte);
  if (name !== undefined) reader.fail(`the type "${name}" is not supported by this host`, at);
}

function definedValueType(
  decoding: Decoding,
  scope: Scope,
  reader: ComponentReader,
  byte: number,
  at: number,
): ValueType {
  const primitive = PRIMITIVES.get(byte);
  if (primitive !== undefined) return primitive;
  const shape = valueShape(decoding, scope, reader, byte);
  if (shape === undefined) return reader.fail(`the type 0x${byte.toString(16)} is unknown`, at);
  return decoding.caps.type(valueType(shape));
}

function valueShape(decoding: Decoding, scope: Scope, reader: ComponentReader, byte: number): ValueShape | undefined {
  const type = () => readValueType(scope, reader);
  switch (byte) {
    case 0x72:
      return { kind: "record", fields: fields(decoding.caps, reader, "fields", 1, type) };
    case 0x71:
      return { kind: "variant", cases: cases(decoding.caps, reader, type) };
    case 0x70:
      return { kind: "list", element: type() };
    case 0x6f: {
      const types: ValueType[] = [];
      for (let left = nonEmpty(reader, "types of a tuple"); left > 0; left--) {
        decoding.caps.count("typeParts");
        types.push(type());
      }
      return { kind: "tuple", types };
    }
    case 0x6e: {
      const names = labels(decoding.caps, reader, "flags");
      return { kind: "flags", names };
    }
    case 0x6d:
      return { kind: "enum", cases: labels(decoding.caps, reader, "cases of an enum") };
    case 0x6b:
      return { kind: "option", type: type() };
    case 0x6a:
      return { kind: "result", ok: optional(reader, type), err: optional(reader, type) };
    case 0x69:
    case 0x68: {
      const entity = scope.get(scope.types, reader, "type");
      if (entity.sort !== "resource") return reader.fail("a handle names a type that is not a resource");
      return { kind: byte === 0x69 ? "own" : "borrow", resource: entity.resource };
    }
    default:
      return undefined;
  }
}

/** A reference to a value type: a primitive, or an index. */
export function readValueType(scope: Scope, reader: ComponentReader): ValueType {
  const at = reader.offset;
  const byte = reader.peek() ?? reader.byte();
  const primitive = PRIMITIVES.get(byte);
  if (primitive !== undefined) {
    reader.byte();
    return primitive;
  }
  // Type opcodes are negative numbers of one byte; what is not negative is an index.
  if (byte >= 0x40 && byte < 0x80) {
    refuse(reader, byte, at);
    reader.fail(`the value type 0x${byte.toString(16)} is unknown`, at);
  }
  const entity = scope.get(scope.types, reader, "type");
  return entity.sort === "value" ? entity.type : reader.fail("an index names a type that is not a value type", at);
}

function optional<T>(reader: ComponentReader, read: () => T): T | undefined {
  const byte = reader.byte();
  if (byte === 0) return undefined;
  return byte === 1 ? read() : reader.fail("an optional type begins with a byte that is neither 0 nor 1");
}

function nonEmpty(reader: ComponentReader, what: string): number {
  const count = reader.count(what, 10_000);
  return count > 0 ? count : reader.fail(`there are no ${what}`);
}

function labels(caps: Caps, reader: ComponentReader, what: string): string[] {
  const unique = new UniqueLabels(caps);
  const names: string[] = [];
  for (let left = nonEmpty(reader, what); left > 0; left--) names.push(unique.read(reader));
  return names;
}

function fields(caps: Caps, reader: ComponentReader, what: string, least: 0 | 1, type: () => ValueType): Field[] {
  const unique = new UniqueLabels(caps);
  const all: Field[] = [];
  for (let left = least === 1 ? nonEmpty(reader, what) : reader.count(what, 1_000); left > 0; left--)
    all.push({ name: unique.read(reader), type: type() });
  return all;
}

function cases(caps: Caps, reader: ComponentReader, type: () => ValueType): Case[] {
  const unique = new UniqueLabels(caps);
  const all: Case[] = [];
  for (let left = nonEmpty(reader, "cases of a variant"); left > 0; left--) {
    const name = unique.read(reader);
    const payload = optional(reader, type);
    if (reader.byte() !== 0) reader.fail("a case refines another, which is not supported");
    all.push({ name, type: payload });
  }
  return all;
}

/** Labels of one type, checked to be kebab-case and to stay apart when they become camelCase. */
class UniqueLabels {
  readonly #seen = new Set<string>();
  readonly #caps: Caps;

  constructor(caps: Caps) {
    this.#caps = caps;
  }

  read(reader: ComponentReader): string {
    const at = reader.offset;
    this.#caps.count("typeParts");
    const name = reader.name();
    if (!KEBAB.test(name)) reader.fail(`the label ${quoted(name)} is not kebab-case`, at);
    const key = camelCase(name).toLowerCase();
    if (this.#seen.has(key)) reader.fail(`the label ${quoted(name)} is there twice`, at);
    this.#seen.add(key);
    return name;
  }
}

const KEBAB = /^(?:[a-z][a-z0-9]*|[A-Z][A-Z0-9]*)(?:-(?:[a-z0-9]+|[A-Z0-9]+))*$/;

function functionType(decoding: Decoding, scope: Scope, reader: ComponentReader): FunctionType {
  const params = fields(decoding.caps, reader, "parameters", 0, () => readValueType(scope, reader));
  const at = reader.offset;
  const form = reader.byte();
  if (form === 0x00) {
    const result = readValueType(scope, reader);
    if (result.hasBorrow) reader.fail("a result contains a borrow", at);
    return { params, result };
  }
  if (form !== 0x01 || reader.byte() !== 0x00) reader.fail("named results are not supported", at);
  return { params, result: undefined };
}

function resourceType(decoding: Decoding, scope: Scope, reader: ComponentReader): TypeEntity {
  const at = reader.offset;
  if (scope.isType) reader.fail(`an ${scope.kind} defines a resource`, at);
  if (reader.byte() !== 0x7f) reader.fail("a resource is not represented by an i32", at);
  const destructor = optional(reader, () => scope.get(scope.coreItems.func, reader, "core function"));
  if (destructor !== undefined && destructor.signature !== "i32 -> ")
    reader.fail("a destructor does not have the type i32 -> ()", at);
  const resource: NamedLater = { interface: "", name: "", ofGuest: true };
  decoding.definitions.set(resource, { instance: scope.instance(decoding), destructor });
  return { sort: "resource", resource };
}

/**
 * What the exports that a type declares stand for: makes or finds the definition of that name, and refuses what does not fit.
 * Later declarations speak of what it answers.
 */
export type Exporter = (name: string, type: ExternType, reader: ComponentReader) => Entity;

/** Evaluates the declarations of an instance type. */
export function decodeInstanceType(
  decoding: Decoding,
  outer: OuterView,
  reader: ComponentReader,
  exporter: Exporter,
): InstanceEntity {
  const noImports = () => reader.fail("an instance type imports something");
  const scope = new Scope(outer, noImports, "instance type");
  decoding.caps.nest(() => {
    for (let left = reader.count("declarations", 10_000); left > 0; left--)
      declaration(decoding, scope, reader, reader.byte(), exporter);
  });
  return scope.exports;
}

/** The same at a place where its bytes were read before. */
export function evaluateInstanceType(decoding: Decoding, type: InstanceTypeEntity, exporter: Exporter): InstanceEntity {
  decoding.caps.read(type.end - type.at);
  return decodeInstanceType(decoding, type.view, new ComponentReader(decoding.bytes, type.at, type.end), exporter);
}

/** Reads the declarations of a component type, for their form alone. */
function componentType(decoding: Decoding, outer: OuterView, reader: ComponentReader): void {
  const scope = new Scope(outer, placeholders(decoding), "component type");
  decoding.caps.nest(() => {
    const imported = new Set<string>();
    for (let left = reader.count("declarations", 10_000); left > 0; left--) {
      const at = reader.offset;
      const form = reader.byte();
      if (form !== 0x03) {
        declaration(decoding, scope, reader, form, placeholders(decoding));
        continue;
      }
      const name = readExternName(reader);
      if (imported.has(name)) reader.fail(`two imports are called ${quoted(name)}`, at);
      imported.add(name);
      scope.add(decoding, scope.imports(name, readExternType(scope, reader), reader));
    }
  });
}

function declaration(
  decoding: Decoding,
  scope: Scope,
  reader: ComponentReader,
  form: number,
  exporter: Exporter,
): void {
  const at = reader.offset - 1;
  if (form === 0x00) decodeCoreType(decoding, scope, reader);
  else if (form === 0x01) scope.addType(decoding, decodeType(decoding, scope, reader));
  else if (form === 0x02) decodeAlias(decoding, scope, reader);
  else if (form === 0x04) exportDeclaration(decoding, scope, reader, exporter);
  else reader.fail(`the declaration 0x${form.toString(16)} is not supported in an ${scope.kind}`, at);
}

function exportDeclaration(decoding: Decoding, scope: Scope, reader: ComponentReader, exporter: Exporter): void {
  const at = reader.offset;
  const name = readExternName(reader);
  if (scope.exports.has(name)) reader.fail(`two exports are called ${quoted(name)}`, at);
  const entity = exporter(name, readExternType(scope, reader), reader);
  scope.exports.set(name, entity);
  scope.add(decoding, entity);
}

/** When a type is defined nothing stands for its exports yet: they only have to make sense. */
function placeholders(decoding: Decoding): Exporter {
  return (name, type) => placeholder(decoding, type, "", name);
}

/** Stands for a definition of which only the type is known; for a function and a type that is all there is to know. */
export function placeholder(decoding: Decoding, type: ExternType, interfaceName: string, name: string): Entity {
  switch (type.sort) {
    case "func":
      return { sort: "func", func: { from: "host", interface: interfaceName, name, type: type.type } };
    case "type":
      if (type.bound !== "resource") return { sort: "type", type: type.bound };
      return { sort: "type", type: { sort: "resource", resource: { interface: interfaceName, name, ofGuest: false } } };
    case "instance":
      return { sort: "instance", instance: evaluateInstanceType(decoding, type.type, placeholders(decoding)) };
    case "component":
      return { sort: "component", component: undefined };
    case "core module":
      return { sort: "core module", module: undefined };
  }
}

/** The name of an import or export, in either of its two forms. */
export function readExternName(reader: ComponentReader): string {
  const at = reader.offset;
  const form = reader.byte();
  if (form > 1) reader.fail("a name with attributes is not supported", at);
  const name = reader.name();
  if (name === "") reader.fail("an import or export has no name", at);
  return name;
}

export function readExternType(scope: Scope, reader: ComponentReader): ExternType {
  const at = reader.offset;
  const byte = reader.byte();
  if (byte === 0x01) {
    const entity = scope.get(scope.types, reader, "type");
    return entity.sort === "function"
      ? { sort: "func", type: entity.type }
      : reader.fail("a function is declared with a type that is not a function type", at);
  }
  if (byte === 0x03) {
    const bound = reader.byte();
    if (bound === 0x01) return { sort: "type", bound: "resource" };
    if (bound !== 0x00) reader.fail(`the type bound 0x${bound.toString(16)} is unknown`, at);
    return { sort: "type", bound: scope.get(scope.types, reader, "type") };
  }
  if (byte === 0x05) {
    const entity = scope.get(scope.types, reader, "type");
    return entity.sort === "instance"
      ? { sort: "instance", type: entity }
      : reader.fail("an instance is declared with a type that is not an instance type", at);
  }
  if (byte === 0x04) {
    const entity = scope.get(scope.types, reader, "type");
    return entity.sort === "component"
      ? { sort: "component" }
      : reader.fail("a component is declared with a type that is not a component type", at);
  }
  if (byte === 0x00) {
    if (reader.byte() !== 0x11) reader.fail("a core definition is declared that is not a module", at);
    return { sort: "core module", type: readModuleType(scope, reader) };
  }
  if (byte === 0x02) reader.fail("a value is imported or exported, which is not supported by this host", at);
  return reader.fail(`the extern kind 0x${byte.toString(16)} is unknown`, at);
}
