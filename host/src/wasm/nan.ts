/**
 * Where a NaN must be made canonical. The specification leaves the sign and the payload of a NaN that float *arithmetic* produces open,
 * and V8 uses the freedom: `0/0` is fff8… in one tier and 7ff8… in the other, `NaN + NaN` picks a different operand. All other
 * instructions keep bits: a load and a store move a signalling NaN unchanged, and so must we.
 *
 * So each function with arithmetic is followed with an abstract operand stack (`nan-stack.ts`) on which a value is *clean* (its bits are determined and
 * must be kept), *number* (cannot be NaN), or *pending*: the result of the arithmetic instruction at a known place. When a pending
 * value gets where its bits can be seen (a store, `reinterpret`, `copysign`, a global, an argument, result or block value, an
 * exception), the instruction that produced it is marked, and is followed by
 *
 *     local.tee $t  f64.const nan  local.get $t  local.get $t  f64.eq  select
 *     local.tee $t  v128.const nan nan  local.get $t  local.get $t  f64x2.eq  v128.bitselect
 *
 * A vector is pending in a *shape*, f32x4 or f64x2. Arithmetic and comparisons in that shape do not see its bits; every other vector
 * instruction does. Lanes move on their own: `f32x4.splat` and `extract_lane` of what is pending give what is pending, made there.
 *
 * A pending value that only goes into other arithmetic, a comparison or a conversion to an integer costs nothing. A local that is only
 * ever set to pending values and numbers (an accumulator) stays pending itself: it is marked where it is *read* for such a use. Any other
 * local holds clean values, and a pending value is marked when it is put there. Everything that crosses between functions is clean.
 */

import { type NanMarks, nanMark } from "./nan-marks.ts";
import { CLEAN, MIXED, NanStack, NUMBER } from "./nan-stack.ts";
import {
  FLOAT_ARITHMETIC,
  FLOAT_SHAPE,
  IMMEDIATE,
  IMMEDIATES,
  OPCODE_COUNT,
  OPCODES,
  PREFIX_FC,
  PREFIX_FD,
  prefixed,
} from "./opcodes.ts";
import type { ModuleInfo } from "./parse.ts";
import type { ScannedFunction } from "./points.ts";
import { Reader } from "./reader.ts";
import type { CoreFunctionType } from "./types.ts";

const NO_MARKS: NanMarks = [];

/** The states of locals settle after a few passes; where they do not, all locals are taken as mixed, which is always right. */
const PASSES = 5;

const POPS = new Uint8Array(OPCODE_COUNT);
const PUSHES = new Uint8Array(OPCODE_COUNT);
for (const { code, pops, pushes } of OPCODES.values()) {
  POPS[code] = pops.length;
  PUSHES[code] = pushes.length;
}

const { f32, f64, f32x4, f64x2 } = FLOAT_SHAPE;

/** The shape in which an instruction reads its vectors without seeing the bits of a NaN. */
const READS_SHAPE = new Uint8Array(OPCODE_COUNT);
for (const { code, name } of OPCODES.values()) {
  const [type, operation = ""] = name.split(".");
  if (name.endsWith("trunc_sat_f32x4_s") || name.endsWith("trunc_sat_f32x4_u") || operation === "promote_low_f32x4") {
    READS_SHAPE[code] = f32x4;
  } else if (operation.startsWith("trunc_sat_f64x2") || operation === "demote_f64x2_zero") {
    READS_SHAPE[code] = f64x2;
  } else if (
    (type === "f32x4" || type === "f64x2") &&
    (FLOAT_ARITHMETIC[code] || /^(eq|ne|lt|gt|le|ge)$/.test(operation))
  ) {
    READS_SHAPE[code] = FLOAT_SHAPE[type];
  }
}

const V128_CONST = PREFIX_FD + 0x0c;
const F32X4_SPLAT = PREFIX_FD + 0x13;
const F64X2_SPLAT = PREFIX_FD + 0x14;
const F32X4_EXTRACT_LANE = PREFIX_FD + 0x1f;
const F64X2_EXTRACT_LANE = PREFIX_FD + 0x21;
const F32X4_ABS = PREFIX_FD + 0xe0;
const F32X4_NEG = PREFIX_FD + 0xe1;
const F32X4_PMIN = PREFIX_FD + 0xea;
const F32X4_PMAX = PREFIX_FD + 0xeb;
const F64X2_ABS = PREFIX_FD + 0xec;
const F64X2_NEG = PREFIX_FD + 0xed;
const F64X2_PMIN = PREFIX_FD + 0xf6;
const F64X2_PMAX = PREFIX_FD + 0xf7;

/**
 * What is done at once: scalar instructions that see no bits of a NaN and whose results are clean. Operands, results, and how many LEB128 follow, in
 * three bits each, above one that is set.
 */
const PLAIN = new Int32Array(0x100);

/** Scalar instructions that show the bits of the topmost operand. */
const SINK_TOP = new Uint8Array(OPCODE_COUNT);
for (const code of [0x24, 0x38, 0x39, 0xbc, 0xbd]) SINK_TOP[code] = 1; // global.set, f32.store, f64.store, reinterpret

/** Scalar instructions that `step` treats by themselves: locals, `select`, abs, neg, copysign, and conversions from integers. */
const TREATED = [0x1b, 0x8b, 0x8c, 0x98, 0x99, 0x9a, 0xa6, 0xb2, 0xb3, 0xb4, 0xb5, 0xb7, 0xb8, 0xb9, 0xba];
const LEBS = new Map<number, number>([
  [IMMEDIATE.none, 0],
  [IMMEDIATE.index, 1],
  [IMMEDIATE.integer, 1],
  [IMMEDIATE.memarg, 2],
]);
for (const { code, immediate, pops, pushes } of OPCODES.values()) {
  const lebs = LEBS.get(immediate);
  if (code >= 0x100 || lebs === undefined || FLOAT_ARITHMETIC[code] || SINK_TOP[code] || TREATED.includes(code))
    continue;
  PLAIN[code] = 1 | (pops.length << 1) | (pushes.length << 4) | (lebs << 7);
}

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

class NanPass extends NanStack {
  private readonly module: ModuleInfo;
  private readonly type: CoreFunctionType;
  private readonly code: number;
  private readonly end: number;
  constructor(module: ModuleInfo, index: number, scanned: ScannedFunction) {
    super(scanned.localCount);
    this.module = module;
    this.type = module.types[module.functionTypes[index]!]!;
    this.code = scanned.code;
    this.end = scanned.end;
    this.locals.fill(MIXED, 0, this.type.params.length);
    this.fillOthers(new Reader(module.bytes, scanned.locals, scanned.code), scanned.localGroups);
  }

  /** Locals that are neither floats nor vectors hold no NaN. */
  private fillOthers(declarations: Reader, groups: number): void {
    let local = this.type.params.length;
    for (let i = 0; i < groups; i++) {
      const next = local + declarations.u32();
      const type = declarations.valueType();
      if (type !== "f32" && type !== "f64" && type !== "v128") this.locals.fill(MIXED, local, next);
      local = next;
    }
  }

  /** One pass over the code; whether the state of a local changed, so that the marks are not to be used yet. */
  run(): boolean {
    this.restart(this.type);
    const { bytes } = this.module;
    const reader = new Reader(bytes, this.code, this.end);
    while (reader.offset < this.end) {
      const plain = PLAIN[bytes[reader.offset]!]!;
      if (plain === 0) {
        this.step(reader);
        continue;
      }
      let at = reader.offset + 1;
      for (let lebs = plain >> 7; lebs > 0; lebs--) while (bytes[at++]! >= 0x80);
      reader.offset = at;
      this.drop((plain >> 1) & 7);
      if ((plain & (7 << 4)) !== 0) this.push(CLEAN);
    }
    return this.changed;
  }

  private step(reader: Reader): void {
    const { bytes } = reader;
    let opcode = bytes[reader.offset++]!;
    if (opcode === 0xfc || opcode === 0xfd) opcode = prefixed(opcode, reader.u32())!;
    const shape = FLOAT_ARITHMETIC[opcode]!;
    if (shape !== FLOAT_SHAPE.none) {
      if (opcode >= PREFIX_FD) this.read(POPS[opcode]!, READS_SHAPE[opcode]!);
      else this.drop(POPS[opcode]!);
      this.push(nanMark(reader.offset, shape));
      return;
    }
    if (opcode >= PREFIX_FD) {
      this.vector(opcode, reader);
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
    if (SINK_TOP[opcode] === 1) this.mark(this.peek());
    this.skipImmediate(opcode, reader);
    this.drop(POPS[opcode]!);
    this.pushClean(PUSHES[opcode]!);
  }

  /** Vector instructions, except arithmetic. What is not treated by itself shows the bits of its operands. */
  private vector(opcode: number, reader: Reader): void {
    const shape = READS_SHAPE[opcode]!;
    if (shape !== FLOAT_SHAPE.none) {
      this.read(POPS[opcode]!, shape);
      this.push(CLEAN);
      return;
    }
    const at = reader.offset;
    this.skipImmediate(opcode, reader);
    const end = reader.offset;
    switch (opcode) {
      case V128_CONST:
        this.push(isNumber(reader.bytes, at) ? NUMBER : CLEAN);
        return;
      case F32X4_SPLAT: {
        const value = this.pop();
        // Twice the bits of an f32 that is no NaN are no NaN as an f64 either.
        this.push(value > 0 ? nanMark(end, f32x4) : value);
        return;
      }
      case F64X2_SPLAT:
        this.push(this.pop() > 0 ? nanMark(end, f64x2) : CLEAN);
        return;
      case F32X4_EXTRACT_LANE:
        this.push(this.readOne(f32x4) > 0 ? nanMark(end, f32) : CLEAN);
        return;
      case F64X2_EXTRACT_LANE:
        this.push(this.readOne(f64x2) > 0 ? nanMark(end, f64) : CLEAN);
        return;
      case F32X4_ABS: // as with scalars: what they are given decides
      case F32X4_NEG:
        this.push(Math.max(this.readOne(f32x4), CLEAN));
        return;
      case F64X2_ABS:
      case F64X2_NEG:
        this.push(Math.max(this.readOne(f64x2), CLEAN));
        return;
      case F32X4_PMIN:
      case F32X4_PMAX:
        this.choose(f32x4, end);
        return;
      case F64X2_PMIN:
      case F64X2_PMAX:
        this.choose(f64x2, end);
        return;
    }
    this.sink(POPS[opcode]!);
    this.pushClean(PUSHES[opcode]!);
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
        this.open(type, opcode === 0x03);
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
        const frame = this.close();
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
      case 0x12: // return_call
        this.sink(module.types[module.functionTypes[reader.u32()]!]!.params.length);
        this.leave();
        return true;
      case 0x13: {
        // return_call_indirect
        const type = module.types[reader.u32()]!;
        reader.u32();
        this.drop(1);
        this.sink(type.params.length);
        this.leave();
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
        skipLeb(reader);
        return;
      case IMMEDIATE.memarg:
        skipLeb(reader);
        skipLeb(reader);
        return;
      case IMMEDIATE.lane:
        reader.skip(1);
        return;
      case IMMEDIATE.memarg_lane:
        reader.u32();
        reader.u32();
        reader.skip(1);
        return;
      case IMMEDIATE.bytes16:
        reader.skip(16);
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

/** Passes over a LEB128; V8 has validated the code. */
function skipLeb(reader: Reader): void {
  const { bytes } = reader;
  let at = reader.offset;
  while (bytes[at++]! >= 0x80);
  reader.offset = at;
}

/** Whether the 16 bytes at `at` are no NaN as an f32 or an f64. */
function isNumber(bytes: Uint8Array, at: number): boolean {
  // A NaN of either has these bits of its exponent set.
  for (let lane = at; lane < at + 16; lane += 4) {
    if ((bytes[lane + 3]! & 0x7f) === 0x7f && bytes[lane + 2]! >= 0x80) return false;
  }
  for (let lane = at; lane < at + 16; lane += 8) {
    if ((bytes[lane + 7]! & 0x7f) === 0x7f && bytes[lane + 6]! >= 0xf0) return false;
  }
  return true;
}
