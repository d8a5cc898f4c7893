/**
 * The edges of metered code: small wasm functions that keep the ledger where the guest is entered and left. Done from JavaScript the
 * same takes one or two crossings more, at 6 ns each. Made for a function type once, and shared by all instances. Checks what the ledger says, decides nothing.
 *
 * The way in opens the ledger, and asks `overdrawn` where the guest has returned and used more than it was given; the way out takes the price
 * of the call, and asks the guest's own `refill` for more. What else is done for a call is done in `host`: JavaScript counts for less there.
 *
 *     (func (export "enter") (param i32) (result i32)
 *       (global.set $fuel (global.get $start)) (global.set $note (i32.const 0))
 *       (call $core (local.get 0))
 *       (if (i32.lt_s (i32.wrap_i64 (global.get $fuel)) (i32.const 0)) (then (call $overdrawn))))
 *
 *     (func (export "leave") (param i32) (result i32)
 *       (global.set $fuel (i64.add (global.get $fuel) (global.get $price)))
 *       (if (i32.lt_s (i32.wrap_i64 (global.get $fuel)) (i32.const 0)) (then
 *         (call $refill)
 *         (if (i32.lt_s (i32.wrap_i64 (global.get $fuel)) (i32.const 0)) (then unreachable))))
 *       (call $host (local.get 0)))
 */
import { ByteWriter, OP, PREAMBLE, SECTION, TYPE_BYTES, VOID } from "./emit.ts";
import type { Ledger } from "./ledger.ts";
import { FUEL_EMPTY, STACK_START, STACK_UNIT } from "./stack.ts";
import type { CoreFunctionType } from "./types.ts";

/** A function of core values. Its WebAssembly type is the caller's to know. */
export type EdgeFunction = (...flat: never[]) => unknown;

export interface WayIn {
  /** Given to the guest with every call, beside the whole stack budget. At most `LEDGER_FUEL`. */
  readonly fuel: number;
  readonly core: EdgeFunction;
  /** Pays what the ledger lacks, or throws. */
  readonly overdrawn: () => void;
}

export interface WayOut {
  /** Fuel that a call takes. At most `LEDGER_FUEL`. */
  readonly price: number;
  readonly host: EdgeFunction;
  /** The guest's own. */
  readonly refill: () => void;
}

/** What the host calls instead of `core`, which has this type. */
export function wayIn(ledger: Ledger, type: CoreFunctionType, { fuel, core, overdrawn }: WayIn): EdgeFunction {
  const { imports } = ledger;
  const start = (BigInt(STACK_START) * BigInt(STACK_UNIT)) | BigInt(FUEL_EMPTY - fuel);
  return made(IN, type, { fuel: imports.fuel, note: imports.note, start: BigInt.asIntN(64, start), core, overdrawn });
}

/** What the guest imports instead of `host`, which has this type. */
export function wayOut(ledger: Ledger, type: CoreFunctionType, { price, host, refill }: WayOut): EdgeFunction {
  return made(OUT, type, { fuel: ledger.imports.fuel, price: BigInt(price), host, refill });
}

interface Edge {
  /** The imported globals: name, type, whether mutable. */
  readonly globals: readonly (readonly [name: string, type: "i32" | "i64", mutable: boolean])[];
  /** The imported functions: the one of the type, then one without parameters and results. */
  readonly functions: readonly [string, string];
  /** Locals and code, without the last `end`. */
  readonly write: (out: ByteWriter, type: CoreFunctionType) => void;
  /** By type. There are few of them: the linker asks for those with up to three numbers. */
  readonly modules: Map<string, WebAssembly.Module>;
}

/** Functions: the one that is called, `overdrawn` or `refill`. */
const [TARGET, HELPER] = [0, 1];
/** The global of both; the others are where `IN` and `OUT` name them. */
const FUEL = 0;

const IN: Edge = {
  globals: [
    ["fuel", "i64", true],
    ["note", "i32", true],
    ["start", "i64", false],
  ],
  functions: ["core", "overdrawn"],
  write: (out, type) => {
    out.u32(0);
    out.op(OP.globalGet, 2);
    out.op(OP.globalSet, FUEL);
    out.i32Const(0);
    out.op(OP.globalSet, 1);
    writeCall(out, type);
    out.op(OP.globalGet, FUEL);
    writeIfOverdrawn(out, () => out.op(OP.call, HELPER));
  },
  modules: new Map(),
};

const OUT: Edge = {
  globals: [
    ["fuel", "i64", true],
    ["price", "i64", false],
  ],
  functions: ["host", "refill"],
  write: (out, type) => {
    // The fuel is kept in a local: read back from the global it comes 5 cycles later.
    out.u32(1);
    out.u32(1);
    out.byte(TYPE_BYTES.i64);
    const fuel = type.params.length;
    out.op(OP.globalGet, FUEL);
    out.op(OP.globalGet, 1);
    out.byte(OP.i64Add);
    out.op(OP.localTee, fuel);
    out.op(OP.globalSet, FUEL);
    out.op(OP.localGet, fuel);
    writeIfOverdrawn(out, () => {
      out.op(OP.call, HELPER);
      out.op(OP.globalGet, FUEL);
      writeIfOverdrawn(out, () => out.byte(OP.unreachable));
    });
    writeCall(out, type);
  },
  modules: new Map(),
};

function writeCall(out: ByteWriter, { params }: CoreFunctionType): void {
  params.forEach((_, index) => {
    out.op(OP.localGet, index);
  });
  out.op(OP.call, TARGET);
}

/** Of the fuel on the operand stack. */
function writeIfOverdrawn(out: ByteWriter, then: () => void): void {
  out.byte(OP.i32WrapI64);
  out.i32Const(0);
  out.byte(OP.i32LtS);
  out.byte(OP.if);
  out.byte(VOID);
  then();
  out.byte(OP.end);
}

function made(edge: Edge, type: CoreFunctionType, imports: Record<string, unknown>): EdgeFunction {
  const key = `${type.params.join(" ")}:${type.results.join(" ")}`;
  let module = edge.modules.get(key);
  if (module === undefined) {
    module = new WebAssembly.Module(edgeModule(edge, type));
    edge.modules.set(key, module);
  }
  const { exports } = new WebAssembly.Instance(module, { "": imports as WebAssembly.ModuleImports });
  return exports.edge as EdgeFunction;
}

function edgeModule({ globals, functions, write }: Edge, type: CoreFunctionType): Uint8Array<ArrayBuffer> {
  const out = new ByteWriter(256);
  out.all(...PREAMBLE);
  out.entries(SECTION.type, 2, () => {
    out.functionType(type);
    out.functionType({ params: [], results: [] });
  });
  out.entries(SECTION.import, globals.length + functions.length, () => {
    for (const [name, value, mutable] of globals) {
      out.name("");
      out.name(name);
      out.byte(3);
      out.byte(TYPE_BYTES[value]);
      out.byte(mutable ? 1 : 0);
    }
    functions.forEach((name, index) => {
      out.name("");
      out.name(name);
      out.op(0, Math.min(index, 1));
    });
  });
  out.entries(SECTION.function, 1, () => out.u32(TARGET));
  out.entries(SECTION.export, 1, () => {
    out.name("edge");
    out.op(0, functions.length);
  });
  out.entries(SECTION.code, 1, () => {
    out.sized(() => {
      write(out, type);
      out.byte(OP.end);
    });
  });
  return out.result();
}
