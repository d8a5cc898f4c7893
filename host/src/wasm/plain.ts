/**
 * Passes over plain instructions: all but control, calls, and what has an index that shifts or must be guarded. Keeps what they come to: their
 * cost, the height of the operand stack, whether there is float arithmetic, and where the first local is named. The hot loop of the
 * rewriter: few looks at tables for an instruction, and few branches.
 */
import { COSTS } from "./costs.ts";
import { OP } from "./emit.ts";
import { ImmediateReader } from "./immediates.ts";
import { FLOAT_ARITHMETIC, IMMEDIATE, OPCODE_COUNT, OPCODES, prefixed } from "./opcodes.ts";
import type { ModuleInfo } from "./parse.ts";
import { refuse } from "./reader.ts";
import type { Scratch } from "./scratch.ts";

/**
 * What to do with an instruction: a set of these, with its cost, its length (the opcode is one byte; of a LEB128 the first) and its effect on
 * the operand stack. 0: not plain, or behind a prefix. V8 makes constants of what a file declares, but loads and checks what it imports each time.
 */
const FLOAT = 1;
const NAMES_LOCAL = 2;
const COST_SHIFT = 2;
const COST_MASK = 31;
/** Its last byte is the first of a LEB128; at the place of the bit that says that another one follows. */
const ENDS_IN_LEB = 0x80;
/** Its second byte is an alignment, which is below 0x40 unless it is written in a longer form or names a memory. */
const ALIGNMENT_SHIFT = 8;
const HAS_ALIGNMENT: number = 0xc0 << ALIGNMENT_SHIFT;
const LENGTH_SHIFT = 16;
const LENGTH_MASK = 31;
/** A lane follows. */
const LANE_SHIFT = 21;
const NET_SHIFT = 24;

const LENGTHS = new Map<number, number>([
  [IMMEDIATE.none, 1],
  [IMMEDIATE.index, 2],
  [IMMEDIATE.integer, 2],
  [IMMEDIATE.local, 2],
  [IMMEDIATE.lane, 2],
  [IMMEDIATE.memarg, 3],
  [IMMEDIATE.memarg_lane, 3],
  [IMMEDIATE.f32, 5],
  [IMMEDIATE.f64, 9],
  [IMMEDIATE.bytes16, 17],
]);
const LEBS: readonly number[] = [
  IMMEDIATE.index,
  IMMEDIATE.integer,
  IMMEDIATE.local,
  IMMEDIATE.memarg,
  IMMEDIATE.memarg_lane,
];

const STEPS = new Int32Array(OPCODE_COUNT);
for (const { code, immediate, pops, pushes } of OPCODES.values()) {
  const length = LENGTHS.get(immediate);
  if (length === undefined || code === OP.tableSet || code === OP.tableGet) continue;
  let step = ((pushes.length - pops.length) << NET_SHIFT) | (length << LENGTH_SHIFT) | (COSTS[code]! << COST_SHIFT);
  if (FLOAT_ARITHMETIC[code] !== 0) step |= FLOAT;
  if (immediate === IMMEDIATE.local) step |= NAMES_LOCAL;
  if (LEBS.includes(immediate)) step |= ENDS_IN_LEB;
  if (immediate === IMMEDIATE.memarg || immediate === IMMEDIATE.memarg_lane) step |= HAS_ALIGNMENT;
  if (immediate === IMMEDIATE.memarg_lane) step |= 1 << LANE_SHIFT;
  STEPS[code] = step;
}

/** Of all others: their cost, and their effect on the operand stack, which control instructions do not have here; 0 for what is not accepted. */
const STOPS = new Int32Array(OPCODE_COUNT);
const STOP_COST = 0xffff;
const IS_ACCEPTED = 0x10000;
for (const { code, pops, pushes } of OPCODES.values()) {
  STOPS[code] = ((pushes.length - pops.length) << NET_SHIFT) | IS_ACCEPTED | COSTS[code]!;
}

export class PlainReader extends ImmediateReader {
  /** Offsets of the instructions that name the first local that is not a parameter. */
  protected localSites: Int32Array;
  protected localSiteCount = 0;
  /** Of the current function, as in `ScannedFunction`. */
  protected hasShortLocalSites = true;

  // Of the current function.
  /** Index of the first local that is not a parameter. */
  protected firstLocal = 0;
  /** Of the current segment. */
  protected cost = 0;
  /** Of the operand stack, and the most it has been. */
  protected height = 0;
  protected maxHeight = 0;
  protected hasArithmetic = false;
  protected hasVectors = false;
  /** Instructions behind a prefix byte. */
  protected prefixed = 0;

  constructor(module: ModuleInfo, scratch: Scratch) {
    super(module);
    this.localSites = scratch.localSites;
  }

  /** Passes over plain instructions to the next one that is not, and over its opcode; answers that. */
  protected skipPlain(index: number, end: number): number {
    const { bytes } = this;
    // Larger indices are found where a LEB128 of more than one byte is passed over.
    const shortLocal = this.firstLocal < 0x80 ? this.firstLocal : -1;
    // The zeros tell V8 that these are 32-bit integers, which needs no checks.
    let at = this.at | 0;
    let cost = this.cost | 0;
    let height = this.height | 0;
    let maxHeight = this.maxHeight | 0;
    let traits = 0;
    for (;;) {
      const opcodeAt = at;
      if (opcodeAt >= end) refuse(opcodeAt, `function ${index} has no end`);
      let opcode = bytes[opcodeAt]!;
      let step = STEPS[opcode]!;
      if (step === 0) {
        this.opcodeAt = opcodeAt;
        this.at = opcodeAt + 1;
        if (opcode === 0xfc || opcode === 0xfd) {
          opcode = this.readPrefixed(opcode, end);
          at = (this.at - 1) | 0;
          step = STEPS[opcode]!;
        }
        if (step === 0) {
          const stop = STOPS[opcode]!;
          if (stop === 0) this.refuseOpcode(opcodeAt);
          if ((traits & FLOAT) !== 0) this.hasArithmetic = true;
          this.cost = cost + (stop & STOP_COST);
          height += stop >> NET_SHIFT;
          this.height = height;
          this.maxHeight = height > maxHeight ? height : maxHeight;
          return opcode;
        }
      }
      cost = (cost + ((step >> COST_SHIFT) & COST_MASK)) | 0;
      height = (height + (step >> NET_SHIFT)) | 0;
      if (height > maxHeight) maxHeight = height;
      traits |= step;
      const second = bytes[at + 1]!;
      let next = (at + ((step >> LENGTH_SHIFT) & LENGTH_MASK)) | 0;
      if (((second << ALIGNMENT_SHIFT) & step & HAS_ALIGNMENT) !== 0) next = (this.longAlignment(at + 1, end) + 1) | 0;
      if (second === shortLocal && (step & NAMES_LOCAL) !== 0) this.addLocalSite(opcodeAt);
      if ((bytes[next - 1]! & step & ENDS_IN_LEB) !== 0) {
        if ((step & NAMES_LOCAL) !== 0) next = this.longLocal(opcodeAt, end) | 0;
        else {
          do next = (next + 1) | 0;
          while ((bytes[next - 1]! & 0x80) !== 0);
        }
      }
      at = (next + ((step >> LANE_SHIFT) & 1)) | 0;
    }
  }

  /** The opcode of which the prefix was read. */
  private readPrefixed(prefix: number, end: number): number {
    this.prefixed++;
    if (prefix === 0xfd) this.hasVectors = true;
    return prefixed(prefix, this.u32(end)) ?? this.refuseOpcode(this.opcodeAt);
  }

  /** Passes over an index of a local of more than one byte. */
  private longLocal(opcodeAt: number, end: number): number {
    this.at = opcodeAt + 1;
    if (this.u32(end) === this.firstLocal) {
      this.addLocalSite(opcodeAt);
      this.hasShortLocalSites = false;
    }
    return this.at;
  }

  private addLocalSite(opcodeAt: number): void {
    if (this.localSiteCount === this.localSites.length) this.localSites = grow(this.localSites);
    this.localSites[this.localSiteCount++] = opcodeAt;
  }
}

export function grow(array: Int32Array): Int32Array {
  const grown = new Int32Array(array.length * 2);
  grown.set(array);
  return grown;
}
