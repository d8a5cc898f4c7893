/**
 * Lowering: from JavaScript values to core values and guest memory (Canonical ABI, "Storing", "Flat Lowering"). A value is read
 * once, before anything is written: that checks its shape, estimates its size, and leaves what is to be written on the crossing's
 * tape. So a getter that changes its answer, or throws, changes nothing that was checked, and no code of the host's values runs
 * while the guest's memory is written. What is of the wrong shape is a mistake of the host, a `TypeError`. One closure per type,
 * made once per component.
 */
import type { Crossing } from "./crossing.ts";
import { GuestResource } from "./handles.ts";
import { elementBytes, hostBytes } from "./host-bytes.ts";
import type { FlatValue } from "./lift.ts";
import { readHostString, writeString } from "./strings.ts";
import {
  type CoreType,
  camelCase,
  describe,
  discriminantSize,
  flagsWordSize,
  flagsWords,
  offsetsOf,
  partsOf,
  payloadOffset,
  type ScalarKind,
  type ValueType,
} from "./value-types.ts";

export interface Lowerer {
  /** Reads and checks a value, puts it on the tape, and answers its estimated host bytes (`host-bytes.ts`). */
  readonly read: (crossing: Crossing, value: unknown) => number;
  /** Writes what is next on the tape to memory, at a checked pointer. */
  readonly store: (crossing: Crossing, pointer: number) => void;
  /** Appends the core values of what is next on the tape. Only for types that have a flattening. */
  readonly lower: (crossing: Crossing, out: FlatValue[]) => void;
}

/** Makes lowerers; types that share parts share closures. */
export class Lowerers {
  readonly #made = new Map<ValueType, Lowerer>();

  of(type: ValueType): Lowerer {
    let lowerer = this.#made.get(type);
    if (lowerer === undefined) {
      lowerer = this.#make(type);
      this.#made.set(type, lowerer);
    }
    return lowerer;
  }

  #make(type: ValueType): Lowerer {
    switch (type.kind) {
      case "string":
        return string(type);
      case "list":
        return type.element.kind === "u8" ? byteList(type) : this.#list(type, type.element);
      case "record": {
        const reads = type.fields.map((field) => fieldReader(camelCase(field.name)));
        const isRecord = (value: unknown) => typeof value === "object" && value !== null;
        return this.#product(
          type,
          type.fields.map((field) => field.type),
          isRecord,
          (value, at) => reads[at]?.(value as object),
        );
      }
      case "tuple": {
        const { types } = type;
        const isTuple = (value: unknown) => Array.isArray(value) && value.length === types.length;
        return this.#product(type, types, isTuple, (value, at) => (value as unknown[])[at]);
      }
      case "flags":
        return flags(type, type.names.map(camelCase));
      case "enum":
        return enumeration(type, type.cases);
      case "variant":
        return this.#variant(type, taggedCase(type.cases.map((one) => one.name)), payloadOf);
      case "result":
        return this.#variant(type, taggedCase(["ok", "err"]), payloadOf);
      case "option":
        return type.type.kind === "option"
          ? this.#variant(type, taggedCase(["none", "some"]), payloadOf)
          : this.#variant(
              type,
              (value) => (value === undefined ? 0 : 1),
              (value) => value,
            );
      case "own":
      case "borrow":
        return handle(type);
      default:
        return scalar(type, type.kind);
    }
  }

  #list(type: ValueType, element: ValueType): Lowerer {
    const lowerer = this.of(element);
    const { size, align } = element;
    const base = hostBytes(type);
    const each = elementBytes(element);
    const isFixed = isFixedSize(element);
    const write = (crossing: Crossing): number => {
      const length = crossing.next() as number;
      const start = crossing.allocate(length * size, align);
      for (let at = 0; at < length; at++) lowerer.store(crossing, start + at * size);
      crossing.length = length;
      return start;
    };
    return {
      read: (crossing, value) => {
        if (!Array.isArray(value)) return mismatch(crossing, type, value);
        const length = value.length;
        crossing.check(length * each);
        crossing.put(length);
        let sum = base;
        for (let at = 0; at < length; at++) sum += lowerer.read(crossing, value[at]);
        return isFixed ? base + length * each : sum;
      },
      store: (crossing, pointer) => storeRange(crossing, pointer, write(crossing)),
      lower: (crossing, out) => out.push(write(crossing), crossing.length),
    };
  }

  #product(
    type: ValueType,
    types: readonly ValueType[],
    isProduct: (value: unknown) => boolean,
    field: (value: unknown, at: number) => unknown,
  ): Lowerer {
    const offsets = offsetsOf(types);
    const parts = types.map((part, at) => ({ ...this.of(part), at, offset: offsets[at] ?? 0 }));
    const base = hostBytes(type) - types.reduce((sum, part) => sum + hostBytes(part), 0);
    return {
      read: (crossing, value) => {
        if (!isProduct(value)) return mismatch(crossing, type, value);
        let sum = base;
        for (const part of parts) sum += part.read(crossing, field(value, part.at));
        return sum;
      },
      store: (crossing, pointer) => {
        for (const part of parts) part.store(crossing, pointer + part.offset);
      },
      lower: (crossing, out) => {
        for (const part of parts) part.lower(crossing, out);
      },
    };
  }

  #variant(type: ValueType, caseOf: (value: unknown) => number, payload: (value: unknown) => unknown): Lowerer {
    const parts = partsOf(type);
    const lowerers = parts.map((part) => (part === undefined ? undefined : this.of(part)));
    const base = hostBytes(type);
    const writeCase = discriminantWriter(parts.length);
    const offset = payloadOffset(parts);
    const joined = type.flat?.slice(1) ?? [];
    const casts = parts.map((part) => castsOf(part?.flat ?? [], joined));
    const zeros = joined.map((one) => (one === "i64" ? 0n : 0));
    return {
      read: (crossing, value) => {
        const index = caseOf(value);
        if (index < 0) return mismatch(crossing, type, value);
        crossing.put(index);
        const lowerer = lowerers[index];
        return lowerer === undefined ? base : base + lowerer.read(crossing, payload(value));
      },
      store: (crossing, pointer) => {
        const index = crossing.next() as number;
        writeCase(crossing.view, pointer, index);
        lowerers[index]?.store(crossing, pointer + offset);
      },
      lower: (crossing, out) => {
        const index = crossing.next() as number;
        const start = out.push(index);
        lowerers[index]?.lower(crossing, out);
        const cast = casts[index];
        if (cast !== undefined)
          for (let at = start; at < out.length; at++) out[at] = cast[at - start]?.(out[at] ?? 0) ?? 0;
        for (let at = out.length - start; at < zeros.length; at++) out.push(zeros[at] ?? 0);
      },
    };
  }
}

/** Whether every value of the type takes the same estimate. */
function isFixedSize(type: ValueType): boolean {
  if (type.isDynamic || type.kind === "variant" || type.kind === "option" || type.kind === "result") return false;
  return partsOf(type).every((part) => part === undefined || isFixedSize(part));
}

function storeRange(crossing: Crossing, pointer: number, start: number): void {
  crossing.view.setUint32(pointer, start, true);
  crossing.view.setUint32(pointer + 4, crossing.length, true);
}

function string(type: ValueType): Lowerer {
  const base = hostBytes(type);
  return {
    read: (crossing, value) =>
      typeof value === "string" ? base + readHostString(crossing, value) : mismatch(crossing, type, value),
    store: (crossing, pointer) => storeRange(crossing, pointer, writeString(crossing)),
    lower: (crossing, out) => out.push(writeString(crossing), crossing.length),
  };
}

/** The length as the platform keeps it, whatever a subclass says. */
const byteLength = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), "byteLength")?.get as (
  this: Uint8Array,
) => number;

function byteList(type: ValueType): Lowerer {
  const base = hostBytes(type);
  const write = (crossing: Crossing): number => {
    const bytes = crossing.next() as Uint8Array;
    const length = crossing.next() as number;
    const start = crossing.allocate(length, 1);
    if (byteLength.call(bytes) !== length)
      throw new TypeError(`The ${crossing.where} have bytes that changed their length while they were passed`);
    crossing.bytes.set(bytes, start);
    crossing.length = length;
    return start;
  };
  return {
    read: (crossing, value) => {
      if (!(value instanceof Uint8Array)) return mismatch(crossing, type, value);
      const length = byteLength.call(value);
      crossing.put(value);
      crossing.put(length);
      return base + length;
    },
    store: (crossing, pointer) => storeRange(crossing, pointer, write(crossing)),
    lower: (crossing, out) => out.push(write(crossing), crossing.length),
  };
}

/** Reads a field; what every object inherits, such as `constructor`, is no field. */
function fieldReader(key: string): (value: object) => unknown {
  if (!(key in Object.prototype)) return (value) => (value as Record<string, unknown>)[key];
  return (value) => (Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined);
}

function payloadOf(value: unknown): unknown {
  return (value as { readonly val?: unknown }).val;
}

function taggedCase(names: readonly string[]): (value: unknown) => number {
  const indices = new Map(names.map((name, index) => [name, index]));
  return (value) => {
    if (typeof value !== "object" || value === null) return -1;
    return indices.get((value as { readonly tag?: unknown }).tag as string) ?? -1;
  };
}

function discriminantWriter(cases: number): (view: DataView, at: number, index: number) => void {
  const size = discriminantSize(cases);
  if (size === 1) return (view, at, index) => view.setUint8(at, index);
  return size === 2
    ? (view, at, index) => view.setUint16(at, index, true)
    : (view, at, index) => view.setUint32(at, index, true);
}

function enumeration(type: ValueType, names: readonly string[]): Lowerer {
  const indices = new Map<unknown, number>(names.map((name, index) => [name, index]));
  const base = hostBytes(type);
  const write = discriminantWriter(names.length);
  return {
    read: (crossing, value) => {
      const index = indices.get(value);
      if (index === undefined) return mismatch(crossing, type, value);
      crossing.put(index);
      return base;
    },
    store: (crossing, pointer) => write(crossing.view, pointer, crossing.next() as number),
    lower: (crossing, out) => out.push(crossing.next() as number),
  };
}

function flags(type: ValueType, keys: readonly string[]): Lowerer {
  const base = hostBytes(type);
  const size = flagsWordSize(keys.length);
  const words = flagsWords(keys.length);
  const reads = keys.map(fieldReader);
  return {
    read: (crossing, value) => {
      if (typeof value !== "object" || value === null) return mismatch(crossing, type, value);
      for (let word = 0; word < words; word++) {
        let bits = 0;
        for (let at = word * 32; at < Math.min(word * 32 + 32, reads.length); at++) {
          const flag = reads[at]?.(value);
          if (typeof flag !== "boolean") return mismatch(crossing, type, value);
          if (flag) bits |= 1 << (at & 31);
        }
        crossing.put(bits);
      }
      return base;
    },
    store: (crossing, pointer) => {
      const { view } = crossing;
      if (size === 1) view.setUint8(pointer, crossing.next() as number);
      else if (size === 2) view.setUint16(pointer, crossing.next() as number, true);
      else for (let word = 0; word < words; word++) view.setInt32(pointer + word * 4, crossing.next() as number, true);
    },
    lower: (crossing, out) => {
      for (let word = 0; word < words; word++) out.push(crossing.next() as number);
    },
  };
}

function handle(type: ValueType & { readonly kind: "own" | "borrow" }): Lowerer {
  const { resource } = type;
  const base = hostBytes(type);
  const isOwn = type.kind === "own";
  const number = (crossing: Crossing): number => {
    const value = crossing.next();
    const { handles, shared } = crossing.state;
    if (isOwn) return handles.add(resource, resource.ofGuest ? GuestResource.take(value as GuestResource) : value);
    if (!resource.ofGuest) return handles.lend(resource, value, crossing.scope);
    const representation = GuestResource.lend(value as GuestResource);
    // Whoever defines a resource is lent the representation itself, for it knows no better.
    return shared.definer(resource) === crossing.state
      ? representation
      : handles.lend(resource, representation, crossing.scope);
  };
  return {
    read: (crossing, value) => {
      const fits = resource.ofGuest
        ? GuestResource.is(value, resource, crossing.state.shared.destroyer(resource), isOwn)
        : typeof value === "object" && value !== null;
      if (!fits) return mismatch(crossing, type, value);
      crossing.put(value);
      return base;
    },
    store: (crossing, pointer) => crossing.view.setUint32(pointer, number(crossing), true),
    lower: (crossing, out) => out.push(number(crossing)),
  };
}

const INTEGER_RANGES: ReadonlyMap<ScalarKind, readonly [low: number, high: number]> = new Map([
  ["s8", [-0x80, 0x7f]],
  ["u8", [0, 0xff]],
  ["s16", [-0x8000, 0x7fff]],
  ["u16", [0, 0xffff]],
  ["s32", [-0x8000_0000, 0x7fff_ffff]],
  ["u32", [0, 0xffff_ffff]],
]);

/** Whether a JavaScript value is one of the scalar type. */
export function scalarCheck(kind: ScalarKind): (value: unknown) => boolean {
  if (kind === "u32") return (value) => typeof value === "number" && value >>> 0 === value;
  if (kind === "s32") return (value) => typeof value === "number" && (value | 0) === value;
  const range = INTEGER_RANGES.get(kind);
  if (range !== undefined) {
    const [low, high] = range;
    return (value) => Number.isInteger(value) && (value as number) >= low && (value as number) <= high;
  }
  switch (kind) {
    case "bool":
      return (value) => typeof value === "boolean";
    case "s64":
      return (value) => typeof value === "bigint" && BigInt.asIntN(64, value) === value;
    case "u64":
      return (value) => typeof value === "bigint" && BigInt.asUintN(64, value) === value;
    case "char":
      return isScalarValue;
    default:
      return (value) => typeof value === "number";
  }
}

function isScalarValue(value: unknown): boolean {
  if (typeof value !== "string") return false;
  const code = value.codePointAt(0);
  return code !== undefined && String.fromCodePoint(code) === value && (code & 0xfffff800) !== 0xd800;
}

function scalar(type: ValueType, kind: ScalarKind): Lowerer {
  const base = hostBytes(type);
  const check = scalarCheck(kind);
  const toCore = scalarToCore(kind);
  const store = STORES[kind];
  return {
    read: (crossing, value) => {
      if (!check(value)) mismatch(crossing, type, value);
      crossing.put(toCore(value));
      return base;
    },
    store: (crossing, pointer) => store(crossing.view, pointer, crossing.next() as FlatValue),
    lower: (crossing, out) => out.push(crossing.next() as FlatValue),
  };
}

/** A NaN is always the canonical one: which bits a computed NaN has depends on the engine's tier. */
export function scalarToCore(kind: ScalarKind): (value: unknown) => FlatValue {
  switch (kind) {
    case "bool":
      return (value) => (value === true ? 1 : 0);
    case "char":
      return (value) => (value as string).codePointAt(0) ?? 0;
    case "f32":
    case "f64":
      return (value) => (Number.isNaN(value) ? Number.NaN : (value as number));
    default:
      return (value) => value as FlatValue;
  }
}

type Store = (view: DataView, at: number, value: FlatValue) => void;
const store8: Store = (view, at, value) => view.setInt8(at, value as number);
const store16: Store = (view, at, value) => view.setInt16(at, value as number, true);
const store32: Store = (view, at, value) => view.setInt32(at, value as number, true);
const store64: Store = (view, at, value) => view.setBigInt64(at, value as bigint, true);

const CANONICAL_NAN_32 = 0x7fc0_0000;
const CANONICAL_NAN_64 = 0x7ff8_0000_0000_0000n;

const STORES: Readonly<Record<ScalarKind, Store>> = {
  bool: store8,
  s8: store8,
  u8: store8,
  s16: store16,
  u16: store16,
  s32: store32,
  u32: store32,
  s64: store64,
  u64: store64,
  f32: (view, at, value) => {
    if (Number.isNaN(value)) view.setUint32(at, CANONICAL_NAN_32, true);
    else view.setFloat32(at, value as number, true);
  },
  f64: (view, at, value) => {
    if (Number.isNaN(value)) view.setBigUint64(at, CANONICAL_NAN_64, true);
    else view.setFloat64(at, value as number, true);
  },
  char: store32,
};

type Cast = (value: FlatValue) => FlatValue;

/** How the core values of one case become the joined ones of the variant; undefined where nothing is to be done. */
function castsOf(own: readonly CoreType[], joined: readonly CoreType[]): readonly Cast[] | undefined {
  if (own.every((type, at) => type === joined[at])) return undefined;
  return own.map((type, at) => cast(type, joined[at] ?? type));
}

const bits = new DataView(new ArrayBuffer(8));

function cast(from: CoreType, to: CoreType): Cast {
  if (from === to) return (value) => value;
  if (from === "i32") return (value) => BigInt((value as number) >>> 0);
  if (from === "f64")
    return (value) => {
      STORES.f64(bits, 0, value);
      return bits.getBigUint64(0, true);
    };
  return (value) => {
    STORES.f32(bits, 0, value);
    const word = bits.getUint32(0, true);
    return to === "i32" ? word : BigInt(word);
  };
}

/** Refuses a value of the host that is not of the type. */
export function mismatch({ where }: { readonly where: string }, type: ValueType, value: unknown): never {
  throw new TypeError(`The ${where} is of the wrong type: expected ${describe(type)}, got ${show(value)}`);
}

function show(value: unknown): string {
  if (value === null || value === undefined || typeof value === "boolean") return String(value);
  if (typeof value === "number" || typeof value === "bigint") return `the ${typeof value} ${value}`;
  if (typeof value === "string") return `the string ${JSON.stringify(value.slice(0, 40))}`;
  return Array.isArray(value) ? `an array of ${value.length}` : `a value of the type ${typeof value}`;
}
