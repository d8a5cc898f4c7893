/**
 * Where a NaN must be made canonical. The specification leaves the sign and the payload of a NaN that float *arithmetic* produces open,
 * and V8 uses the freedom: `0/0` is fff8… in one tier and 7ff8… in the other, `NaN + NaN` picks a different operand. All other
 * instructions keep bits: a load and a store move a signalling NaN unchanged, and so must we.
 *
 * So each function with arithmetic is followed with an abstract operand stack on which a value is *clean* (its bits are determined and
 * must be kept), *number* (cannot be NaN), or *pending*: the result of the arithmetic instruction at a known place. When a pending
 * value gets where its bits can be seen (a store, `reinterpret`, `copysign`, a global, an argument, result or block value, an
 * exception), the instruction that produced it is marked, and is followed by
 *
 *     local.tee $t  f64.const nan  local.get $t  local.get $t  f64.eq  select
 *
 * A pending value that only goes into other arithmetic, a comparison or a conversion to an integer costs nothing. A local that is only
 * ever set to pending values and numbers (an accumulator) stays pending itself: it is marked where it is *read* for such a use. Any other
 * local holds clean values, and a pending value is marked when it is put there. Everything that crosses between functions is clean.
 */
import { type ByteWriter, OP } from "./emit.ts";
import { FLOAT_ARITHMETIC, IMMEDIATE, IMMEDIATES, OPCODE_COUNT, OPCODES, PREFIX_FC } from "./opcodes.ts";
import type { ModuleInfo } from "./parse.ts";
import type { ScannedFunction } from "./points.ts";
import { Reader } from "./reader.ts";
import type { CoreFunctionType } from "./types.ts";

/** A marked instruction: offset of its end × 2, + 1 when its result is an f64. Sorted. */
export type NanMarks = readonly number[];

const NO_MARKS: NanMarks = [];

const CLEAN = 0;
const NUMBER = -1;

/** What a local may hold. Only ever raised. */
const UNSET = 0;
const ARITHMETIC_ONLY = 1;
const MIXED = 2;

/** The states of locals settle after a few passes; where they do not, all locals are taken as mixed, which is always right. */
const PASSES = 5;

const POPS = new Uint8Array(OPCODE_COUNT);
const PUSHES = new Uint8Array(OPCODE_COUNT);
for (const { code, pops, pushes } of OPCODES.values()) {
  POPS[code] = pops.length;
  PUSHES[code] = pushes.length;
}

/** Instructions that are treated by themselves. */
const SINK_TOP = new Set([0x24, 0x38, 0x39, 0xbc, 0xbd]); // global.set, f32.store, f64.store, reinterpret

export function planCanonicalization(module: ModuleInfo, index: number, scanned: ScannedFunction): NanMarks {
  if (!scanned.hasFloatArithmetic) return NO_MARKS;
  const pass = new NanPass(module, index, scanned);
  for (let count = 0; count < PASSES; count++) {
    if (!pass.run()) return pass.marks();
  }
  pass.assumeMixed();
  pass.run();
  return pass.marks();
}

/** Writes what makes the value on top of the stack canonical; `local` is of its type. */
export function writeCanonicalization(out: ByteWriter, isF64: boolean, local: number): void {
  out.op(OP.localTee, local);
  if (isF64) {
    out.byte(OP.f64Const);
    for (const byte of [0, 0, 0, 0, 0, 0, 0xf8, 0x7f]) out.byte(byte);
  } else {
    out.byte(OP.f32Const);
    for (const byte of [0, 0, 0xc0, 0x7f]) out.byte(byte);
  }
  out.op(OP.localGet, local);
  out.op(OP.localGet, local);
  out.byte(isF64 ? OP.f64Eq : OP.f32Eq);
  out.byte(OP.select);
}

interface Frame {
  readonly type: CoreFunctionType;
  readonly isLoop: boolean;
  /** Height of the operand stack below the block's parameters. */
  readonly base: number;
}

class NanPass {
  private readonly module: ModuleInfo;
  private readonly type: CoreFunctionType;
  private readonly code: number;
  private readonly end: number;
  private readonly locals: Uint8Array;
  /** 0 not a float, 1 f32, 2 f64. */
  private readonly localFloats: Uint8Array;
  private changed = false;
  private marked: number[] = [];
  private stack = new Int32Array(256);
  private height = 0;
  private frames: Frame[] = [];

  constructor(module: ModuleInfo, index: number, scanned: ScannedFunction) {
    this.module = module;
    this.type = module.types[module.functionTypes[index]!]!;
    this.code = scanned.code;
    this.end = scanned.end;
    this.localFloats = readLocalFloats(module, this.type, scanned);
    this.locals = new Uint8Array(scanned.localCount);
    this.locals.fill(MIXED, 0, this.type.params.length);
  }

  marks(): NanMarks {
    return [...new Set(this.marked)].sort((a, b) => a - b);
  }

  assumeMixed(): void {
    this.locals.fill(MIXED);
  }

  /** One pass over the code; whether the state of a local changed, so that the marks are not to be used yet. */
  run(): boolean {
    this.changed = false;
    this.marked = [];
    this.height = 0;
    this.frames = [{ type: this.type, isLoop: false, base: 0 }];
    const reader = new Reader(this.module.bytes, this.code, this.end);
    while (reader.offset < this.end) this.step(reader);
    return this.changed;
  }

  private step(reader: Reader): void {
    const { bytes } = reader;
    let opcode = bytes[reader.offset++]!;
    if (opcode === 0xfc) opcode = PREFIX_FC + reader.u32();
    if (FLOAT_ARITHMETIC[opcode] === 1) {
      this.drop(POPS[opcode]!);
      const isF64 = opcode >= 0x99 && opcode !== 0xb6;
      this.push(reader.offset * 2 + (isF64 ? 1 : 0));
      return;
    }
    switch (opcode) {
      case 0x20: {
        const local = reader.u32();
        this.push(this.localValue(local, reader.offset));
        return;
      }
      case 0x21:
        this.setLocal(reader.u32(), this.pop());
        return;
      case 0x22: {
        const value = this.pop();
        this.setLocal(reader.u32(), value);
        this.push(value);
        return;
      }
      case 0x43: // f32.const
        this.push((bytes[reader.offset + 3]! & 0x7f) === 0x7f && bytes[reader.offset + 2]! >= 0x80 ? CLEAN : NUMBER);
        reader.offset += 4;
        return;
      case 0x44: // f64.const
        this.push((bytes[reader.offset + 7]! & 0x7f) === 0x7f && bytes[reader.offset + 6]! >= 0xf0 ? CLEAN : NUMBER);
        reader.offset += 8;
        return;
      case 0x1c: // select with type
        reader.offset += 2;
        this.selectOne();
        return;
      case 0x1b:
        this.selectOne();
        return;
      case 0x8b: // abs and neg change the sign bit only: what they are given decides
      case 0x8c:
      case 0x99:
      case 0x9a:
        return;
      case 0x98: // copysign: the sign of the second operand is seen, the payload of the first is kept
      case 0xa6:
        this.mark(this.pop());
        return;
      case 0xb2: // conversions from integers
      case 0xb3:
      case 0xb4:
      case 0xb5:
      case 0xb7:
      case 0xb8:
      case 0xb9:
      case 0xba:
        this.drop(1);
        this.push(NUMBER);
        return;
    }
    if (IMMEDIATES[opcode] === IMMEDIATE.special && this.control(opcode, reader)) return;
    if (SINK_TOP.has(opcode)) this.mark(this.peek());
    this.skipImmediate(opcode, reader);
    this.drop(POPS[opcode]!);
    for (let i = PUSHES[opcode]!; i > 0; i--) this.push(CLEAN);
  }

  /** Control instructions and calls; false for what has a plain stack effect. */
  private control(opcode: number, reader: Reader): boolean {
    const { module } = this;
    switch (opcode) {
      case 0x00: // unreachable
        this.leave();
        return true;
      case 0x02: // block
      case 0x03: // loop
      case 0x04: // if
      case 0x06: {
        // try
        const type = this.blockType(reader);
        if (opcode === 0x04) this.drop(1);
        this.sink(type.params.length);
        this.frames.push({ type, isLoop: opcode === 0x03, base: this.height });
        this.pushClean(type.params.length);
        return true;
      }
      case 0x05: {
        // else
        const frame = this.frame();
        this.sink(frame.type.results.length);
        this.height = frame.base;
        this.pushClean(frame.type.params.length);
        return true;
      }
      case 0x07: // catch
      case 0x19: {
        // catch_all
        const frame = this.frame();
        this.sink(frame.type.results.length);
        this.height = frame.base;
        if (opcode === 0x07) this.pushClean(module.types[module.tagTypes[reader.u32()]!]!.params.length);
        return true;
      }
      case 0x0b: // end
      case 0x18: {
        // delegate
        if (opcode === 0x18) reader.u32();
        const frame = this.frames.pop()!;
        const results = frame.type.results.length;
        this.sinkFrom(results, frame.base);
        this.height = frame.base;
        this.pushClean(results);
        return true;
      }
      case 0x0c: // br
        this.markLabel(reader.u32());
        this.leave();
        return true;
      case 0x0d: // br_if
        this.drop(1);
        this.markLabel(reader.u32());
        return true;
      case 0x0e: {
        // br_table: all labels have the same arity
        this.drop(1);
        for (let count = reader.u32(); count > 0; count--) reader.u32();
        this.markLabel(reader.u32());
        this.leave();
        return true;
      }
      case 0x0f: // return
        this.sink(this.type.results.length);
        this.leave();
        return true;
      case 0x08: // throw
        this.sink(module.types[module.tagTypes[reader.u32()]!]!.params.length);
        this.leave();
        return true;
      case 0x09: // rethrow
        reader.u32();
        this.leave();
        return true;
      case 0x10: {
        // call
        this.callOf(module.types[module.functionTypes[reader.u32()]!]!);
        return true;
      }
      case 0x11: {
        // call_indirect
        const type = module.types[reader.u32()]!;
        reader.u32();
        this.drop(1);
        this.callOf(type);
        return true;
      }
      default:
        return false;
    }
  }

  private skipImmediate(opcode: number, reader: Reader): void {
    switch (IMMEDIATES[opcode]) {
      case IMMEDIATE.index:
      case IMMEDIATE.local:
      case IMMEDIATE.integer:
        reader.skipInteger(10);
        return;
      case IMMEDIATE.memarg:
        reader.u32();
        reader.u32();
        return;
      case IMMEDIATE.special: {
        const two = opcode === PREFIX_FC + 0x08 || opcode === PREFIX_FC + 0x0a || opcode === PREFIX_FC + 0x0c;
        reader.u32();
        if (two || opcode === PREFIX_FC + 0x0e) reader.u32();
        return;
      }
    }
  }

  private callOf(type: CoreFunctionType): void {
    this.sink(type.params.length);
    this.pushClean(type.results.length);
  }

  private selectOne(): void {
    this.drop(1);
    this.sink(2);
    this.push(CLEAN);
  }

  private localValue(local: number, end: number): number {
    const float = this.localFloats[local]!;
    if (float === 0 || this.locals[local] === MIXED) return CLEAN;
    if (this.locals[local] === UNSET) return NUMBER;
    return end * 2 + (float === 2 ? 1 : 0);
  }

  private setLocal(local: number, value: number): void {
    if (value === NUMBER) return;
    const wanted = value === CLEAN ? MIXED : ARITHMETIC_ONLY;
    if (this.locals[local]! < wanted) {
      this.locals[local] = wanted;
      this.changed = true;
    }
    if (this.locals[local] === MIXED) this.mark(value);
  }

  private frame(): Frame {
    return this.frames[this.frames.length - 1]!;
  }

  private push(value: number): void {
    if (this.height === this.stack.length) {
      const grown = new Int32Array(this.stack.length * 2);
      grown.set(this.stack);
      this.stack = grown;
    }
    this.stack[this.height++] = value;
  }

  private pushClean(count: number): void {
    for (let i = 0; i < count; i++) this.push(CLEAN);
  }

  /** Below the base of a block there is nothing to take: the code is unreachable there. */
  private pop(): number {
    if (this.height === this.frame().base) return CLEAN;
    return this.stack[--this.height]!;
  }

  private peek(): number {
    return this.height === this.frame().base ? CLEAN : this.stack[this.height - 1]!;
  }

  private drop(count: number): void {
    this.height = Math.max(this.frame().base, this.height - count);
  }

  private mark(value: number): void {
    if (value > 0) this.marked.push(value);
  }

  /** Takes values whose bits are seen. */
  private sink(count: number): void {
    this.sinkFrom(count, this.frame().base);
  }

  private sinkFrom(count: number, base: number): void {
    for (let i = 0; i < count && this.height > base; i++) this.mark(this.stack[--this.height]!);
  }

  /** Marks the values that a branch carries; they stay where they are. */
  private markLabel(label: number): void {
    const { type, isLoop } = this.frames[this.frames.length - 1 - label]!;
    const height = this.height;
    this.sink((isLoop ? type.params : type.results).length);
    this.height = height;
  }

  /** What follows is unreachable. */
  private leave(): void {
    this.height = this.frame().base;
  }

  private blockType(reader: Reader): CoreFunctionType {
    const byte = reader.bytes[reader.offset]!;
    if ((byte & 0xc0) === 0x40) {
      reader.offset++;
      return byte === 0x40 ? NO_VALUES : ONE_RESULT;
    }
    return this.module.types[reader.u32()]!;
  }
}

const NO_VALUES: CoreFunctionType = { params: [], results: [] };
/** Only the number of values matters here. */
const ONE_RESULT: CoreFunctionType = { params: [], results: ["i32"] };

function readLocalFloats(module: ModuleInfo, type: CoreFunctionType, scanned: ScannedFunction): Uint8Array {
  const floats = new Uint8Array(scanned.localCount);
  type.params.forEach((param, i) => {
    floats[i] = param === "f32" ? 1 : param === "f64" ? 2 : 0;
  });
  const reader = new Reader(module.bytes, scanned.locals, scanned.code);
  let next = type.params.length;
  for (let i = 0; i < scanned.localGroups; i++) {
    const count = reader.u32();
    const valueType = reader.valueType();
    if (valueType === "f32" || valueType === "f64") floats.fill(valueType === "f32" ? 1 : 2, next, next + count);
    next += count;
  }
  return floats;
}
