/**
 * What a value is estimated to take on the host's heap. The transfer budget and the fuel of a crossing count in these units, so
 * they depend on the value alone and not on the machine. Measured on V8 (Node 20) and rounded up; a string counts its UTF-8
 * bytes and a `list<u8>` its length, so that 10 MB of text cross in 10 MB of budget.
 */
import type { ValueType } from "./value-types.ts";

const NUMBER = 16;
const BIGINT = 40;
export const STRING_BYTES = 32;
const ARRAY = 64;
const BYTE_ARRAY = 224;
const OBJECT = 64;
const SLOT = 8;
const TAGGED = 64;
const HANDLE = 32;

/**
 * The part of the estimate that every value of the type takes. Text, elements of lists, and payloads of variants, options and
 * results are added where they are met.
 */
export function hostBytes(type: ValueType): number {
  switch (type.kind) {
    case "s64":
    case "u64":
      return BIGINT;
    case "char":
    case "string":
      return STRING_BYTES;
    case "list":
      return type.element.kind === "u8" ? BYTE_ARRAY : ARRAY;
    case "record":
      return type.fields.reduce((sum, field) => sum + SLOT + hostBytes(field.type), OBJECT);
    case "tuple":
      return type.types.reduce((sum, part) => sum + hostBytes(part), ARRAY);
    case "flags":
      return OBJECT + SLOT * type.names.length;
    case "variant":
    case "result":
      return TAGGED;
    case "option":
      return type.type.kind === "option" ? TAGGED : SLOT;
    case "own":
    case "borrow":
      return HANDLE;
    default:
      return NUMBER;
  }
}

/** What one element of a list takes; a `list<u8>` is an array of bytes. */
export function elementBytes(element: ValueType): number {
  return element.kind === "u8" ? 1 : hostBytes(element);
}
