/**
 * The module `entry` of the shell: where a call from the host enters a plug-in. It asks the kernel which function is meant, calls it, and
 * catches what the shell throws to end a plug-in's work early (`proc_exit`, a denied request); anything else that ends it is a trap.
 *
 *     (func (export "call") (param …) (result i32) (local $status i32) (local $index i32)
 *       (if (i32.lt_s (local.tee $index (call $begin (local.get …)…)) (i32.const 0)) (then (return (call $finish (i32.const 0)))))
 *       (try
 *         (do
 *           (if (i32.eqz (global.get $is-ready)) (then (global.set $is-ready (i32.const 1)) (call $_initialize)))
 *           (block $done (block $f1 (block $f0 (br_table $f0 $f1 (local.get $index)))
 *             (local.set $status (call $f0)) (br $done))
 *             (local.set $status (call $f1)) (br $done)))
 *         (catch $exit))
 *       (call $finish (local.get $status)))
 */
import { OP, VOID } from "../../wasm/emit.ts";
import {
  type Bytes,
  body,
  coreModule,
  exportFunction,
  functionType,
  I32,
  importFunction,
  importTag,
  s32,
  u32,
} from "./core-bytes.ts";

/** A function of a plug-in without parameters, or with one of the language's runtime that takes `parameters` zeros. */
export interface PluginFunction {
  readonly name: string;
  readonly hasStatus: boolean;
  readonly parameters?: number;
}

export interface EntryOptions {
  /** The functions of the tools, in the order of the settings. */
  readonly tools: readonly PluginFunction[];
  /** What makes the plug-in's runtime ready. */
  readonly initializers: readonly PluginFunction[];
  /** Whether that happens once, before the image is taken, or at an instance's first call, where capabilities answer. */
  readonly initialize: "at-start" | "at-first-call";
}

const PARAMS = [I32, I32, I32, I32];
const STATUS = 4;
const INDEX = 5;

export function entryModule({ tools, initializers, initialize }: EntryOptions): Uint8Array {
  const functions = [...tools, ...initializers];
  const types = [functionType(PARAMS, [I32]), functionType([I32], [I32]), functionType([], [])];
  const typeOf = ({ hasStatus, parameters = 0 }: PluginFunction): number => {
    types.push(functionType(Array(parameters).fill(I32), hasStatus ? [I32] : []));
    return types.length - 1;
  };
  const [begin, finish, first] = [0, 1, 2];
  const imports = [
    importFunction("kernel", "begin", 0),
    importFunction("host", "finish", 1),
    ...functions.map((each) => importFunction("plugin", each.name, typeOf(each))),
    importTag("exit", "exit", 2),
  ];
  const getReady = initializers.map((each, index) => callOf(each, first + tools.length + index));
  const later = initialize === "at-first-call" && initializers.length > 0;
  const call = first + functions.length;
  const atStart = !later && initializers.length > 0;
  return coreModule({
    types,
    imports,
    functions: atStart ? [0, 2] : [0],
    ...(later && { globals: [[I32, 0x01, OP.i32Const, s32(0), OP.end]] }),
    exports: [exportFunction("call", call)],
    ...(atStart && { start: call + 1 }),
    code: [
      body(2, [
        PARAMS.map((_, index) => [OP.localGet, u32(index)]),
        ...[OP.call, u32(begin), OP.localTee, u32(INDEX), OP.i32Const, s32(0), OP.i32LtS],
        ...[OP.if, VOID, OP.i32Const, s32(0), OP.call, u32(finish), OP.return, OP.end],
        ...[OP.try, VOID],
        later ? once(getReady) : [],
        choice(
          tools.map((tool, index) => [callOf(tool, first + index), tool.hasStatus ? [OP.localSet, u32(STATUS)] : []]),
        ),
        ...[OP.catch, u32(0), OP.end],
        ...[OP.localGet, u32(STATUS), OP.call, u32(finish)],
      ]),
      ...(atStart ? [body(0, getReady)] : []),
    ],
  });
}

/** The call; of an initializer with its zeros, and without what it returns. */
function callOf({ parameters = 0 }: PluginFunction, index: number): Bytes {
  return [Array(parameters).fill([OP.i32Const, s32(0)]), OP.call, u32(index)];
}

function once(code: readonly Bytes[]): Bytes {
  const isReady = u32(0);
  return [
    ...[OP.globalGet, isReady, OP.i32Eqz, OP.if, VOID],
    ...[OP.i32Const, s32(1), OP.globalSet, isReady, code, OP.end],
  ];
}

/** Runs one of the cases, which `INDEX` says. */
function choice(cases: readonly Bytes[]): Bytes {
  const open = [OP.block, VOID];
  const labels = cases.map((_, index) => u32(index));
  const last = cases.length - 1;
  return [
    ...[open, cases.map(() => open)],
    ...[OP.localGet, u32(INDEX), OP.brTable, u32(last), labels],
    cases.map((each, index) => [OP.end, each, OP.br, u32(last - index)]),
    OP.end,
  ];
}
