/**
 * The ledger of one component instance: fuel and room for growth as wasm globals that all its metered core modules import, and
 * accessors in wasm, because JavaScript's `.value` of an i64 global costs five times as much. Enforces nothing: metered code does.
 *
 *     (module
 *       (global (export "fuel") (mut i64) (i64.const 0))
 *       (global (export "memory-room") (mut i32) (i32.const 0))
 *       (global (export "table-room") (mut i32) (i32.const 0))
 *       (global (export "note") (mut i32) (i32.const 0))
 *       (func (export "getFuel") (result f64) (f64.convert_i64_s (global.get 0)))
 *       (func (export "setFuel") (param f64) (global.set 0 (i64.trunc_sat_f64_s (local.get 0))))
 *       (func (export "charge") (param f64) (global.set 0 (i64.sub (global.get 0) (i64.trunc_sat_f64_s (local.get 0)))))
 *       (func (export "getMemoryRoom") (result i32) (global.get 1))
 *       (func (export "setMemoryRoom") (param i32) (global.set 1 (local.get 0)))
 *       (func (export "setTableRoom") (param i32) (global.set 2 (local.get 0)))
 *       (func (export "getNote") (result i32) (global.get 3))
 *       (func (export "setNote") (param i32) (global.set 3 (local.get 0)))
 *       (func (export "trap") unreachable))
 */
import { ByteWriter, OP, TYPE_BYTES } from "./emit.ts";
import { LEDGER_GLOBALS, NOTE } from "./layout.ts";

export interface Ledger {
  /** For the import module `RESERVED` of metered modules, together with `memory` and `refill`. */
  readonly imports: Readonly<Record<(typeof LEDGER_GLOBALS)[number][0], WebAssembly.Global>>;
  /** What is left of what was handed out; negative when more was used. Exact up to 2⁵³. */
  fuel(): number;
  setFuel(units: number): void;
  /** Takes fuel; what is left may become negative. */
  charge(units: number): void;
  /** Pages of 64 KiB that may still be added to memories. */
  memoryRoom(): number;
  setMemoryRoom(pages: number): void;
  /** Entries that may still be added to tables. */
  tableRoom(): number;
  setTableRoom(entries: number): void;
  /** Whether a `memory.grow` or `table.grow` has been refused, for want of room or by the memory's own maximum. */
  growFailed(): boolean;
  /** Whether `refill` could not run, because the guest had left it no stack; the guest was stopped then. */
  refillFailed(): boolean;
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
  readonly getMemoryRoom: () => number;
  readonly setMemoryRoom: (pages: number) => void;
  readonly getTableRoom: () => number;
  readonly setTableRoom: (entries: number) => void;
  readonly getNote: () => number;
  readonly setNote: (note: number) => void;
  readonly trap: () => never;
}

let compiled: WebAssembly.Module | undefined;

/** A ledger with no fuel and no room. */
export function createLedger(): Ledger {
  compiled ??= new WebAssembly.Module(ledgerModule());
  const { exports } = new WebAssembly.Instance(compiled);
  const functions = exports as unknown as LedgerExports;
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
    memoryRoom: functions.getMemoryRoom,
    setMemoryRoom: functions.setMemoryRoom,
    tableRoom: functions.getTableRoom,
    setTableRoom: functions.setTableRoom,
    growFailed: () => functions.getNote() === NOTE.growFailed,
    refillFailed: () => functions.getNote() === NOTE.refillFailed,
    clearNote: () => functions.setNote(0),
    trap: functions.trap,
  };
}

const [FUEL, MEMORY_ROOM, TABLE_ROOM, NOTE_GLOBAL] = [0, 1, 2, 3];
const F64_CONVERT_I64_S = 0xb9;
const I64_TRUNC_SAT_F64_S = [0xfc, 0x06];

/** Function types of the module, by index. */
const TYPES = [
  [[], ["f64"]],
  [["f64"], []],
  [[], ["i32"]],
  [["i32"], []],
  [[], []],
] as const;

/** Name, type index, code without `end`. */
const FUNCTIONS: readonly (readonly [string, number, readonly number[]])[] = [
  ["getFuel", 0, [OP.globalGet, FUEL, F64_CONVERT_I64_S]],
  ["setFuel", 1, [OP.localGet, 0, ...I64_TRUNC_SAT_F64_S, OP.globalSet, FUEL]],
  ["charge", 1, [OP.globalGet, FUEL, OP.localGet, 0, ...I64_TRUNC_SAT_F64_S, OP.i64Sub, OP.globalSet, FUEL]],
  ["getMemoryRoom", 2, [OP.globalGet, MEMORY_ROOM]],
  ["setMemoryRoom", 3, [OP.localGet, 0, OP.globalSet, MEMORY_ROOM]],
  ["getTableRoom", 2, [OP.globalGet, TABLE_ROOM]],
  ["setTableRoom", 3, [OP.localGet, 0, OP.globalSet, TABLE_ROOM]],
  ["getNote", 2, [OP.globalGet, NOTE_GLOBAL]],
  ["setNote", 3, [OP.localGet, 0, OP.globalSet, NOTE_GLOBAL]],
  ["trap", 4, [OP.unreachable]],
];

function ledgerModule(): Uint8Array<ArrayBuffer> {
  const out = new ByteWriter(512);
  const bytes = (...values: readonly number[]) => {
    for (const value of values) out.byte(value);
  };
  const section = (id: number, count: number, write: () => void) => {
    out.byte(id);
    const start = out.openLength();
    out.u32(count);
    write();
    out.closeLength(start);
  };
  bytes(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
  section(1, TYPES.length, () => {
    for (const [params, results] of TYPES) {
      bytes(0x60, params.length, ...params.map((type) => TYPE_BYTES[type]));
      bytes(results.length, ...results.map((type) => TYPE_BYTES[type]));
    }
  });
  section(3, FUNCTIONS.length, () => {
    for (const [, type] of FUNCTIONS) out.byte(type);
  });
  section(6, LEDGER_GLOBALS.length, () => {
    for (const [, type] of LEDGER_GLOBALS) {
      bytes(TYPE_BYTES[type], 1, type === "i64" ? OP.i64Const : OP.i32Const, 0, OP.end);
    }
  });
  section(7, LEDGER_GLOBALS.length + FUNCTIONS.length, () => {
    LEDGER_GLOBALS.forEach(([name], i) => {
      out.name(name);
      bytes(3, i);
    });
    FUNCTIONS.forEach(([name], i) => {
      out.name(name);
      bytes(0, i);
    });
  });
  section(10, FUNCTIONS.length, () => {
    for (const [, , code] of FUNCTIONS) bytes(code.length + 2, 0, ...code, OP.end);
  });
  return out.result();
}
