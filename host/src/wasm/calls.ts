/**
 * How fuel goes through calls. Decides a *convention* for every function, and moves charges to where they cost least; writes nothing.
 *
 * - `global`: the fuel is in the ledger's global when the function is entered and when it is left. Imports, exports and what open tables
 *   hold are so, because anyone may call them, and what is linked to them by tail calls (`tail-calls.ts`).
 * - `register`: the fuel is the last parameter and the last result. A caller pays the first segment together with its own, so most such
 *   functions begin with the check and nothing else.
 * - `constant`: always costs the same and needs no fuel. It is left as it is, and a caller pays for all of it.
 *
 * A function that is called both directly and by others keeps its fast convention, and the others get a *wrapper* (`bridges.ts`). Where nobody
 * else can reach the tables (`tables.ts`), indirect calls carry the fuel too; what they call pays for itself, for they do not know its price.
 * Charges move only from a callee's start to the call before it, so sums stay what they are.
 *
 * Here it is also decided whose stack is counted: of all functions but those that cannot lead to a recursion and need little in all.
 */
import { OP } from "./emit.ts";
import { OPCODE_COUNT } from "./opcodes.ts";
import type { ModuleInfo } from "./parse.ts";
import { type CodeScan, END_IS_JOIN, ENDS_IN_CALL, POINT, type ScannedFunction } from "./points.ts";
import { frameSlots, UNCOUNTED_STACK } from "./stack.ts";
import { closedTables } from "./tables.ts";
import { demoteTailCalls } from "./tail-calls.ts";

export const CONVENTION = { global: 0, register: 1, constant: 2 } as const;

/** The most that may run between two checks. */
export const UNCHECKED_COST = 4096;
/** The most that a call-free function may cost to need no check at its entry; for functions that are called indirectly, less. */
export const LEAF_COST = 1024;
export const INDIRECT_LEAF_COST = 64;

/** A wrapper repeats the parameters, so functions with more of them than honest code has use the global. */
const REGISTER_PARAMS = 32;
/** More results than this go through memory anyway. */
const REGISTER_RESULTS = 8;

/**
 * A function with so many counted calls adds its frame once, when it is entered, and not around each of them: what is added has 64 bits, which V8
 * keeps in a register wherever it is used often, as in an interpreter's loop.
 */
const MANY_COUNTED_CALLS = 8;

/** Calls followed to find what a callee pays at its start, and how deep it goes. */
const CHAIN = 16;

const UNKNOWN = -1;
const ENTRY = -1;

/** Whether the function checks its fuel when it is entered; if not, its callers count its cost as theirs. */
export function checksEntry(scanned: ScannedFunction, addressTaken: boolean): boolean {
  if (scanned.hasCalls || needsGate(scanned)) return true;
  return scanned.totalCost > (addressTaken ? INDIRECT_LEAF_COST : LEAF_COST);
}

/** Whether the frame is so large that it must be counted before V8 makes it. */
export function needsGate(scanned: ScannedFunction): boolean {
  return scanned.frame > UNCOUNTED_STACK;
}

/** Slots of a wrapper or gate: the parameters as such, as operands and as arguments, and the results likewise; any may be a v128. */
export function bridgeFrame({ paramCount, resultCount }: { paramCount: number; resultCount: number }): number {
  return frameSlots(2 * (3 * paramCount + 2 * resultCount), false);
}

function canCarryFuel(paramCount: number, resultCount: number): boolean {
  return paramCount <= REGISTER_PARAMS && resultCount <= REGISTER_RESULTS;
}

/** By function index, imported functions first. */
export interface CallPlan {
  readonly conventions: Uint8Array;
  /** 1 for functions that are entered through a wrapper, except by a `call` and, where they are closed, through tables. */
  readonly wrapped: Uint8Array;
  /** Where tables are closed (`tables.ts`), 1 for functions that are in one: all of their calls carry the fuel. */
  readonly inClosedTable: Uint8Array | undefined;
  /** What the caller pays together with the call. */
  readonly paidByCaller: Int32Array;
  /** What the function charges when it is entered; may have `ENDS_IN_CALL`. */
  readonly paidAtEntry: Int32Array;
  /** Slots of the function's frame, with that of its gate; 0 where they are not counted. */
  readonly frames: Uint32Array;
  /** 1 for functions whose frame is counted from entry to return, and not only around calls. */
  readonly countedAtEntry: Uint8Array;
}

/** Changes the charges of `scan.points`. */
export function planCalls(module: ModuleInfo, scan: CodeScan): CallPlan {
  return new CallPlanner(module, scan).plan();
}

class CallPlanner {
  private readonly module: ModuleInfo;
  private readonly scan: CodeScan;
  private readonly conventions: Uint8Array;
  private readonly wrapped: Uint8Array;
  private readonly inClosedTable: Uint8Array | undefined;
  private readonly paidByCaller: Int32Array;
  private readonly paidAtEntry: Int32Array;
  private readonly frames: Uint32Array;
  private readonly countedAtEntry: Uint8Array;
  /** The most stack, in slots, of a function and all that it calls. */
  private readonly depths: Float64Array;

  constructor(module: ModuleInfo, scan: CodeScan) {
    const count = module.functionTypes.length;
    this.module = module;
    this.scan = scan;
    this.conventions = new Uint8Array(count);
    this.wrapped = new Uint8Array(count);
    this.inClosedTable = closedTables(module, scan, canCarryFuel);
    this.paidByCaller = new Int32Array(count);
    this.paidAtEntry = new Int32Array(count);
    this.frames = new Uint32Array(count);
    this.countedAtEntry = new Uint8Array(count);
    this.depths = new Float64Array(count);
  }

  plan(): CallPlan {
    const { conventions, countedAtEntry, frames, inClosedTable, paidAtEntry, paidByCaller, wrapped } = this;
    const { functions } = this.scan;
    const { importedFunctions } = this.module;
    for (let i = 0; i < functions.length; i++) this.choose(importedFunctions + i, functions[i]!);
    demoteTailCalls(
      this.module,
      this.scan,
      (index) => conventions[index] !== CONVENTION.global,
      (index) => conventions[index] === CONVENTION.constant,
      (index) => {
        conventions[index] = CONVENTION.global;
        paidByCaller[index] = 0;
        wrapped[index] = 0;
      },
    );
    for (let i = 0; i < functions.length; i++) {
      const index = importedFunctions + i;
      if (this.depthOf(index, CHAIN) > UNCOUNTED_STACK) {
        frames[index] = functions[i]!.frame + (needsGate(functions[i]!) ? bridgeFrame(functions[i]!) : 0);
      }
    }
    for (let i = 0; i < functions.length; i++) this.priceOf(importedFunctions + i, CHAIN);
    for (let i = 0; i < functions.length; i++) this.moveCharges(importedFunctions + i, functions[i]!);
    return { conventions, wrapped, inClosedTable, paidByCaller, paidAtEntry, frames, countedAtEntry };
  }

  /** Infinite for a function that may lead to itself, or to code that is not known: another module's, or what a table holds. */
  private depthOf(index: number, chain: number): number {
    if (index < this.module.importedFunctions) return Number.POSITIVE_INFINITY;
    const known = this.depths[index]!;
    if (known !== 0) return known;
    const scanned = this.scan.functions[index - this.module.importedFunctions]!;
    let deepest = 0;
    if (scanned.hasCalls) {
      const { points } = this.scan;
      this.depths[index] = Number.POSITIVE_INFINITY;
      for (let p = scanned.firstPoint; p < scanned.endPoint && deepest <= UNCOUNTED_STACK; p += POINT.size) {
        const opcode = points[p + POINT.opcode]!;
        if (CALLS_UNKNOWN[opcode] === 1) deepest = Number.POSITIVE_INFINITY;
        if (opcode !== OP.call) continue;
        const callee = chain > 0 ? this.depthOf(points[p + POINT.value]!, chain - 1) : Number.POSITIVE_INFINITY;
        deepest = Math.max(deepest, callee);
      }
    }
    this.depths[index] = scanned.frame + deepest;
    return scanned.frame + deepest;
  }

  private choose(index: number, scanned: ScannedFunction): void {
    const taken = this.module.addressTaken[index] === 1;
    // What makes tail calls itself is entered through a wrapper, so that it can hand the fuel on.
    const direct = this.scan.calledDirectly[index] === 1 || this.scan.tailCalled[index] === 1 || scanned.hasTailCalls;
    const inTable = this.inClosedTable?.[index] === 1;
    if ((!direct && !inTable) || !canCarryFuel(scanned.paramCount, scanned.resultCount)) return;
    if (direct && scanned.isStraight && !checksEntry(scanned, taken)) {
      this.conventions[index] = CONVENTION.constant;
      this.paidByCaller[index] = scanned.totalCost;
    } else {
      this.conventions[index] = CONVENTION.register;
      // A caller through a table does not know what it calls.
      this.paidByCaller[index] = inTable ? 0 : UNKNOWN;
    }
    this.wrapped[index] = this.inClosedTable === undefined ? Number(taken) : this.module.addressTakenOutside[index]!;
  }

  /**
   * What a caller of the function pays: its first segment, and when that ends in a call, what this call costs its caller. In a
   * recursion, or when it gets much, the function pays the rest itself.
   */
  private priceOf(index: number, chain: number): number {
    const known = this.paidByCaller[index]!;
    if (known !== UNKNOWN) return known;
    const scanned = this.scan.functions[index - this.module.importedFunctions]!;
    this.paidByCaller[index] = scanned.entryCharge;
    const { points } = this.scan;
    let p = scanned.firstPoint;
    while (p < scanned.endPoint && !endsSegment(points, p)) p += POINT.size;
    if (p < scanned.endPoint && points[p + POINT.opcode] === OP.call && chain > 0) {
      const callee = points[p + POINT.value]!;
      if (this.conventions[callee] === CONVENTION.register) {
        const price = scanned.entryCharge + this.priceOf(callee, chain - 1);
        if (price <= LEAF_COST) this.paidByCaller[index] = price;
      }
    }
    return this.paidByCaller[index]!;
  }

  /** Adds to each segment what the call at its end costs the caller, and joins segments around calls of constant functions. */
  private moveCharges(index: number, scanned: ScannedFunction): void {
    const { points } = this.scan;
    let segment = ENTRY;
    let charge = scanned.entryCharge;
    if (!scanned.hasCalls) {
      this.setCharge(index, segment, charge, false);
      return;
    }
    const isCounted = this.frames[index]! > 0;
    let countedCalls = 0;
    for (let p = scanned.firstPoint; p < scanned.endPoint; p += POINT.size) {
      if (!endsSegment(points, p)) continue;
      const next = points[p + POINT.charge]!;
      const opcode = points[p + POINT.opcode];
      if (opcode === OP.call || opcode === OP.returnCall) {
        const callee = points[p + POINT.value]!;
        charge += this.paidByCaller[callee]!;
        const goesOn = opcode === OP.call && this.conventions[callee] === CONVENTION.constant;
        if (goesOn && charge + next <= UNCHECKED_COST) {
          charge += next;
          points[p + POINT.charge] = 0;
          continue;
        }
      }
      const leadsToFrames = isCounted && isCountedCall(this.module, this.frames, points, p);
      if (leadsToFrames) countedCalls++;
      this.setCharge(index, segment, charge, leadsToFrames);
      segment = p;
      charge = next;
    }
    this.setCharge(index, segment, charge, false);
    // A handler gives the stack back that its function had in its local.
    this.countedAtEntry[index] = Number(scanned.hasHandlers || countedCalls >= MANY_COUNTED_CALLS);
  }

  private setCharge(index: number, segment: number, charge: number, endsInCall: boolean): void {
    const flag = endsInCall ? ENDS_IN_CALL : 0;
    if (segment !== ENTRY) this.scan.points[segment + POINT.charge] = charge | flag;
    else if (this.conventions[index] === CONVENTION.constant) this.paidAtEntry[index] = 0;
    else this.paidAtEntry[index] = (charge - this.paidByCaller[index]!) | flag;
  }
}

/** Opcodes that always end a segment: those at which `scan.ts` cuts. */
const ENDS_SEGMENT = new Uint8Array(OPCODE_COUNT);
for (const name of [
  "unreachable",
  "loop",
  "if",
  "else",
  "catch",
  "throw",
  "rethrow",
  "br",
  "brIf",
  "brTable",
  "return",
  "call",
  "callIndirect",
  "returnCall",
  "returnCallIndirect",
  "delegate",
  "catchAll",
] as const) {
  ENDS_SEGMENT[OP[name]] = 1;
}

/** Whether the instruction is a call under which the stack may grow without bound, so that its caller's frame must be counted. */
export function isCountedCall(module: ModuleInfo, frames: Uint32Array, points: Int32Array, p: number): boolean {
  const opcode = points[p + POINT.opcode]!;
  if (opcode === OP.callIndirect) return true;
  if (opcode !== OP.call) return false;
  const callee = points[p + POINT.value]!;
  return callee < module.importedFunctions || frames[callee]! > 0;
}

/** Opcodes that call a function which is not named: `call_indirect`, and tail calls, which replace the frame by any other. */
const CALLS_UNKNOWN = new Uint8Array(OPCODE_COUNT);
for (const code of [0x11, 0x12, 0x13]) CALLS_UNKNOWN[code] = 1;

/** Whether a segment ends at the point. */
export function endsSegment(points: Int32Array, p: number): boolean {
  const opcode = points[p + POINT.opcode]!;
  return ENDS_SEGMENT[opcode] === 1 || (opcode === OP.end && points[p + POINT.value] === END_IS_JOIN);
}
