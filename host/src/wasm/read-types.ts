/**
 * Readers of the types that sections and imports declare. Each refuses by name what belongs to a proposal that is not supported, and a
 * table above the cap.
 */
import { MODULE_CAPS, TABLE_ENTRIES } from "../limits.ts";
import { type Reader, refuse } from "./reader.ts";
import type { CoreFunctionType, CoreGlobalType, CoreMemoryType, CoreTableType, ReferenceType } from "./types.ts";

export function readFunctionType(reader: Reader): CoreFunctionType {
  const form = reader.byte();
  if (form === 0x5e || form === 0x5f || form === 0x50 || form === 0x4f || form === 0x4e) {
    refuse(reader.offset - 1, "uses types of the garbage collection proposal, which is not supported");
  }
  if (form !== 0x60) refuse(reader.offset - 1, `expected a function type, got 0x${form.toString(16)}`);
  const params = reader.valueTypes("parameters", MODULE_CAPS.parameters);
  const results = reader.valueTypes("results", MODULE_CAPS.results);
  return { params, results };
}

export function readReferenceType(reader: Reader): ReferenceType {
  const at = reader.offset;
  const type = reader.valueType();
  if (type !== "funcref" && type !== "externref") refuse(at, `expected a reference type, got ${type}`);
  return type;
}

export function readTableType(reader: Reader): CoreTableType {
  const at = reader.offset;
  if (reader.bytes[at] === 0x40)
    refuse(at, "uses a table with an initializer (garbage collection), which is not supported");
  const element = readReferenceType(reader);
  const flags = reader.byte();
  if (flags > 1) refuse(reader.offset - 1, "uses a shared or 64-bit table, which is not supported");
  const minimum = reader.u32();
  if (minimum > TABLE_ENTRIES) refuse(at, `a table of ${minimum} entries is above the limit of ${TABLE_ENTRIES}`);
  return { element, minimum, maximum: flags === 1 ? reader.u32() : undefined };
}

export function readMemoryType(reader: Reader): CoreMemoryType {
  const flags = reader.byte();
  if (flags === 2 || flags === 3) refuse(reader.offset - 1, "uses threads (a shared memory), which is not supported");
  if (flags > 3)
    refuse(reader.offset - 1, "uses a 64-bit memory (memory64) or custom page sizes, which is not supported");
  const minimum = reader.u32();
  return { minimum, maximum: flags === 1 ? reader.u32() : undefined };
}

export function readGlobalType(reader: Reader): CoreGlobalType {
  const type = reader.valueType();
  const flags = reader.byte();
  if (flags > 1) refuse(reader.offset - 1, "uses threads (a shared global), which is not supported");
  return { type, mutable: flags === 1 };
}
