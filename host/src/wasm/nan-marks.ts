/**
 * What `nan.ts` decides and `charge.ts` carries out: which instructions are followed by a canonicalization, which locals that takes, and
 * its code.
 */
import { type ByteWriter, OP } from "./emit.ts";
import { FLOAT_SHAPE } from "./opcodes.ts";

const { f32, f64, f32x4, f64x2 } = FLOAT_SHAPE;

/** Marked instructions: offset of the end of each × 8 + the `FLOAT_SHAPE` of its result. Sorted. */
export type NanMarks = readonly number[];

export function nanMark(end: number, shape: number): number {
  return end * 8 + shape;
}

export function markOffset(mark: number): number {
  return mark >>> 3;
}

export function markShape(mark: number): number {
  return mark & 7;
}

/** The types of the locals that canonicalization needs. */
export type Temporary = "f32" | "f64" | "v128";
const TEMPORARIES = ["f32", "f64", "v128"] as const satisfies readonly Temporary[];

export function temporary(mark: number): Temporary {
  const shape = markShape(mark);
  return shape === f32 ? "f32" : shape === f64 ? "f64" : "v128";
}

export function temporaries(marks: NanMarks): readonly Temporary[] {
  return marks.length === 0 ? [] : TEMPORARIES.filter((type) => marks.some((mark) => temporary(mark) === type));
}

/** Writes what makes the value on top of the stack canonical; `local` is of its type. */
export function writeCanonicalization(out: ByteWriter, shape: number, local: number): void {
  const lane = shape === f32 || shape === f32x4 ? F32_NAN : F64_NAN;
  const isVector = shape === f32x4 || shape === f64x2;
  out.op(OP.localTee, local);
  if (isVector) {
    out.op(0xfd, V128_CONST);
    for (let lanes = 16 / lane.length; lanes > 0; lanes--) for (const byte of lane) out.byte(byte);
  } else {
    out.byte(shape === f32 ? OP.f32Const : OP.f64Const);
    for (const byte of lane) out.byte(byte);
  }
  out.op(OP.localGet, local);
  out.op(OP.localGet, local);
  if (isVector) {
    out.op(0xfd, shape === f32x4 ? F32X4_EQ : F64X2_EQ);
    out.op(0xfd, V128_BITSELECT);
  } else {
    out.byte(shape === f32 ? OP.f32Eq : OP.f64Eq);
    out.byte(OP.select);
  }
}

const F32_NAN = [0, 0, 0xc0, 0x7f];
const F64_NAN = [0, 0, 0, 0, 0, 0, 0xf8, 0x7f];
/** After the prefix 0xfd. */
const V128_CONST = 0x0c;
const F32X4_EQ = 0x41;
const F64X2_EQ = 0x47;
const V128_BITSELECT = 0x52;
