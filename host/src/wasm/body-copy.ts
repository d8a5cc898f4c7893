/**
 * Copies a function body from the original, piece by piece, with what changes in plain instructions: the canonicalizations that `nan.ts` marked, and
 * the place of the first local. What stands between the pieces is written by `charge.ts`.
 */
import type { ByteWriter } from "./emit.ts";
import { markOffset, markShape, type NanMarks, type Temporary, temporary, writeCanonicalization } from "./nan-marks.ts";
import type { ModuleInfo } from "./parse.ts";
import type { CodeScan, ScannedFunction } from "./points.ts";

const NEVER = 0x7fffffff;

export class BodyCopy {
  protected readonly module: ModuleInfo;
  protected readonly scan: CodeScan;
  protected readonly out: ByteWriter;
  /** Up to where the original is written. */
  protected copied = 0;
  /** Where the first local is, and the canonicalization's. */
  protected firstLocal = 0;
  protected readonly temporaries: Record<Temporary, number> = { f32: 0, f64: 0, v128: 0 };
  private marks: NanMarks = [];
  private nextMark = 0;
  private nextMarkAt = NEVER;
  /** The next access to the first local, and one past the last. */
  private nextSite = 0;
  private endSite = 0;

  constructor(module: ModuleInfo, scan: CodeScan, out: ByteWriter) {
    this.module = module;
    this.scan = scan;
    this.out = out;
  }

  /** Begins with the first instruction of a function. */
  protected begin(scanned: ScannedFunction, marks: NanMarks): void {
    this.copied = scanned.code;
    this.marks = marks;
    this.nextMark = 0;
    this.nextMarkAt = marks.length > 0 ? markOffset(marks[0]!) : NEVER;
    this.nextSite = scanned.firstLocalSite;
    this.endSite = this.firstLocal === scanned.paramCount ? this.nextSite : scanned.endLocalSite;
  }

  /** Copies up to `offset`. */
  protected copyTo(offset: number): void {
    while (this.nextMarkAt <= offset) {
      const mark = this.marks[this.nextMark++]!;
      this.copyRun(markOffset(mark));
      writeCanonicalization(this.out, markShape(mark), this.temporaries[temporary(mark)]);
      this.nextMarkAt = this.nextMark < this.marks.length ? markOffset(this.marks[this.nextMark]!) : NEVER;
    }
    if (offset > this.copied) this.copyRun(offset);
  }

  /** Writes another index in place of an instruction's only immediate. */
  protected replace(start: number, end: number, opcode: number, index: number): void {
    this.copyTo(start);
    this.out.op(opcode, index);
    this.copied = end;
  }

  private copyRun(offset: number): void {
    const { out } = this;
    const { bytes } = this.module;
    const { localSites } = this.scan;
    let { copied } = this;
    while (this.nextSite < this.endSite && localSites[this.nextSite]! < offset) {
      const index = localSites[this.nextSite++]! + 1;
      out.copy(bytes, copied, index);
      out.u32(this.firstLocal);
      copied = index;
      while (bytes[copied++]! >= 0x80);
    }
    out.copy(bytes, copied, offset);
    this.copied = offset;
  }
}
