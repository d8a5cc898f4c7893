/**
 * The ledger of one component instance: fuel and room for growth as wasm globals that all its metered core modules import, and
 * accessors in wasm, because JavaScript's `.value` of an i64 global costs five times as much. Enforces nothing: metered code does.
 *
 *     (module
 *       (global (export "fuel") (mut i64) (i64.const 0))
 *       (global (export "memory-room") (mut i32) (i32.const 0))
 *       (global (export "table-room") (mut i32) (i32.const 0))
 *       (global (export "note") (mut i32) (i32.const 0))
 *       (func (export "getFuel") (result i32) (i32.sub (i32.const 0x7fffffff) (i32.wrap_i64 (global.get 0))))      ;; stack.ts
 *       (func (export "setFuel") (param i32) (global.set 0 (i64.or
 *         (i64.and (global.get 0) (i64.const -0x100000000))
 *         (i64.extend_i32_u (i32.sub (i32.const 0x7fffffff) (local.get 0))))))
 *       (func (export "charge") (param i32) (global.set 0 (i64.add (global.get 0) (i64.extend_i32_s (local.get 0)))))
 *       (func (export "take") (param i32) (result i32)      ;; charge, then: is the low half negative?
 *       (func (export "getStack") (result i32) (i32.wrap_i64 (i64.shr_u (global.get 0) (i64.const 32))))
 *       (func (export "setStack") (param i32) (global.set 0 (i64.or
 *         (i64.shl (i64.extend_i32_u (local.get 0)) (i64.const 32)) (i64.and (global.get 0) (i64.const 0xffffffff)))))
 *       (func (export "getMemoryRoom") (result i32) (global.get 1))
 *       (func (export "setMemoryRoom") (param i32) (global.set 1 (local.get 0)))
 *       (func (export "setTableRoom") (param i32) (global.set 2 (local.get 0)))
 *       (func (export "getNote") (result i32) (global.get 3))
 *       (func (export "setNote") (param i32) (global.set 3 (local.get 0)))
 *       (func (export "trap") unreachable))
 */
import { STACK_BYTES } from "../limits.ts";
import { ByteWriter, OP, PREAMBLE, SECTION, TYPE_BYTES } from "./emit.ts";
import { LEDGER_GLOBALS, NOTE } from "./layout.ts";
import { FUEL_EMPTY, STACK_SLOT, STACK_START, STACK_UNIT } from "./stack.ts";

export interface Ledger {
  /** For the import module `RESERVED` of metered modules, together with `memory` and `refill`. */
  readonly imports: Readonly<Record<(typeof LEDGER_GLOBALS)[number][0], WebAssembly.Global>>;
  /** What is left of what was handed out; negative when more was used. */
  fuel(): number;
  /** @param units Between −`LEDGER_FUEL` and `LEDGER_FUEL`. */
  setFuel(units: number): void;
  /** Takes fuel, as much at a time as `setFuel`; what is left may become negative. */
  charge(units: number): void;
  /** The same, and answers 1 where more was used than handed out, else 0: one crossing where two would be three times as dear. */
  take(units: number): number;
  /** Bytes of stack that the guest may still use; what is running has been taken off. */
  stackRoom(): number;
  /** At most `STACK_BYTES`. */
  setStackRoom(bytes: number): void;
  /** Pages of 64 KiB that may still be added to memories. */
  memoryRoom(): number;
  setMemoryRoom(pages: number): void;
  /** Entries that may still be added to tables. */
  tableRoom(): number;
  setTableRoom(entries: number): void;
  /** Whether a `memory.grow` or `table.grow` has been refused, for want of room or by the memory's own maximum. */
  growFailed(): boolean;
  /** Whether the guest was stopped because it used up its stack, or had left `refill` none. */
  stackFailed(): boolean;
  clearNote(): void;
  /**
   * Executes `unreachable` in wasm: the only way in which the host makes a guest stop. A guest's `catch_all` cannot catch it, as it
   * could an exception of JavaScript.
   */
  trap(): never;
}

interface LedgerExports {
  readonly getFuel: () => number;
  readonly setFuel: (units: number) => void;
  readonly charge: (units: number) => void;
  readonly take: (units: number) => number;
  readonly getStack: () => number;
  readonly setStack: (field: number) => void;
  readonly getMemoryRoom: () => number;
  readonly setMemoryRoom: (pages: number) => void;
  readonly getTableRoom: () => number;
  readonly setTableRoom: (entries: number) => void;
  readonly getNote: () => number;
  readonly setNote: (note: number) => void;
  readonly trap: () => never;
}

let compiled: WebAssembly.Module | undefined;

/** The most fuel that can be handed out, or charged, at a time. More is the host's to keep (`sandbox/fuel-meter.ts`). */
export const LEDGER_FUEL: number = 2 ** 30;

/** A ledger with no fuel and no room; its stack is empty. */
export function createLedger(): Ledger {
  compiled ??= new WebAssembly.Module(ledgerModule());
  const { exports } = new WebAssembly.Instance(compiled);
  const functions = exports as unknown as LedgerExports;
  functions.setFuel(0);
  functions.setStack(STACK_START);
  const global = (name: string) => exports[name] as WebAssembly.Global;
  return {
    imports: {
      fuel: global("fuel"),
      "memory-room": global("memory-room"),
      "table-room": global("table-room"),
      note: global("note"),
    },
    fuel: functions.getFuel,
    setFuel: functions.setFuel,
    charge: functions.charge,
    take: functions.take,
    stackRoom: () => Math.max(0, 2 ** 31 - (functions.getStack() >>> 0)) * STACK_SLOT,
    setStackRoom: (bytes) => {
      const room = bytes > 0 ? Math.min(bytes, STACK_BYTES) : 0;
      functions.setStack(2 ** 31 - Math.floor(room / STACK_SLOT));
    },
    memoryRoom: functions.getMemoryRoom,
    setMemoryRoom: functions.setMemoryRoom,
    tableRoom: functions.getTableRoom,
    setTableRoom: functions.setTableRoom,
    growFailed: () => functions.getNote() === NOTE.growFailed,
    stackFailed: () => functions.getNote() === NOTE.stackFailed,
    clearNote: () => functions.setNote(0),
    trap: functions.trap,
  };
}

const [FUEL, MEMORY_ROOM, TABLE_ROOM, NOTE_GLOBAL] = [0, 1, 2, 3];

const I64_EXTEND_I32_S = 0xac;
const [EMPTY, FUEL_HALF, STACK_HALF] = [
  constant((out) => out.i32Const(FUEL_EMPTY)),
  constant((out) => out.i64Const(STACK_UNIT - 1)),
  constant((out) => out.i64Const(-STACK_UNIT)),
];

function constant(write: (out: ByteWriter) => void): readonly number[] {
  const out = new ByteWriter(12);
  write(out);
  return [...out.result()];
}

/** Function types of the module, by index. */
const TYPES = [
  [[], ["i32"]],
  [["i32"], []],
  [[], []],
  [["i32"], ["i32"]],
] as const;

const SPENT = [OP.globalGet, FUEL, OP.i32WrapI64];

/** Name, type index, code without `end`. */
const FUNCTIONS: readonly (readonly [string, number, readonly number[]])[] = [
  ["getFuel", 0, [...EMPTY, OP.globalGet, FUEL, OP.i32WrapI64, OP.i32Sub]],
  [
    "setFuel",
    1,
    [
      ...[OP.globalGet, FUEL, ...STACK_HALF, OP.i64And],
      ...[...EMPTY, OP.localGet, 0, OP.i32Sub, OP.i64ExtendI32U, OP.i64Or, OP.globalSet, FUEL],
    ],
  ],
  ["charge", 1, [OP.globalGet, FUEL, OP.localGet, 0, I64_EXTEND_I32_S, OP.i64Add, OP.globalSet, FUEL]],
  [
    "take",
    3,
    [
      ...[OP.globalGet, FUEL, OP.localGet, 0, I64_EXTEND_I32_S, OP.i64Add, OP.globalSet, FUEL],
      ...[...SPENT, OP.i32Const, 0, OP.i32LtS],
    ],
  ],
  ["getStack", 0, [OP.globalGet, FUEL, OP.i64Const, 32, OP.i64ShrU, OP.i32WrapI64]],
  [
    "setStack",
    1,
    [
      ...[OP.localGet, 0, OP.i64ExtendI32U, OP.i64Const, 32, OP.i64Shl],
      ...[OP.globalGet, FUEL, ...FUEL_HALF, OP.i64And, OP.i64Or, OP.globalSet, FUEL],
    ],
  ],
  ["getMemoryRoom", 0, [OP.globalGet, MEMORY_ROOM]],
  ["setMemoryRoom", 1, [OP.localGet, 0, OP.globalSet, MEMORY_ROOM]],
  ["getTableRoom", 0, [OP.globalGet, TABLE_ROOM]],
  ["setTableRoom", 1, [OP.localGet, 0, OP.globalSet, TABLE_ROOM]],
  ["getNote", 0, [OP.globalGet, NOTE_GLOBAL]],
  ["setNote", 1, [OP.localGet, 0, OP.globalSet, NOTE_GLOBAL]],
  ["trap", 2, [OP.unreachable]],
];

function ledgerModule(): Uint8Array<ArrayBuffer> {
  const out = new ByteWriter(512);
  out.all(...PREAMBLE);
  out.entries(SECTION.type, TYPES.length, () => {
    for (const [params, results] of TYPES) out.functionType({ params, results });
  });
  out.entries(SECTION.function, FUNCTIONS.length, () => {
    for (const [, type] of FUNCTIONS) out.byte(type);
  });
  out.entries(SECTION.global, LEDGER_GLOBALS.length, () => {
    for (const [, type] of LEDGER_GLOBALS) {
      out.all(TYPE_BYTES[type], 1, type === "i64" ? OP.i64Const : OP.i32Const, 0, OP.end);
    }
  });
  out.entries(SECTION.export, LEDGER_GLOBALS.length + FUNCTIONS.length, () => {
    LEDGER_GLOBALS.forEach(([name], i) => {
      out.name(name);
      out.all(3, i);
    });
    FUNCTIONS.forEach(([name], i) => {
      out.name(name);
      out.all(0, i);
    });
  });
  out.entries(SECTION.code, FUNCTIONS.length, () => {
    for (const [, , code] of FUNCTIONS) out.all(code.length + 2, 0, ...code, OP.end);
  });
  return out.result();
}
