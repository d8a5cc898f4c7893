/**
 * Core modules: parse, check, meter, cap. Bytes to bytes, with no authority: nothing here sees a capability, a file or a clock, and
 * nothing here limits a plugin; it makes modules that a host can limit.
 */
export { type EdgeFunction, wayIn, wayOut } from "./edges.ts";
export { createLedger, LEDGER_FUEL, type Ledger } from "./ledger.ts";
export { meterModule } from "./meter.ts";
export {
  type CoreExport,
  type CoreFunctionType,
  type CoreGlobalType,
  type CoreImport,
  type CoreMemoryType,
  type CoreTableType,
  type CoreType,
  globalExport,
  type MeteredModule,
  type MeterOptions,
  type NumberType,
  RESERVED,
  type ReferenceType,
  START_EXPORT,
  type ValueType,
  type VectorType,
} from "./types.ts";
