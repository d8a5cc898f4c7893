/**
 * A cursor over the bytes of a module. Every failure is a `PluginError` with the code `invalid-module` that names the byte
 * offset. Reads numbers, names and value types; knows nothing of sections or instructions.
 */
import { PluginError } from "../errors.ts";
import { TYPE_BYTES } from "./emit.ts";
import { refusedValueType } from "./refused.ts";
import type { ValueType } from "./types.ts";

/** Refuses a module: `Cannot accept the core module: at byte 12: …`. */
export function refuse(offset: number, why: string): never {
  throw new PluginError("invalid-module", `Cannot accept the core module: at byte ${offset}: ${why}`);
}

// ignoreBOM: a name that starts with U+FEFF is not the name without it.
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const VALUE_TYPES: ReadonlyMap<number, ValueType> = new Map(
  Object.entries(TYPE_BYTES).map(([type, byte]) => [byte, type as ValueType]),
);

/** The type of one byte, or a refusal that names the proposal. */
export function valueTypeOf(byte: number, offset: number): ValueType {
  const type = VALUE_TYPES.get(byte);
  if (type !== undefined) return type;
  const name = refusedValueType(byte);
  if (name !== undefined) refuse(offset, `uses ${name}, which is not supported`);
  refuse(offset, `expected a value type, got 0x${byte.toString(16).padStart(2, "0")}`);
}

export class Reader {
  readonly bytes: Uint8Array;
  offset: number;
  /** One past the last byte that may be read. */
  end: number;

  constructor(bytes: Uint8Array, offset: number, end: number) {
    this.bytes = bytes;
    this.offset = offset;
    this.end = end;
  }

  /** Refuses what is read; components have a reader of their own that says so. */
  refuse(offset: number, why: string): never {
    refuse(offset, why);
  }

  byte(): number {
    if (this.offset >= this.end) this.refuse(this.offset, "unexpected end");
    return this.bytes[this.offset++]!;
  }

  /** Unsigned LEB128 of at most 5 bytes. */
  u32(): number {
    const first = this.byte();
    if (first < 0x80) return first;
    let value = first & 0x7f;
    for (let shift = 7; shift <= 28; shift += 7) {
      const byte = this.byte();
      if (shift === 28 && byte > 0x0f) this.refuse(this.offset - 1, "integer too large for 32 bits");
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
    this.refuse(this.offset - 1, "integer too long");
  }

  /** Passes over a LEB128 of at most `max` bytes. */
  skipInteger(max: number): void {
    for (let count = 0; count < max; count++) if (this.byte() < 0x80) return;
    this.refuse(this.offset - 1, "integer too long");
  }

  skip(count: number): void {
    if (count > this.end - this.offset) this.refuse(this.offset, "unexpected end");
    this.offset += count;
  }

  name(): string {
    const length = this.u32();
    const start = this.offset;
    this.skip(length);
    try {
      return utf8.decode(this.bytes.subarray(start, this.offset));
    } catch {
      this.refuse(start, "a name is not valid UTF-8");
    }
  }

  valueType(): ValueType {
    return valueTypeOf(this.byte(), this.offset - 1);
  }

  valueTypes(what: string, cap: number): readonly ValueType[] {
    const count = this.u32();
    if (count > cap) this.refuse(this.offset, `a function type has ${count} ${what}, the limit is ${cap}`);
    const types: ValueType[] = [];
    for (let i = 0; i < count; i++) types.push(this.valueType());
    return types;
  }
}

/** The labels of the `br_table` at `start`..`end`, which was read before; the last is the default. */
export function readBranchTable(bytes: Uint8Array, start: number, end: number): readonly number[] {
  const labels: number[] = [];
  let at = start + 1;
  while (bytes[at++]! >= 0x80); // how many there are
  while (at < end) {
    let label = 0;
    let shift = 0;
    let byte: number;
    do {
      byte = bytes[at++]!;
      label |= (byte & 0x7f) << shift;
      shift += 7;
    } while (byte >= 0x80);
    labels.push(label);
  }
  return labels;
}
