/**
 * Readers of the types that sections and imports declare. Each refuses by name what belongs to a proposal that is not supported, and a
 * table above the cap.
 */
import { MODULE_CAPS, TABLE_ENTRIES } from "../limits.ts";
import { FUNCTION_TYPE } from "./emit.ts";
import { type Reader, refuse } from "./reader.ts";
import { refusedLimits, refusedTypeForm } from "./refused.ts";
import type { CoreFunctionType, CoreGlobalType, CoreMemoryType, CoreTableType, ReferenceType } from "./types.ts";

export function readFunctionType(reader: Reader): CoreFunctionType {
  const form = reader.byte();
  const name = refusedTypeForm(form);
  if (name !== undefined) refuse(reader.offset - 1, `uses ${name}, which is not supported`);
  if (form !== FUNCTION_TYPE) refuse(reader.offset - 1, `expected a function type, got 0x${form.toString(16)}`);
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
    refuse(at, "uses typed function references (a table with an initializer), which is not supported");
  const element = readReferenceType(reader);
  const flags = limitFlags(reader, "table");
  const minimum = reader.u32();
  if (minimum > TABLE_ENTRIES) refuse(at, `a table of ${minimum} entries is above the limit of ${TABLE_ENTRIES}`);
  return { element, minimum, maximum: flags === 1 ? reader.u32() : undefined };
}

export function readMemoryType(reader: Reader): CoreMemoryType {
  const flags = limitFlags(reader, "memory");
  const minimum = reader.u32();
  return { minimum, maximum: flags === 1 ? reader.u32() : undefined };
}

export function readGlobalType(reader: Reader): CoreGlobalType {
  const type = reader.valueType();
  const flags = reader.byte();
  if (flags === 2 || flags === 3) refuse(reader.offset - 1, "uses threads (a shared global), which is not supported");
  if (flags > 1) refuse(reader.offset - 1, `unknown flags of a global: ${flags}`);
  return { type, mutable: flags === 1 };
}

/** 0, or 1 when a maximum follows the minimum. */
function limitFlags(reader: Reader, what: "memory" | "table"): number {
  const flags = reader.byte();
  if (flags <= 1) return flags;
  const name = refusedLimits(flags, what);
  if (name !== undefined) refuse(reader.offset - 1, `uses ${name}, which is not supported`);
  refuse(reader.offset - 1, `unknown flags of a ${what}: ${flags}`);
}
