/**
 * Joins a plug-in's imports of WASI with the shell's functions, which work in the plug-in's memory and so can only exist after it. The
 * module `trampolines` stands in for them: it calls through a table, which the module `wasi-table` fills.
 *
 *     (module                                                          (module
 *       (table (export "table") 1 funcref)                               (import "trampolines" "table" (table 1 funcref))
 *       (func (export "fd_write") (param …) (result i32)                 (import "wasi" "fd_write" (func $0 …))
 *         (call_indirect (local.get …)… (i32.const 0))))                 (elem (i32.const 0) $0))
 */
import { OP } from "../../wasm/emit.ts";
import {
  body,
  coreModule,
  exportFunction,
  exportTable,
  FUNCREF,
  functionType,
  importFunction,
  importTable,
  s32,
  u32,
} from "./core-bytes.ts";

export interface WasiFunction {
  readonly name: string;
  readonly params: readonly number[];
  readonly results: readonly number[];
}

export function trampolinesModule(functions: readonly WasiFunction[]): Uint8Array {
  return coreModule({
    types: functions.map(({ params, results }) => functionType(params, results)),
    functions: functions.map((_, index) => index),
    tables: [[FUNCREF, 0x01, u32(functions.length), u32(functions.length)]],
    exports: [exportTable("table", 0), ...functions.map(({ name }, index) => exportFunction(name, index))],
    code: functions.map(({ params }, index) =>
      body(0, [
        params.map((_, param) => [OP.localGet, u32(param)]),
        ...[OP.i32Const, s32(index), OP.callIndirect, u32(index), u32(0)],
      ]),
    ),
  });
}

export function wasiTableModule(functions: readonly WasiFunction[]): Uint8Array {
  return coreModule({
    types: functions.map(({ params, results }) => functionType(params, results)),
    imports: [
      importTable("trampolines", "table", functions.length),
      ...functions.map(({ name }, index) => importFunction("wasi", name, index)),
    ],
    elements: [[0x00, OP.i32Const, s32(0), OP.end, u32(functions.length), functions.map((_, index) => u32(index))]],
  });
}
