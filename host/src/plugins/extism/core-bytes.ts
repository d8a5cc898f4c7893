/**
 * Writes small core modules: sections from lists of entries that are bytes already. Knows the binary format as far as the modules of
 * `entry.ts` and its neighbours use it, and checks nothing: what is written is validated like every module.
 */
import { ByteWriter, FUNCTION_TYPE, LONGEST, OP, PREAMBLE, SECTION, TYPE_BYTES } from "../../wasm/emit.ts";

/** Bytes, in any nesting. */
export type Bytes = number | readonly Bytes[] | Uint8Array;

export const I32 = TYPE_BYTES.i32;
export const FUNCREF = TYPE_BYTES.funcref;

/** `memory.init`, with its prefix. */
export const MEMORY_INIT = [0xfc, 0x08];

/** An unsigned number in LEB128. */
export function u32(value: number): Bytes {
  const writer = new ByteWriter(LONGEST);
  writer.u32(value);
  return writer.written();
}

/** A signed number in LEB128, for `i32.const`. */
export function s32(value: number): Bytes {
  const writer = new ByteWriter(LONGEST);
  writer.signed(value);
  return writer.written();
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

export function coreModule(sections: Sections): Uint8Array {
  const { types, imports, functions, tables, globals, exports, start, elements, code, data } = sections;
  const section = (id: number, content: Bytes | undefined): Bytes =>
    content === undefined ? [] : sectionOf(id, content);
  return flat([
    PREAMBLE,
    section(SECTION.type, types && list(types)),
    section(SECTION.import, imports && list(imports)),
    section(SECTION.function, functions && list(functions.map(u32))),
    section(SECTION.table, tables && list(tables)),
    section(SECTION.global, globals && list(globals)),
    section(SECTION.export, exports && list(exports)),
    section(SECTION.start, start === undefined ? undefined : u32(start)),
    section(SECTION.element, elements && list(elements)),
    section(SECTION.dataCount, data && u32(data.length)),
    section(SECTION.code, code && list(code)),
    section(SECTION.data, data && list(data)),
  ]);
}

export function sectionOf(id: number, content: Bytes): Bytes {
  const bytes = flat(content);
  return [id, u32(bytes.length), bytes];
}

export function flat(bytes: Bytes): Uint8Array {
  const writer = new ByteWriter(sizeOf(bytes));
  const write = (part: Bytes): void => {
    if (typeof part === "number") writer.byte(part);
    else if (part instanceof Uint8Array) writer.copy(part, 0, part.length);
    else for (const each of part) write(each);
  };
  write(bytes);
  return writer.written();
}

function sizeOf(bytes: Bytes): number {
  if (typeof bytes === "number") return 1;
  return bytes instanceof Uint8Array ? bytes.length : bytes.reduce<number>((sum, part) => sum + sizeOf(part), 0);
}
