/**
 * What everything costs, in fuel: the one table. One unit is about one cheap instruction, 0.3–0.6 ns. An instruction that costs
 * much more than that has a weight here, so that no mix of instructions runs much longer for its fuel than a plain loop does.
 * The weights are part of a plugin's observable behaviour: changing one changes the fuel of every run.
 *
 * Measured on two cores, Node 20.20 (ns for one execution): table.set 28, table.get 3, ref.func 3, call_indirect 3, call 2, import 5 (to wasm) … 100
 * (to JavaScript), division 3, memory.grow 2,000–250,000, table.grow 12 + 150 an entry where it reallocates, memory.fill and
 * memory.copy 107 + 1 for 65 bytes, table.fill, table.copy and table.init 12–23 + 16 an entry, throw and catch 760. Vector instructions
 * 0.5–1.3, except f32x4.sqrt 6.6, trunc_sat 2–3.7, division 3–3.5, convert_i32x4_u 3.3, min and max 2–3, i64x2.mul 1.9, shuffle 1.7.
 */
import { OPCODE_COUNT, OPCODES } from "./opcodes.ts";

/** Instructions that generate no machine code of their own. Each is at least a byte of a body, and bodies are capped. */
const FREE = ["nop", "block", "loop", "else", "end", "try", "catch", "catch_all", "delegate"];

/** Fixed costs by name, charged with the segment that the instruction is in; all others cost 1. */
const WEIGHTS: Readonly<Record<string, number>> = {
  call: 2,
  call_indirect: 5,
  return_call: 3,
  return_call_indirect: 6,
  "ref.func": 5,
  "table.get": 5,
  "table.set": 50,
  "i32.div_s": 2,
  "i32.div_u": 2,
  "i32.rem_s": 2,
  "i32.rem_u": 2,
  "i64.div_s": 4,
  "i64.div_u": 4,
  "i64.rem_s": 4,
  "i64.rem_u": 4,
  "f32.div": 2,
  "f64.div": 2,
  "f32.sqrt": 3,
  "f64.sqrt": 3,
  // Vectors: what V8 makes several machine instructions of on x64, or what is slow there.
  "i8x16.shuffle": 2,
  "i8x16.popcnt": 2,
  "i16x8.q15mulr_sat_s": 2,
  "i64x2.mul": 3,
  "f32x4.min": 3,
  "f32x4.max": 3,
  "f64x2.min": 3,
  "f64x2.max": 3,
  "f32x4.div": 4,
  "f64x2.div": 4,
  "f32x4.sqrt": 8,
  "f64x2.sqrt": 8,
  "f32x4.convert_i32x4_u": 4,
  "i32x4.trunc_sat_f32x4_s": 4,
  "i32x4.trunc_sat_f32x4_u": 5,
  "i32x4.trunc_sat_f64x2_s_zero": 4,
  "i32x4.trunc_sat_f64x2_u_zero": 4,
  "memory.init": 20,
  "memory.copy": 150,
  "memory.fill": 150,
  "table.init": 50,
  "table.copy": 50,
  "table.fill": 50,
  "table.grow": 50,
  // 0.8 µs, and 0.2 µs for each frame that it unwinds; entering those frames was paid for by their callers.
  throw: 1500,
  rethrow: 1500,
};

/** On top of `call`, when the function is imported: another instance's code, or the host's. What the host does costs extra there. */
export const IMPORT_CALL_COST = 20;

/**
 * Costs that depend on an operand, charged and checked before the operation by guards (`guards.ts`). `memory.grow` and
 * `table.grow` are charged when they are tried: not for 0 and not above the room.
 */
export const MEMORY_GROW_COST = 100_000;
export const MEMORY_GROW_PAGE_COST = 200;
export const TABLE_GROW_ENTRY_COST = 300;
export const TABLE_ENTRY_COST = 40;
/** `memory.fill`, `memory.copy`, `memory.init`: one unit for so many bytes (as a shift). */
export const BULK_BYTES_SHIFT = 5;

/** Fixed cost by opcode. */
export const COSTS: Uint16Array = Uint16Array.from({ length: OPCODE_COUNT }, (_, code) => {
  const name = OPCODES.get(code)?.name;
  if (name === undefined || FREE.includes(name)) return 0;
  return WEIGHTS[name] ?? 1;
});
