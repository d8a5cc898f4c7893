/**
 * The types of values that cross a component's boundary, resolved and structural: no index, no alias, no name of a type is left.
 * Also what the Canonical ABI derives from a type alone: alignment, element size, flattening (CanonicalABI.md, "Alignment",
 * "Element Size", "Flattening"). Nothing here reads a byte of a guest.
 */
import { shortened } from "../text.ts";

export type ScalarKind = "bool" | "s8" | "u8" | "s16" | "u16" | "s32" | "u32" | "s64" | "u64" | "f32" | "f64" | "char";

/** The identity of a resource type. Two are the same type exactly when they are the same object. */
export interface ResourceType {
  /** The interface that declares it, `""` for a world. */
  readonly interface: string;
  readonly name: string;
  /** Whether the component itself defines it; its representation is then the guest's own i32. */
  readonly ofGuest: boolean;
}

export interface Field {
  readonly name: string;
  readonly type: ValueType;
}

export interface Case {
  readonly name: string;
  readonly type: ValueType | undefined;
}

export type ValueShape =
  | { readonly kind: ScalarKind }
  | { readonly kind: "string" }
  | { readonly kind: "list"; readonly element: ValueType }
  | { readonly kind: "record"; readonly fields: readonly Field[] }
  | { readonly kind: "tuple"; readonly types: readonly ValueType[] }
  | { readonly kind: "variant"; readonly cases: readonly Case[] }
  | { readonly kind: "enum"; readonly cases: readonly string[] }
  | { readonly kind: "option"; readonly type: ValueType }
  | { readonly kind: "result"; readonly ok: ValueType | undefined; readonly err: ValueType | undefined }
  | { readonly kind: "flags"; readonly names: readonly string[] }
  | { readonly kind: "own"; readonly resource: ResourceType }
  | { readonly kind: "borrow"; readonly resource: ResourceType };

/** Facts of a type that every layer above asks for; computed once, when the type is made. */
export interface TypeFacts {
  /** Nodes after expansion of all references: what a naive walk of the type costs. */
  readonly nodes: number;
  readonly depth: number;
  /** In bytes, in 32-bit memory. */
  readonly align: number;
  /** In bytes, in 32-bit memory. */
  readonly size: number;
  /** The core values that carry it; undefined above `MAX_FLAT`, where it always goes through memory. */
  readonly flat: readonly CoreType[] | undefined;
  readonly hasBorrow: boolean;
  /** Whether it mentions a resource. */
  readonly hasHandle: boolean;
  /** Whether it contains a string or list, which live in memory of their own. */
  readonly isDynamic: boolean;
}

export type ValueType = ValueShape & TypeFacts;

export type CoreType = "i32" | "i64" | "f32" | "f64";

export interface FunctionType {
  readonly params: readonly Field[];
  readonly result: ValueType | undefined;
}

/** MAX_FLAT_PARAMS of the Canonical ABI. */
export const MAX_FLAT = 16;
/** MAX_FLAT_RESULTS of the Canonical ABI. */
export const MAX_FLAT_RESULTS = 1;

/** Adds the facts to a shape. The parts are finished types already, so the cost is that of one node. */
export function valueType(shape: ValueShape): ValueType {
  const parts = partsOf(shape);
  let nodes = 1;
  let depth = 0;
  let hasBorrow = shape.kind === "borrow";
  let hasHandle = shape.kind === "own" || shape.kind === "borrow";
  let isDynamic = shape.kind === "string" || shape.kind === "list";
  for (const part of parts) {
    if (part === undefined) continue;
    nodes += part.nodes;
    depth = Math.max(depth, part.depth);
    hasBorrow ||= part.hasBorrow;
    hasHandle ||= part.hasHandle;
    isDynamic ||= part.isDynamic;
  }
  return { ...shape, nodes, depth: depth + 1, ...layout(shape), flat: flatten(shape), hasBorrow, hasHandle, isDynamic };
}

/** The types that a value of this type holds, in order; undefined for a case without payload. */
export function partsOf(shape: ValueShape): readonly (ValueType | undefined)[] {
  switch (shape.kind) {
    case "list":
      return [shape.element];
    case "record":
      return shape.fields.map((field) => field.type);
    case "tuple":
      return shape.types;
    case "variant":
      return shape.cases.map((one) => one.type);
    case "option":
      return [undefined, shape.type];
    case "result":
      return [shape.ok, shape.err];
    default:
      return [];
  }
}

/** How a type is written in WIT, in one line, shortened to what fits a message. */
export function describe(
  type: ValueType | undefined,
  room = 3,
  names: ReadonlyMap<ValueType, string> = NO_NAMES,
): string {
  if (type === undefined) return "_";
  const name = names.get(type);
  if (name !== undefined) return short(name);
  if (room === 0 && partsOf(type).length > 0) return `${type.kind}<…>`;
  const inner = (part: ValueType | undefined) => describe(part, room - 1, names);
  switch (type.kind) {
    case "list":
      return `list<${inner(type.element)}>`;
    case "record":
      return `record { ${listed(type.fields.map((field) => `${short(field.name)}: ${inner(field.type)}`))} }`;
    case "tuple":
      return `tuple<${listed(type.types.map(inner))}>`;
    case "variant":
      return `variant { ${listed(type.cases.map((one) => short(one.name) + (one.type ? `(${inner(one.type)})` : "")))} }`;
    case "enum":
      return `enum { ${listed(type.cases.map(short))} }`;
    case "option":
      return `option<${inner(type.type)}>`;
    case "result":
      return `result<${inner(type.ok)}, ${inner(type.err)}>`;
    case "flags":
      return `flags { ${listed(type.names.map(short))} }`;
    case "own":
    case "borrow":
      return `${type.kind}<${short(type.resource.name)}>`;
    default:
      return type.kind;
  }
}

const NO_NAMES: ReadonlyMap<ValueType, string> = new Map();

/** A name of a type may have megabytes, and be used ten thousand times. */
function short(name: string): string {
  return shortened(name, NAME_CHARACTERS);
}

const NAME_CHARACTERS = 100;

function listed(parts: readonly string[]): string {
  return parts.length > 8 ? `${parts.slice(0, 8).join(", ")}, …` : parts.join(", ");
}

/** Kebab-case of WIT to the camelCase of the lifted records and flags. */
export function camelCase(name: string): string {
  return name
    .split("-")
    .map((word, at) => {
      const lower = word.toLowerCase();
      return at === 0 ? lower : lower.slice(0, 1).toUpperCase() + lower.slice(1);
    })
    .join("");
}

export function alignTo(offset: number, align: number): number {
  return Math.ceil(offset / align) * align;
}

/** Offsets of the fields of a record or tuple. */
export function offsetsOf(types: readonly ValueType[]): number[] {
  const offsets: number[] = [];
  let at = 0;
  for (const type of types) {
    at = alignTo(at, type.align);
    offsets.push(at);
    at += type.size;
  }
  return offsets;
}

/** Bytes of the number that tells which case it is. */
export function discriminantSize(cases: number): 1 | 2 | 4 {
  return cases <= 256 ? 1 : cases <= 65_536 ? 2 : 4;
}

/** Where the payload of a variant begins: behind the discriminant, aligned for every case. */
export function payloadOffset(parts: readonly (ValueType | undefined)[]): number {
  let align = 1;
  for (const part of parts) if (part !== undefined) align = Math.max(align, part.align);
  return alignTo(discriminantSize(parts.length), align);
}

/** Bytes of one of the numbers that flags are kept in; above 32 names there are several of 4. */
export function flagsWordSize(names: number): 1 | 2 | 4 {
  return names <= 8 ? 1 : names <= 16 ? 2 : 4;
}

/** Numbers that flags are kept in. More than one is what the Canonical ABI had until 2024, and `wasm-tools` has as an option. */
export function flagsWords(names: number): number {
  return Math.ceil(names / 32);
}

const SCALARS: Readonly<Record<ScalarKind, { readonly size: number; readonly flat: readonly CoreType[] }>> = {
  bool: { size: 1, flat: ["i32"] },
  s8: { size: 1, flat: ["i32"] },
  u8: { size: 1, flat: ["i32"] },
  s16: { size: 2, flat: ["i32"] },
  u16: { size: 2, flat: ["i32"] },
  s32: { size: 4, flat: ["i32"] },
  u32: { size: 4, flat: ["i32"] },
  s64: { size: 8, flat: ["i64"] },
  u64: { size: 8, flat: ["i64"] },
  f32: { size: 4, flat: ["f32"] },
  f64: { size: 8, flat: ["f64"] },
  char: { size: 4, flat: ["i32"] },
};

function layout(shape: ValueShape): { align: number; size: number } {
  switch (shape.kind) {
    case "string":
    case "list":
      return { align: 4, size: 8 };
    case "own":
    case "borrow":
      return { align: 4, size: 4 };
    case "flags": {
      const size = flagsWordSize(shape.names.length);
      return { align: size, size: size * flagsWords(shape.names.length) };
    }
    case "enum": {
      const size = discriminantSize(shape.cases.length);
      return { align: size, size };
    }
    case "record":
    case "tuple": {
      const types = shape.kind === "record" ? shape.fields.map((field) => field.type) : shape.types;
      const align = types.reduce((most, type) => Math.max(most, type.align), 1);
      const last = types.at(-1);
      const end = last === undefined ? 0 : (offsetsOf(types).at(-1) ?? 0) + last.size;
      return { align, size: alignTo(end, align) };
    }
    case "variant":
    case "option":
    case "result": {
      const parts = partsOf(shape);
      let align: number = discriminantSize(parts.length);
      let payload = 0;
      for (const part of parts) {
        if (part === undefined) continue;
        align = Math.max(align, part.align);
        payload = Math.max(payload, part.size);
      }
      return { align, size: alignTo(payloadOffset(parts) + payload, align) };
    }
    default: {
      const { size } = SCALARS[shape.kind];
      return { align: size, size };
    }
  }
}

function flatten(shape: ValueShape): readonly CoreType[] | undefined {
  switch (shape.kind) {
    case "string":
    case "list":
      return ["i32", "i32"];
    case "own":
    case "borrow":
    case "enum":
      return ["i32"];
    case "flags": {
      const words = flagsWords(shape.names.length);
      return words > MAX_FLAT ? undefined : Array.from({ length: words }, () => "i32" as const);
    }
    case "record":
      return flattenAll(shape.fields.map((field) => field.type));
    case "tuple":
      return flattenAll(shape.types);
    case "variant":
    case "option":
    case "result": {
      const flat: CoreType[] = ["i32"];
      for (const part of partsOf(shape)) {
        if (part === undefined) continue;
        if (part.flat === undefined) return undefined;
        part.flat.forEach((type, at) => {
          const before = flat[at + 1];
          flat[at + 1] = before === undefined ? type : join(before, type);
        });
      }
      return flat.length > MAX_FLAT ? undefined : flat;
    }
    default:
      return SCALARS[shape.kind].flat;
  }
}

/** The core values of several types in a row; undefined above `MAX_FLAT`. */
export function flattenAll(types: readonly ValueType[]): readonly CoreType[] | undefined {
  const flat: CoreType[] = [];
  for (const type of types) {
    if (type.flat === undefined) return undefined;
    flat.push(...type.flat);
    if (flat.length > MAX_FLAT) return undefined;
  }
  return flat;
}

/** The core type that carries either of two: the tightest that both can be cast to bit by bit. */
function join(a: CoreType, b: CoreType): CoreType {
  if (a === b) return a;
  if ((a === "i32" && b === "f32") || (a === "f32" && b === "i32")) return "i32";
  return "i64";
}

/** Parameters and results of the core function that carries a component function. */
export interface CoreSignature {
  readonly params: readonly CoreType[];
  readonly results: readonly CoreType[];
  /** The parameters go through memory: one pointer. */
  readonly paramsInMemory: boolean;
  /** The result goes through memory: a pointer returned (lift) or passed as the last parameter (lower). */
  readonly resultInMemory: boolean;
}

/** `flatten_functype` of the Canonical ABI, synchronous. */
export function coreSignature(type: FunctionType, direction: "lift" | "lower"): CoreSignature {
  const flatParams = flattenAll(type.params.map((param) => param.type));
  const paramsInMemory = flatParams === undefined;
  const flatResults = type.result === undefined ? [] : type.result.flat;
  const resultInMemory = flatResults === undefined || flatResults.length > MAX_FLAT_RESULTS;
  const params: readonly CoreType[] = flatParams ?? ["i32"];
  return {
    params: resultInMemory && direction === "lower" ? [...params, "i32"] : params,
    results: !resultInMemory ? (flatResults ?? []) : direction === "lift" ? ["i32"] : [],
    paramsInMemory,
    resultInMemory,
  };
}
