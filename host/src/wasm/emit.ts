/**
 * A growing buffer of WebAssembly bytes, and the numbers of the format: sections, types, and the opcodes that the rewriter writes. Knows how
 * things are encoded, not what is written.
 */
import type { CoreFunctionType, ValueType } from "./types.ts";

/** Opcodes by name: what the rewriter emits, and what `scan.ts` and `nan.ts` treat by themselves. */
export const OP = {
  unreachable: 0x00,
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  try: 0x06,
  catch: 0x07,
  throw: 0x08,
  rethrow: 0x09,
  end: 0x0b,
  br: 0x0c,
  brIf: 0x0d,
  brTable: 0x0e,
  return: 0x0f,
  call: 0x10,
  callIndirect: 0x11,
  returnCall: 0x12,
  returnCallIndirect: 0x13,
  delegate: 0x18,
  catchAll: 0x19,
  select: 0x1b,
  selectTyped: 0x1c,
  localGet: 0x20,
  localSet: 0x21,
  localTee: 0x22,
  globalGet: 0x23,
  globalSet: 0x24,
  tableGet: 0x25,
  tableSet: 0x26,
  memorySize: 0x3f,
  memoryGrow: 0x40,
  i32Const: 0x41,
  i64Const: 0x42,
  f32Const: 0x43,
  f64Const: 0x44,
  i32Eqz: 0x45,
  i32Eq: 0x46,
  i32LtS: 0x48,
  i32LtU: 0x49,
  i32GtU: 0x4b,
  i32Sub: 0x6b,
  i32And: 0x71,
  i64LtS: 0x53,
  f32Eq: 0x5b,
  f64Eq: 0x61,
  i64Add: 0x7c,
  i64Sub: 0x7d,
  i64Mul: 0x7e,
  i64And: 0x83,
  i64Or: 0x84,
  i64Shl: 0x86,
  i64ShrU: 0x88,
  i32WrapI64: 0xa7,
  i64ExtendI32U: 0xad,
  refNull: 0xd0,
  refFunc: 0xd2,
} as const;

/** The block type without parameters and results. */
export const VOID = 0x40;

export const TYPE_BYTES: Readonly<Record<ValueType, number>> = {
  i32: 0x7f,
  i64: 0x7e,
  f32: 0x7d,
  f64: 0x7c,
  v128: 0x7b,
  funcref: 0x70,
  externref: 0x6f,
};

/** What begins a core module: `\0asm`, version 1. */
export const PREAMBLE: readonly number[] = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

/** What begins a function type. */
export const FUNCTION_TYPE = 0x60;

/** Binary ids of the sections. */
export const SECTION = {
  custom: 0,
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  global: 6,
  export: 7,
  start: 8,
  element: 9,
  code: 10,
  data: 11,
  dataCount: 12,
  tag: 13,
  /** Of the string references proposal: refused. */
  strings: 14,
} as const;

/** The most bytes that one LEB128 here takes. */
export const LONGEST = 10;

/** Writes an unsigned LEB128 where there is room for it; answers where it ends. */
export function putU32(bytes: Uint8Array, at: number, value: number): number {
  let end = at;
  let rest = value;
  while (rest >= 0x80) {
    bytes[end++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  bytes[end++] = rest;
  return end;
}

/** The same of a safe integer, signed. */
export function putSigned(bytes: Uint8Array, at: number, value: number): number {
  let end = at;
  let rest = value | 0;
  if (rest !== value) {
    // More than 32 bits: four groups of seven, and the rest fits again.
    for (let shift = 0; shift < 28; shift += 7) bytes[end++] = ((rest >>> shift) & 0x7f) | 0x80;
    rest = (Math.floor(value / 2 ** 32) << 4) | (rest >>> 28);
  }
  while (rest >= 0x40 || rest < -0x40) {
    bytes[end++] = (rest & 0x7f) | 0x80;
    rest >>= 7;
  }
  bytes[end++] = rest & 0x7f;
  return end;
}

/** Below this a loop copies faster than `set(subarray())`. */
const SHORT_COPY = 48;

export class ByteWriter {
  bytes: Uint8Array<ArrayBuffer>;
  /** Of `bytes`. */
  view: DataView<ArrayBuffer>;
  length = 0;

  constructor(capacity: number) {
    this.bytes = new Uint8Array(capacity);
    this.view = new DataView(this.bytes.buffer);
  }

  /** Makes room for `count` more bytes. */
  reserve(count: number): void {
    if (this.length + count <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.length + count));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
    this.view = new DataView(grown.buffer);
  }

  byte(value: number): void {
    if (this.length === this.bytes.length) this.reserve(1);
    this.bytes[this.length++] = value;
  }

  all(...values: readonly number[]): void {
    for (const value of values) this.byte(value);
  }

  /** An opcode and an index. */
  op(opcode: number, index: number): void {
    this.reserve(1 + LONGEST);
    const { bytes, length } = this;
    bytes[length] = opcode;
    this.length = putU32(bytes, length + 1, index);
  }

  u32(value: number): void {
    this.reserve(LONGEST);
    this.length = putU32(this.bytes, this.length, value);
  }

  /** `i64.const` of a safe integer. */
  i64Const(value: number): void {
    this.byte(OP.i64Const);
    this.signed(value);
  }

  i32Const(value: number): void {
    this.byte(OP.i32Const);
    this.signed(value);
  }

  /** Signed LEB128 of a safe integer. */
  signed(value: number): void {
    this.reserve(LONGEST);
    this.length = putSigned(this.bytes, this.length, value);
  }

  name(text: string): void {
    const encoded = new TextEncoder().encode(text);
    this.u32(encoded.length);
    this.copy(encoded, 0, encoded.length);
  }

  copy(source: Uint8Array, start: number, end: number): void {
    const count = end - start;
    this.reserve(count);
    if (count < SHORT_COPY) {
      const { bytes } = this;
      let to = this.length;
      for (let from = start; from < end; from++) bytes[to++] = source[from]!;
    } else {
      this.bytes.set(source.subarray(start, end), this.length);
    }
    this.length += count;
  }

  /** Writes a 5-byte length for what follows; `closeLength` fills it in. Five bytes, so that nothing needs to move. */
  openLength(): number {
    this.reserve(5);
    this.length += 5;
    return this.length;
  }

  /** @param elsewhere Bytes that will follow what is written here. */
  closeLength(start: number, elsewhere = 0): number {
    const size = this.length - start + elsewhere;
    let rest = size;
    for (let i = start - 5; i < start - 1; i++) {
      this.bytes[i] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.bytes[start - 1] = rest;
    return size;
  }

  /** What `write` writes, behind its length. */
  sized(write: () => void): void {
    const start = this.openLength();
    write();
    this.closeLength(start);
  }

  section(id: number, write: () => void): void {
    this.byte(id);
    this.sized(write);
  }

  /** A section that is a list. */
  entries(id: number, count: number, write: () => void): void {
    this.section(id, () => {
      this.u32(count);
      write();
    });
  }

  functionType({ params, results }: CoreFunctionType): void {
    this.byte(FUNCTION_TYPE);
    for (const types of [params, results]) {
      this.u32(types.length);
      for (const each of types) this.byte(TYPE_BYTES[each]);
    }
  }

  /** A copy of what is written. */
  result(): Uint8Array<ArrayBuffer> {
    return this.bytes.slice(0, this.length);
  }

  /** A view of what is written, until more is. */
  written(start = 0, end = this.length): Uint8Array {
    return this.bytes.subarray(start, end);
  }
}
