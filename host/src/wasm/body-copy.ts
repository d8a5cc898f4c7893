/**
 * Copies a function body from the original, piece by piece, with what changes in plain instructions: the canonicalizations that `nan.ts` marked, and
 * the place of the first local. What stands between the pieces is written by `charge.ts`.
 */
import type { ByteWriter } from "./emit.ts";
import { markOffset, markShape, type NanMarks, type Temporary, temporary, writeCanonicalization } from "./nan-marks.ts";
import type { ModuleInfo } from "./parse.ts";
import type { CodeScan, ScannedFunction } from "./points.ts";

const NEVER = 0x7fffffff;
/** Above this the function of the runtime copies faster. */
const LONG_COPY = 96;

export class BodyCopy {
  protected readonly module: ModuleInfo;
  protected readonly scan: CodeScan;
  protected readonly out: ByteWriter;
  /** Up to where the original is written. */
  protected copied = 0;
  /** Where the first local is, and the canonicalization's. */
  protected firstLocal = 0;
  protected readonly temporaries: Record<Temporary, number> = { f32: 0, f64: 0, v128: 0 };
  private readonly view: DataView;
  /** Behind what ends up to here, there are three bytes more. */
  private readonly lastWord: number;
  private marks: NanMarks = [];
  private nextMark = 0;
  private nextMarkAt = NEVER;
  /** The next access to the first local, and one past the last. */
  private nextSite = 0;
  private endSite = 0;
  /** Every index there is one byte, and so is the new one. */
  private hasShortSites = false;

  constructor(module: ModuleInfo, scan: CodeScan, out: ByteWriter) {
    const { buffer, byteOffset, byteLength } = module.bytes;
    this.module = module;
    this.scan = scan;
    this.out = out;
    this.view = new DataView(buffer, byteOffset, byteLength);
    this.lastWord = byteLength - 3;
  }

  /** Begins with the first instruction of a function. */
  protected begin(scanned: ScannedFunction, marks: NanMarks): void {
    this.copied = scanned.code;
    this.marks = marks;
    this.nextMark = 0;
    this.nextMarkAt = marks.length > 0 ? markOffset(marks[0]!) : NEVER;
    this.nextSite = scanned.firstLocalSite;
    this.endSite = this.firstLocal === scanned.paramCount ? this.nextSite : scanned.endLocalSite;
    this.hasShortSites = scanned.hasShortLocalSites && this.firstLocal < 0x80;
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
    if (this.nextSite < this.endSite && this.scan.localSites[this.nextSite]! < offset) this.copyWithSites(offset);
    else this.copyPlain(this.copied, offset);
    this.copied = offset;
  }

  private copyWithSites(offset: number): void {
    const { firstLocal, out } = this;
    const { bytes } = this.module;
    const { localSites } = this.scan;
    let { copied, nextSite } = this;
    if (this.hasShortSites) {
      const shift = out.length - copied + 1;
      this.copyPlain(copied, offset);
      const written = out.bytes;
      do written[localSites[nextSite++]! + shift] = firstLocal;
      while (nextSite < this.endSite && localSites[nextSite]! < offset);
    } else {
      do {
        const index = localSites[nextSite++]! + 1;
        this.copyPlain(copied, index);
        out.u32(firstLocal);
        copied = index;
        while (bytes[copied++]! >= 0x80);
      } while (nextSite < this.endSite && localSites[nextSite]! < offset);
      this.copyPlain(copied, offset);
    }
    this.nextSite = nextSite;
  }

  /** Four bytes at a time. Those that are too many are overwritten by what is written next. */
  private copyPlain(start: number, end: number): void {
    const { out, view } = this;
    const count = end - start;
    if (count > LONG_COPY || end > this.lastWord) {
      out.copy(this.module.bytes, start, end);
      return;
    }
    out.reserve(count + 3);
    const to = out.view;
    let at = out.length;
    for (let from = start; from < end; from += 4, at += 4) to.setInt32(at, view.getInt32(from, true), true);
    out.length += count;
  }
}
