/**
 * Lifting: from core values and guest memory to JavaScript values (Canonical ABI, "Loading", "Flat Lifting"). One closure per
 * type, made once per component; nothing is trusted that a guest can choose.
 */
import type { Crossing } from "./crossing.ts";
import { GuestResource, type Handle, Lent } from "./handles.ts";
import { elementBytes, hostBytes } from "./host-bytes.ts";
import { readString } from "./strings.ts";
import {
  type CoreType,
  camelCase,
  discriminantSize,
  flagsWordSize,
  offsetsOf,
  partsOf,
  payloadOffset,
  type ScalarKind,
  type ValueType,
} from "./value-types.ts";

export type FlatValue = number | bigint;

export interface Lifter {
  /** From memory at a checked pointer. */
  readonly load: (crossing: Crossing, pointer: number) => unknown;
  /** From core values, the first of them at `at`. Only for types that have a flattening. */
  readonly lift: (crossing: Crossing, flat: readonly FlatValue[], at: number) => unknown;
  /** To be taken from the budget before; what depends on the value is taken inside. */
  readonly bytes: number;
}

/** Makes lifters; types that share parts share closures. */
export class Lifters {
  readonly #made = new Map<ValueType, Lifter>();

  of(type: ValueType): Lifter {
    let lifter = this.#made.get(type);
    if (lifter === undefined) {
      lifter = { ...this.#make(type), bytes: hostBytes(type) };
      this.#made.set(type, lifter);
    }
    return lifter;
  }

  #make(type: ValueType): Omit<Lifter, "bytes"> {
    switch (type.kind) {
      case "string":
        return {
          load: (crossing, at) =>
            readString(crossing, crossing.view.getUint32(at, true), crossing.view.getUint32(at + 4, true)),
          lift: (crossing, flat, at) => readString(crossing, flat[at] as number, flat[at + 1] as number),
        };
      case "list":
        return this.#list(type.element);
      case "record":
        return this.#record(
          type.fields.map((field) => camelCase(field.name)),
          type.fields.map((field) => field.type),
        );
      case "tuple":
        return this.#tuple(type.types);
      case "flags":
        return flags(type.names.map(camelCase));
      case "enum":
        return enumeration(type.cases);
      case "variant":
        return this.#variant(type, tagged(type.cases.map((one) => one.name)));
      case "result":
        return this.#variant(type, tagged(["ok", "err"]));
      case "option":
        return this.#variant(type, type.type.kind === "option" ? tagged(["none", "some"]) : (_case, value) => value);
      case "own":
      case "borrow":
        return handle(type);
      default:
        return scalar(type.kind);
    }
  }

  #list(element: ValueType): Omit<Lifter, "bytes"> {
    const lifter = this.of(element);
    const { size, align } = element;
    const each = elementBytes(element);
    const read = (crossing: Crossing, pointer: number, count: number): unknown => {
      const length = count >>> 0;
      crossing.take(length * each);
      const start = crossing.pointer(pointer, length * size, align, "list");
      if (element.kind === "u8") return crossing.bytes.slice(start, start + length);
      const values: unknown[] = [];
      for (let at = start; at < start + length * size; at += size) values.push(lifter.load(crossing, at));
      return values;
    };
    return {
      load: (crossing, at) => read(crossing, crossing.view.getUint32(at, true), crossing.view.getUint32(at + 4, true)),
      lift: (crossing, flat, at) => read(crossing, flat[at] as number, flat[at + 1] as number),
    };
  }

  #record(keys: readonly string[], types: readonly ValueType[]): Omit<Lifter, "bytes"> {
    const parts = this.#parts(types);
    // An object that gets its null prototype last keeps its fields in slots; one that begins without is a slow hash table.
    const make = (value: (part: Part) => unknown): object => {
      const object: Record<string, unknown> = {};
      for (const part of parts) object[keys[part.index] ?? ""] = value(part);
      return Object.setPrototypeOf(object, null);
    };
    return {
      load: (crossing, at) => make((part) => part.load(crossing, at + part.offset)),
      lift: (crossing, flat, at) => make((part) => part.lift(crossing, flat, at + part.flatAt)),
    };
  }

  #tuple(types: readonly ValueType[]): Omit<Lifter, "bytes"> {
    const parts = this.#parts(types);
    return {
      load: (crossing, at) => parts.map((part) => part.load(crossing, at + part.offset)),
      lift: (crossing, flat, at) => parts.map((part) => part.lift(crossing, flat, at + part.flatAt)),
    };
  }

  #parts(types: readonly ValueType[]): Part[] {
    const offsets = offsetsOf(types);
    let flatAt = 0;
    return types.map((type, index) => {
      const { load, lift } = this.of(type);
      const part = { index, load, lift, offset: offsets[index] ?? 0, flatAt };
      flatAt += type.flat?.length ?? 0;
      return part;
    });
  }

  #variant(type: ValueType, wrap: (index: number, value: unknown) => unknown): Omit<Lifter, "bytes"> {
    const parts = partsOf(type);
    const payloads = parts.map((part) => (part === undefined ? undefined : this.of(part)));
    const readCase = discriminant(parts.length);
    const offset = payloadOffset(parts);
    const casts = parts.map((part) => castsOf(part?.flat ?? [], type.flat?.slice(1) ?? []));
    const check = (crossing: Crossing, index: number): number => {
      if (index < parts.length) return index;
      return crossing.fault(`a ${type.kind} with ${parts.length} cases has the case ${index}`);
    };
    return {
      load: (crossing, at) => {
        const index = check(crossing, readCase(crossing.view, at));
        const payload = payloads[index];
        if (payload === undefined) return wrap(index, undefined);
        crossing.take(payload.bytes);
        return wrap(index, payload.load(crossing, at + offset));
      },
      lift: (crossing, flat, at) => {
        const index = check(crossing, (flat[at] as number) >>> 0);
        const payload = payloads[index];
        if (payload === undefined) return wrap(index, undefined);
        crossing.take(payload.bytes);
        const cast = casts[index];
        if (cast === undefined) return wrap(index, payload.lift(crossing, flat, at + 1));
        return wrap(
          index,
          payload.lift(
            crossing,
            cast.map((one, slot) => one(flat[at + 1 + slot] ?? 0)),
            0,
          ),
        );
      },
    };
  }
}

interface Part {
  readonly index: number;
  readonly load: Lifter["load"];
  readonly lift: Lifter["lift"];
  readonly offset: number;
  readonly flatAt: number;
}

function tagged(names: readonly string[]): (index: number, val: unknown) => unknown {
  return (index, val) => ({ tag: names[index], val });
}

function discriminant(cases: number): (view: DataView, at: number) => number {
  const size = discriminantSize(cases);
  if (size === 1) return (view, at) => view.getUint8(at);
  return size === 2 ? (view, at) => view.getUint16(at, true) : (view, at) => view.getUint32(at, true);
}

function enumeration(names: readonly string[]): Omit<Lifter, "bytes"> {
  const read = discriminant(names.length);
  const name = (crossing: Crossing, index: number): string =>
    names[index] ?? crossing.fault(`an enum with ${names.length} cases has the case ${index}`);
  return {
    load: (crossing, at) => name(crossing, read(crossing.view, at)),
    lift: (crossing, flat, at) => name(crossing, (flat[at] as number) >>> 0),
  };
}

function flags(keys: readonly string[]): Omit<Lifter, "bytes"> {
  const size = flagsWordSize(keys.length);
  const unpack = (word: (index: number) => number): object => {
    const object: Record<string, boolean> = {};
    let bits = 0;
    keys.forEach((key, at) => {
      if ((at & 31) === 0) bits = word(at >>> 5);
      object[key] = ((bits >>> (at & 31)) & 1) === 1;
    });
    return Object.setPrototypeOf(object, null);
  };
  return {
    load: ({ view }, at) =>
      unpack((index) =>
        size === 1 ? view.getUint8(at) : size === 2 ? view.getUint16(at, true) : view.getUint32(at + index * 4, true),
      ),
    lift: (_crossing, flat, at) => unpack((index) => flat[at + index] as number),
  };
}

function handle(type: ValueType & { readonly kind: "own" | "borrow" }): Omit<Lifter, "bytes"> {
  const { resource } = type;
  const isOwn = type.kind === "own";
  const read = (crossing: Crossing, number: number): unknown => {
    const { handles, shared } = crossing.state;
    const handle: Handle = isOwn ? handles.removeOwn(number, resource) : handles.get(number, resource);
    const guests = resource.ofGuest
      ? new GuestResource(resource, handle.value as number, shared.destroyer(resource), isOwn)
      : undefined;
    if (!isOwn) {
      crossing.lent ??= new Lent();
      crossing.lent.add(handle, guests);
    }
    return guests ?? handle.value;
  };
  return {
    load: (crossing, at) => read(crossing, crossing.view.getUint32(at, true)),
    lift: (crossing, flat, at) => read(crossing, flat[at] as number),
  };
}

function char(crossing: Crossing, code: number): string {
  const scalar = code >>> 0;
  if (scalar > 0x10ffff || (scalar >= 0xd800 && scalar <= 0xdfff))
    crossing.fault(`a char has the value 0x${scalar.toString(16)}, which is no Unicode scalar value`);
  return String.fromCodePoint(scalar);
}

type NumericKind = Exclude<ScalarKind, "char">;

/** Core values to values of a scalar type; high bits that the type does not have are ignored. */
const FROM_CORE: Readonly<Record<NumericKind, (value: FlatValue) => unknown>> = {
  bool: (value) => value !== 0,
  s8: (value) => ((value as number) << 24) >> 24,
  u8: (value) => (value as number) & 0xff,
  s16: (value) => ((value as number) << 16) >> 16,
  u16: (value) => (value as number) & 0xffff,
  s32: (value) => (value as number) | 0,
  u32: (value) => (value as number) >>> 0,
  s64: (value) => BigInt.asIntN(64, value as bigint),
  u64: (value) => BigInt.asUintN(64, value as bigint),
  f32: (value) => value,
  f64: (value) => value,
};

const LOADS: Readonly<Record<NumericKind, (view: DataView, at: number) => unknown>> = {
  bool: (view, at) => view.getUint8(at) !== 0,
  s8: (view, at) => view.getInt8(at),
  u8: (view, at) => view.getUint8(at),
  s16: (view, at) => view.getInt16(at, true),
  u16: (view, at) => view.getUint16(at, true),
  s32: (view, at) => view.getInt32(at, true),
  u32: (view, at) => view.getUint32(at, true),
  s64: (view, at) => view.getBigInt64(at, true),
  u64: (view, at) => view.getBigUint64(at, true),
  f32: (view, at) => view.getFloat32(at, true),
  f64: (view, at) => view.getFloat64(at, true),
};

/** For functions of scalars alone, which are lifted without a crossing. */
export function scalarFromCore(type: ValueType): ((value: FlatValue) => unknown) | undefined {
  return isNumeric(type.kind) ? FROM_CORE[type.kind] : undefined;
}

function isNumeric(kind: string): kind is NumericKind {
  return Object.hasOwn(FROM_CORE, kind);
}

/** All NaNs are one: JavaScript cannot tell them apart, and what leaves it again is canonicalised in `lower.ts`. */
function scalar(kind: ScalarKind): Omit<Lifter, "bytes"> {
  if (kind === "char")
    return {
      load: (crossing, at) => char(crossing, crossing.view.getUint32(at, true)),
      lift: (crossing, flat, at) => char(crossing, flat[at] as number),
    };
  const load = LOADS[kind];
  const fromCore = FROM_CORE[kind];
  return {
    load: ({ view }, at) => load(view, at),
    lift: (_crossing, flat, at) => fromCore(flat[at] ?? 0),
  };
}

type Cast = (value: FlatValue) => FlatValue;

/** How the joined core values of a variant become those of one case; undefined where nothing is to be done. */
function castsOf(wanted: readonly CoreType[], joined: readonly CoreType[]): readonly Cast[] | undefined {
  if (wanted.every((type, at) => type === joined[at])) return undefined;
  return wanted.map((type, at) => cast(joined[at] ?? type, type));
}

const bits = new DataView(new ArrayBuffer(8));

function cast(from: CoreType, to: CoreType): Cast {
  if (from === to) return (value) => value;
  if (to === "i32") return (value) => Number(BigInt.asIntN(32, value as bigint));
  if (to === "f64")
    return (value) => {
      bits.setBigUint64(0, BigInt.asUintN(64, value as bigint));
      return bits.getFloat64(0);
    };
  return (value) => {
    bits.setInt32(0, from === "i32" ? (value as number) : Number(BigInt.asIntN(32, value as bigint)));
    return bits.getFloat32(0);
  };
}
