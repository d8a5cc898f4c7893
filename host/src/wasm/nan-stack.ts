/**
 * The abstract operand stack, locals and labels of `nan.ts`: what each value may be, and the marks that were made. Reads no code.
 */
import { markShape, type NanMarks, nanMark } from "./nan-marks.ts";
import type { CoreFunctionType } from "./types.ts";

/** Values on the stack: what is above these two is pending, and is the mark of the instruction that produced it. */
export const CLEAN = 0;
/** No NaN, in whatever shape a vector is looked at. */
export const NUMBER = -1;

/** What a local may hold: nothing but numbers; then pending values of one shape, whose number it has; then anything. */
const UNSET = 0;
export const MIXED = 7;

interface Frame {
  readonly type: CoreFunctionType;
  readonly isLoop: boolean;
  /** Height of the operand stack below the block's parameters. */
  readonly base: number;
}

export class NanStack {
  protected height = 0;
  /** Height of the operand stack below the innermost block's parameters. */
  protected base = 0;
  /** Whether the state of a local changed since `restart` after what was done with it had been decided by the old one. */
  protected changed = false;
  protected readonly locals: Uint8Array;
  private readonly isRead: Uint8Array;
  private frames: Frame[] = [];
  private marked: number[] = [];
  private stack = new Int32Array(256);

  constructor(localCount: number) {
    this.locals = new Uint8Array(localCount);
    this.isRead = new Uint8Array(localCount);
  }

  marks(): NanMarks {
    return [...new Set(this.marked)].sort((a, b) => a - b);
  }

  assumeMixed(): void {
    this.locals.fill(MIXED);
  }

  /** Keeps the states of locals and nothing else. */
  protected restart(type: CoreFunctionType): void {
    this.changed = false;
    this.marked = [];
    this.isRead.fill(0);
    this.height = 0;
    this.base = 0;
    this.frames = [{ type, isLoop: false, base: 0 }];
  }

  /** Begins a block whose parameters have been taken. */
  protected open(type: CoreFunctionType, isLoop: boolean): void {
    this.base = this.height;
    this.frames.push({ type, isLoop, base: this.base });
  }

  /** Ends the innermost block, whose results are still there; answers it. */
  protected close(): Frame {
    const frame = this.frames.pop()!;
    this.base = this.frames.length === 0 ? 0 : this.frame().base;
    return frame;
  }

  protected localValue(local: number, end: number): number {
    const state = this.locals[local]!;
    this.isRead[local] = 1;
    if (state === UNSET) return NUMBER;
    return state === MIXED ? CLEAN : nanMark(end, state);
  }

  protected setLocal(local: number, value: number): void {
    if (value === NUMBER) return;
    const state = this.locals[local]!;
    const wanted = value === CLEAN ? MIXED : markShape(value);
    if (state !== MIXED && state !== wanted) {
      this.locals[local] = state === UNSET ? wanted : MIXED;
      // Other than unset, it was set to pending values before, which are to be marked now.
      if (state !== UNSET || this.isRead[local] === 1) this.changed = true;
    }
    if (this.locals[local] === MIXED) this.mark(value);
  }

  protected frame(): Frame {
    return this.frames[this.frames.length - 1]!;
  }

  protected push(value: number): void {
    if (this.height === this.stack.length) {
      const grown = new Int32Array(this.stack.length * 2);
      grown.set(this.stack);
      this.stack = grown;
    }
    this.stack[this.height++] = value;
  }

  protected pushClean(count: number): void {
    for (let i = 0; i < count; i++) this.push(CLEAN);
  }

  /** Below the base of a block there is nothing to take: the code is unreachable there. */
  protected pop(): number {
    if (this.height === this.base) return CLEAN;
    return this.stack[--this.height]!;
  }

  protected peek(): number {
    return this.height === this.base ? CLEAN : this.stack[this.height - 1]!;
  }

  protected drop(count: number): void {
    this.height = Math.max(this.base, this.height - count);
  }

  protected mark(value: number): void {
    if (value > 0) this.marked.push(value);
  }

  /** Takes values whose bits are seen. */
  protected sink(count: number): void {
    this.sinkFrom(count, this.base);
  }

  protected sinkFrom(count: number, base: number): void {
    for (let i = 0; i < count && this.height > base; i++) this.mark(this.stack[--this.height]!);
  }

  /** Marks the values that a branch carries; they stay where they are. */
  protected markLabel(label: number): void {
    const { type, isLoop } = this.frames[this.frames.length - 1 - label]!;
    const height = this.height;
    this.sink((isLoop ? type.params : type.results).length);
    this.height = height;
  }

  /** What follows is unreachable. */
  protected leave(): void {
    this.height = this.base;
  }

  /** Takes vectors that are read in a shape: those that are pending in the other are seen. */
  protected read(count: number, shape: number): void {
    for (let i = 0; i < count; i++) this.readOne(shape);
  }

  /** The same for one, which it answers; clean when it was seen. */
  protected readOne(shape: number): number {
    const value = this.pop();
    if (value <= 0 || markShape(value) === shape) return value;
    this.mark(value);
    return CLEAN;
  }

  /** `pmin` and `pmax` answer one of their operands, lane by lane. */
  protected choose(shape: number, end: number): void {
    const right = this.readOne(shape);
    const left = this.readOne(shape);
    if (left !== CLEAN && right !== CLEAN && left + right > 0) {
      this.push(nanMark(end, shape));
      return;
    }
    this.mark(left);
    this.mark(right);
    this.push(CLEAN);
  }
}
