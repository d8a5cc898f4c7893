/**
 * Writes small core modules: sections from lists of entries that are bytes already. Knows the binary format as far as the modules of
 * `entry.ts` and its neighbours use it, and checks nothing: what is written is validated like every module.
 */

/** Bytes, in any nesting. */
export type Bytes = number | readonly Bytes[] | Uint8Array;

/** Value types and function types. */
export const I32 = 0x7f;
export const I64 = 0x7e;
export const FUNCREF = 0x70;
const FUNCTION_TYPE = 0x60;

/** The instructions that are used. */
export const OP = {
  block: 0x02,
  if: 0x04,
  try: 0x06,
  catch: 0x07,
  end: 0x0b,
  br: 0x0c,
  brTable: 0x0e,
  return: 0x0f,
  call: 0x10,
  callIndirect: 0x11,
  localGet: 0x20,
  localSet: 0x21,
  localTee: 0x22,
  globalGet: 0x23,
  globalSet: 0x24,
  i32Const: 0x41,
  i32Eqz: 0x45,
  i32LtS: 0x48,
  /** `memory.init`, with its prefix. */
  memoryInit: [0xfc, 0x08],
} as const;
export const NO_RESULT = 0x40;

/** An unsigned number in LEB128. */
export function u32(value: number): readonly number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...u32(value >>> 7)];
}

/** A signed number in LEB128, for `i32.const`. */
export function s32(value: number): readonly number[] {
  const low = value & 0x7f;
  const rest = value >> 7;
  const isLast = (rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0);
  return isLast ? [low] : [low | 0x80, ...s32(rest)];
}

export function list(entries: readonly Bytes[]): Bytes {
  return [u32(entries.length), entries];
}

export function text(value: string): Bytes {
  const bytes = new TextEncoder().encode(value);
  return [u32(bytes.length), bytes];
}

export function functionType(params: readonly number[], results: readonly number[]): Bytes {
  return [FUNCTION_TYPE, list(params), list(results)];
}

export const importFunction = (module: string, name: string, type: number): Bytes => [
  text(module),
  text(name),
  0x00,
  u32(type),
];
export const importTable = (module: string, name: string, entries: number): Bytes => [
  ...[text(module), text(name), 0x01, FUNCREF],
  ...[0x00, u32(entries)],
];
export const importMemory = (module: string, name: string): Bytes => [text(module), text(name), 0x02, 0x00, 0x00];
export const importTag = (module: string, name: string, type: number): Bytes => [
  text(module),
  text(name),
  0x04,
  0x00,
  u32(type),
];
export const exportFunction = (name: string, index: number): Bytes => [text(name), 0x00, u32(index)];
export const exportTable = (name: string, index: number): Bytes => [text(name), 0x01, u32(index)];

/** A body with `locals` variables of the type i32. */
export function body(locals: number, code: readonly Bytes[]): Bytes {
  const bytes = flat([locals === 0 ? [0] : list([[u32(locals), I32]]), code, OP.end]);
  return [u32(bytes.length), bytes];
}

/** Sections by their ids, in the order of the specification. */
export interface Sections {
  readonly types?: readonly Bytes[];
  readonly imports?: readonly Bytes[];
  /** Type of each function. */
  readonly functions?: readonly number[];
  readonly tables?: readonly Bytes[];
  readonly globals?: readonly Bytes[];
  readonly exports?: readonly Bytes[];
  readonly start?: number;
  readonly elements?: readonly Bytes[];
  readonly code?: readonly Bytes[];
  readonly data?: readonly Bytes[];
}

const PREAMBLE = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

export function coreModule(sections: Sections): Uint8Array {
  const { types, imports, functions, tables, globals, exports, start, elements, code, data } = sections;
  const section = (id: number, content: Bytes | undefined): Bytes =>
    content === undefined ? [] : sectionOf(id, content);
  return flat([
    PREAMBLE,
    section(1, types && list(types)),
    section(2, imports && list(imports)),
    section(3, functions && list(functions.map(u32))),
    section(4, tables && list(tables)),
    section(6, globals && list(globals)),
    section(7, exports && list(exports)),
    section(8, start === undefined ? undefined : u32(start)),
    section(9, elements && list(elements)),
    section(12, data && u32(data.length)),
    section(10, code && list(code)),
    section(11, data && list(data)),
  ]);
}

export function sectionOf(id: number, content: Bytes): Bytes {
  const bytes = flat(content);
  return [id, u32(bytes.length), bytes];
}

export function flat(bytes: Bytes): Uint8Array {
  const parts: (number | Uint8Array)[] = [];
  const collect = (part: Bytes): void => {
    if (typeof part === "number" || part instanceof Uint8Array) parts.push(part);
    else for (const each of part) collect(each);
  };
  collect(bytes);
  const result = new Uint8Array(
    parts.reduce<number>((sum, part) => sum + (typeof part === "number" ? 1 : part.length), 0),
  );
  let at = 0;
  for (const part of parts) {
    if (typeof part === "number") result[at++] = part;
    else {
      result.set(part, at);
      at += part.length;
    }
  }
  return result;
}
