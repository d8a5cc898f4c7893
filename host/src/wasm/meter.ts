/**
 * `meterModule`: a core module → the same module that pays for what it does and owns neither its fuel nor its memory. Pure: bytes to
 * bytes. What it does not do: compile, instantiate, or decide any limit of a plugin.
 *
 *     (module                                     (module
 *                                                   (import "crucible:host" "refill" (func $refill))
 *                                                   (import "crucible:host" "memory" (memory 1))
 *                                                   (import "crucible:host" "fuel" (global $fuel (mut i64)))
 *                                                   … "memory-room" "table-room" "note" (mut i32)
 *       (memory (export "memory") 1 4)              (export "memory" (memory 0))
 *       (global $sp (mut i32) (i32.const 64))       (global $sp (export "crucible:host/global/0") (mut i32) …)
 *       (start $init)                               (export "crucible:host/start" (func $init))
 *       (func (export "add") …))                    (func (export "add") …)   ;; charge.ts
 *                                                   (func $check …) …)        ;; guards.ts, bridges.ts
 *
 * Order matters. The bytes are copied first, so that nobody changes them under us. Caps come before V8's validation, because a module
 * can be expensive to validate. V8 validates the *original*: a rewriter makes an invalid module valid otherwise, for example one that
 * names the index of the fuel global, which does not exist yet. Only then is anything written.
 */
import { PluginError } from "../errors.ts";
import { MODULE_CAPS } from "../limits.ts";
import { AddedFunctions } from "./added.ts";
import { Bridges } from "./bridges.ts";
import { type CallPlan, needsGate, planCalls } from "./calls.ts";
import { Charger } from "./charge.ts";
import { type IndexSites, SITE_FUNCTION } from "./constants.ts";
import { ByteWriter, SECTION, TYPE_BYTES } from "./emit.ts";
import { addChecks, Guards } from "./guards.ts";
import { BranchHints } from "./hints.ts";
import { Layout, LEDGER_GLOBALS } from "./layout.ts";
import { planCanonicalization } from "./nan.ts";
import { type ModuleInfo, parseModule } from "./parse.ts";
import type { CodeScan } from "./points.ts";
import { prepayJoins } from "./prepay.ts";
import { refuse } from "./reader.ts";
import { scanCode } from "./scan.ts";
import { leaveScratch, takeScratch } from "./scratch.ts";
import {
  globalExport,
  type MeteredModule,
  type MeterOptions,
  type NumberType,
  RESERVED,
  START_EXPORT,
  type ValueType,
} from "./types.ts";

/** V8's own limit; own mutable globals are exported on top of the original exports. */
const EXPORTS_AFTER_METERING = 100_000;

/**
 * Meters a core module.
 *
 * ```ts
 * const { bytes, memory } = meterModule(original);
 * const module = await WebAssembly.compile(bytes);
 * ```
 *
 * @throws PluginError `invalid-module`, with what, where (byte offset) and why.
 */
export function meterModule(original: Uint8Array, options: MeterOptions = {}): MeteredModule {
  if (original.length > MODULE_CAPS.bytes) {
    refuse(0, `it has ${original.length} bytes, the limit is ${MODULE_CAPS.bytes}`);
  }
  // Into a buffer of its own: `original` may be a view of shared memory, or change later.
  const bytes = new Uint8Array(original.length);
  bytes.set(original);
  const module = parseModule(bytes);
  const scratch = takeScratch(bytes.length);
  const scan = scanCode(module, scratch);
  validate(bytes);

  const globals = ownMutableGlobals(module);
  const numbers = globals.filter((global) => isNumber(global.type));
  if (module.exports.length + numbers.length + 1 > EXPORTS_AFTER_METERING) {
    refuse(0, `it has ${module.exports.length} exports and ${numbers.length} mutable globals, too many to export`);
  }
  const plan = planCalls(module, scan);
  prepayJoins(module, scan, plan);
  const rewritten = rewrite(module, scan, plan, numbers, options.canonicalizeNaN ?? true, scratch.code);
  leaveScratch(scratch);
  return {
    bytes: rewritten,
    imports: module.imports,
    exports: module.exports,
    memory:
      module.memory === undefined || module.importsMemory
        ? undefined
        : { minimumPages: module.memory.minimum, maximumPages: module.memory.maximum },
    importsMemory: module.importsMemory,
    tableEntries: module.tables.slice(module.importedTables).reduce((sum, table) => sum + table.minimum, 0),
    hasStart: module.start !== undefined,
    globals: numbers.map(({ index, type }) => ({ name: globalExport(index), type: type as NumberType })),
    imageable: imageable(scan, globals),
  };
}

function validate(bytes: Uint8Array<ArrayBuffer>): void {
  if (WebAssembly.validate(bytes)) return;
  let reason = "it is not valid WebAssembly";
  try {
    // Invalid, so this compiles nothing; it only says why.
    new WebAssembly.Module(bytes);
  } catch (error) {
    if (error instanceof WebAssembly.CompileError) reason = error.message.replace(/^WebAssembly\.Module\(\): /, "");
  }
  throw new PluginError("invalid-module", `Cannot accept the core module: ${reason}`);
}

interface OwnGlobal {
  /** In the original. */
  readonly index: number;
  readonly type: ValueType;
}

function isNumber(type: ValueType): boolean {
  return type === "i32" || type === "i64" || type === "f32" || type === "f64";
}

function ownMutableGlobals(module: ModuleInfo): readonly OwnGlobal[] {
  const globals: OwnGlobal[] = [];
  for (let index = module.importedGlobals; index < module.globals.length; index++) {
    const { mutable, type } = module.globals[index]!;
    if (mutable) globals.push({ index, type });
  }
  return globals;
}

function imageable(scan: CodeScan, globals: readonly OwnGlobal[]): true | string {
  if (scan.unimageable !== undefined) return `it uses ${scan.unimageable}, and images hold no tables and segments`;
  const other = globals.find((global) => !isNumber(global.type));
  if (other === undefined) return true;
  // JavaScript cannot read or write a v128.
  if (other.type === "v128") return "it has a mutable global of the type v128, and images hold no vectors";
  return "it has a mutable global of a reference type, and images hold no references";
}

function rewrite(
  module: ModuleInfo,
  scan: CodeScan,
  plan: CallPlan,
  globals: readonly OwnGlobal[],
  canonicalizeNaN: boolean,
  code: ByteWriter,
): Uint8Array<ArrayBuffer> {
  const { bytes } = module;
  const layout = new Layout(module);
  const added = new AddedFunctions(layout.check);
  addChecks(layout, added);
  const bridges = new Bridges(module, layout, plan, added);
  const guards = new Guards(module, layout, added);

  // The code comes first: it decides which guards, and so which functions and types, there are.
  const hints = new BranchHints();
  const charger = new Charger({ module, scan, plan, layout, bridges, guards, hints, out: code });
  scan.functions.forEach((scanned, i) => {
    const index = module.importedFunctions + i;
    const start = code.length;
    charger.writeBody(index, scanned, canonicalizeNaN ? planCanonicalization(module, index, scanned) : []);
    const gated = needsGate(scanned);
    hints.endFunction(gated ? undefined : layout.functionIndex(index));
    if (gated) {
      bridges.writeGate(code, index, added.take(bridges.type(index), code, start), scanned.hasTailCalls);
    }
  });
  // Before the types are written: it may add some.
  const functionTypes = scan.functions.map((_, i) => bridges.type(module.importedFunctions + i));

  const out = new ByteWriter(1 << 16);
  out.copy(bytes, 0, 8);
  /** The original entries with their indices shifted, and then `more` of them. */
  const extended = (
    id: number,
    more: number,
    write: () => void,
    sites: IndexSites = [],
    address = (index: number) => bridges.address(index),
  ) => {
    const range = module.sections.get(id);
    if (range === undefined && more === 0) return;
    out.entries(id, (range?.count ?? 0) + more, () => {
      if (range !== undefined) copyShifted(out, layout, address, bytes, range.start, range.end, sites);
      write();
    });
  };
  const nothing = () => {};
  const ownMemory = module.memory !== undefined && !module.importsMemory ? module.memory : undefined;

  extended(SECTION.type, layout.addedTypes.length, () => {
    for (const type of layout.addedTypes) out.functionType(type);
  });
  extended(SECTION.import, LEDGER_GLOBALS.length + (ownMemory === undefined ? 1 : 2), () => {
    importHeader(out, "refill", 0);
    out.u32(layout.refillType);
    if (ownMemory !== undefined) {
      // No maximum: the host chooses it when it makes the memory, so one compiled module serves all limits.
      importHeader(out, "memory", 2);
      out.byte(0);
      out.u32(ownMemory.minimum);
    }
    for (const [name, type] of LEDGER_GLOBALS) {
      importHeader(out, name, 3);
      out.byte(TYPE_BYTES[type]);
      out.byte(1);
    }
  });
  out.entries(SECTION.function, functionTypes.length + added.types.length, () => {
    for (const type of functionTypes) out.u32(type);
    for (const type of added.types) out.u32(type);
  });
  extended(SECTION.table, 0, nothing);
  extended(SECTION.tag, 0, nothing);
  extended(SECTION.global, 0, nothing, module.globalSites);
  const startExports = module.start === undefined ? 0 : 1;
  extended(
    SECTION.export,
    globals.length + startExports,
    () => {
      for (const { index } of globals) {
        out.name(globalExport(index));
        out.byte(3);
        out.u32(layout.globalIndex(index));
      }
      if (module.start !== undefined) {
        out.name(START_EXPORT);
        out.byte(0);
        out.u32(bridges.address(module.start));
      }
    },
    module.exportSites,
  );
  extended(SECTION.element, 0, nothing, module.elementSites, (index) => bridges.tableAddress(index));
  if (module.dataCount !== undefined) out.section(SECTION.dataCount, () => out.u32(module.dataCount!));
  if (!hints.isEmpty) out.section(SECTION.custom, () => hints.write(out));
  out.byte(SECTION.code);
  const codeLength = out.openLength();
  out.u32(scan.functions.length + added.types.length);
  out.closeLength(codeLength, code.length + added.code.length);
  const beforeCode = out.length;
  extended(SECTION.data, 0, nothing, module.dataSites);
  return join([out.written(0, beforeCode), code.written(), added.code.written(), out.written(beforeCode)]);
}

/** The code is copied once, into a buffer of the right length: it is most of the module. */
function join(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function importHeader(out: ByteWriter, name: string, kind: number): void {
  out.name(RESERVED);
  out.name(name);
  out.byte(kind);
}

function copyShifted(
  out: ByteWriter,
  layout: Layout,
  address: (index: number) => number,
  bytes: Uint8Array,
  start: number,
  end: number,
  sites: IndexSites,
): void {
  let copied = start;
  for (let i = 0; i < sites.length; i += 4) {
    out.copy(bytes, copied, sites[i]!);
    const index = sites[i + 3]!;
    out.u32(sites[i + 2] === SITE_FUNCTION ? address(index) : layout.globalIndex(index));
    copied = sites[i + 1]!;
  }
  out.copy(bytes, copied, end);
}
