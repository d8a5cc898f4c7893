/**
 * How much stack a function takes, and how stack and fuel share one i64. Decides nothing: `calls.ts` says who is counted, `charge.ts`
 * writes it.
 *
 *     63      62           32   31          30          0
 *     | guard | stack in use |  | exhausted | fuel spent |
 *
 * Both count up. The stack starts at `STACK_START`, so that the guard is set, and the number negative, exactly when the budget is exceeded.
 * Fuel starts at 2³¹ − 1 less what was handed out, so that the low half, as an i32, is negative exactly when more was spent. A charge is then an
 * addition of a small number (imm8 in machine code: with the fuel in the high bits six kernels took 3 % more), and neither half can carry into the other: a frame is
 * at most `MAX_FRAME`, and what is charged between two checks is below 2³⁰ (`charge.ts`, `guards.ts`).
 *
 * V8's own limit depends on the tier that compiled a function (a frame with 100 i32 locals has 450 bytes from the baseline compiler, and
 * 32 or 834 from the optimizing one, as they are used), so recursion ends well before it, at a budget of what frames take at most: measured
 * with Node 20 (V8 11.3), 48 bytes for the frame itself, 8 for each parameter, local and operand (16 for a v128), and as
 * much again for what a call pushes and gets back. The optimizing compiler keeps more than that alive across a call when code computes
 * the same many values before and after it; then V8's own limit may be reached first, and is reported as `stack-limit` too.
 */
import { STACK_BYTES } from "../limits.ts";

/** Bytes of a slot, by which stack is counted. */
export const STACK_SLOT = 8;
/** A slot, in the packed number. */
export const STACK_UNIT: number = 2 ** 32;
/** The high half with all of the budget left. */
export const STACK_START: number = 2 ** 31 - Math.floor(STACK_BYTES / STACK_SLOT);
/** The low half with no fuel left; one more is exhausted. */
export const FUEL_EMPTY: number = 2 ** 31 - 1;

/** The frame itself, and the fuel as a local and an argument. */
const FIXED_SLOTS = 9;
/** What `nan.ts` adds: a local of either type, or a vector of each. */
const NAN_SLOTS = 4;
/** Larger frames are as good as infinite: no budget has room for one. */
const MAX_FRAME = 2 ** 20;

/**
 * Slots that a chain of functions may take uncounted when it cannot lead to a recursion: at most one such chain is on the stack. A frame above this
 * must be counted before it is made, by a gate (`bridges.ts`).
 */
export const UNCOUNTED_STACK: number = 4096 / STACK_SLOT;

/** Slots of a frame. @param values Parameters, locals, operands, arguments and results of the largest call; a v128 is two. */
export function frameSlots(values: number, hasFloatArithmetic: boolean): number {
  return Math.min(values + FIXED_SLOTS + (hasFloatArithmetic ? NAN_SLOTS : 0), MAX_FRAME);
}
