/**
 * What `scan.ts` finds in function bodies and `charge.ts` writes from. Declarations only.
 *
 * A *point* is an instruction at which the rewriter does something. A *segment* is a run of instructions that is entered only at its start
 * and left only at its end (or by a trap). A point that ends a segment carries the cost of the segment that begins after it.
 */

/** Fields of a point in `CodeScan.points`. */
export const POINT = { start: 0, end: 1, opcode: 2, value: 3, charge: 4, size: 5 } as const;

/** `value` of a `loop` point: a set of these. */
export const LOOP_HAS_PARAMS = 1;
/** It contains a call or a guarded operation, so a slow path in it costs no more registers than it already does. */
export const LOOP_HAS_CALLS = 2;
/**
 * In `charge` of a point, beside the cost: the segment ends in a call whose stack is counted. Set by `calls.ts`; costs are below this.
 */
export const ENDS_IN_CALL: number = 1 << 30;
/** `value` of an `end` point whose block can be reached by a branch, so that a segment begins after it. */
export const END_IS_JOIN = 1;

export interface ScannedFunction {
  /** Offset of the local declarations, of the first instruction, and one past the last. */
  readonly locals: number;
  readonly code: number;
  readonly end: number;
  /** Parameters, and results. */
  readonly paramCount: number;
  readonly resultCount: number;
  /** Number of groups in the local declarations. */
  readonly localGroups: number;
  /** Parameters and locals. */
  readonly localCount: number;
  /** First and one past the last point, as positions in `points`. */
  readonly firstPoint: number;
  readonly endPoint: number;
  /** The same, in `localSites`. */
  readonly firstLocalSite: number;
  readonly endLocalSite: number;
  /** Each of these has its index in one byte. */
  readonly hasShortLocalSites: boolean;
  /** Cost of the first segment, and of all instructions together. */
  readonly entryCharge: number;
  readonly totalCost: number;
  /** Calls, indirect calls and guarded operations. */
  readonly hasCalls: boolean;
  readonly hasIndirectCalls: boolean;
  readonly hasTailCalls: boolean;
  /** `memory.copy`, `memory.fill` or `memory.init`. */
  readonly hasBulkMemory: boolean;
  /** Its code is one segment, and nothing in it needs the fuel. */
  readonly isStraight: boolean;
  readonly hasFloatArithmetic: boolean;
  /** Some local or operand may be a v128, which takes 16 bytes. */
  readonly hasVectors: boolean;
  /** It has a `try`. */
  readonly hasHandlers: boolean;
  /** Some branch goes to the function's own label. */
  readonly hasBranchToEnd: boolean;
  /** What it takes of the stack at most (`stack.ts`). */
  readonly frame: number;
}

export interface CodeScan {
  readonly functions: readonly ScannedFunction[];
  readonly points: Int32Array;
  /** Offsets of the instructions that name the first local that is not a parameter: the fuel may take its place (`charge.ts`). */
  readonly localSites: Int32Array;
  /** 1 for each function (imported ones first) that a `call` names. */
  readonly calledDirectly: Uint8Array;
  /** The same, of those that a `return_call` names. */
  readonly tailCalled: Uint8Array;
  /** The first instruction found that changes a table or drops a segment: such state is in no image. */
  readonly unimageable: string | undefined;
  /** Some instruction makes a reference, takes one out of a table or puts one there, or makes a tail call through a table. */
  readonly handlesReferences: boolean;
}
