/**
 * The read position in a function body, and readers of immediates there that have a structure: indices, block types, memory arguments.
 * Refuses what is malformed or not supported at the offset at which it stands; keeps no count of anything.
 */
import { MODULE_CAPS } from "../limits.ts";
import type { ModuleInfo } from "./parse.ts";
import { Reader, refuse, valueTypeOf } from "./reader.ts";
import { refusedOpcode } from "./refused.ts";
import type { CoreFunctionType } from "./types.ts";

export class ImmediateReader {
  protected readonly module: ModuleInfo;
  protected readonly bytes: Uint8Array;
  /** The read position. */
  protected at = 0;
  /** Where the current instruction begins. */
  protected opcodeAt = 0;

  constructor(module: ModuleInfo) {
    this.module = module;
    this.bytes = module.bytes;
  }

  protected valueType(end: number): void {
    if (this.at >= end) refuse(this.at, "unexpected end");
    valueTypeOf(this.bytes[this.at]!, this.at);
    this.at++;
  }

  /** An alignment of more than one byte, or with the bit that says that a memory's index follows; answers where it ends. */
  protected longAlignment(at: number, end: number): number {
    this.at = at;
    if (this.u32(end) >= 0x40) refuse(at, "uses more than one memory, which is not supported");
    return this.at;
  }

  protected oneMemory(): void {
    if (this.bytes[this.at++] !== 0) refuse(this.at - 1, "uses more than one memory, which is not supported");
  }

  /** Unsigned LEB128 at the read position. */
  protected u32(end: number): number {
    const { bytes, at } = this;
    const low = bytes[at]!;
    if (low < 0x80 && at < end) {
      this.at = at + 1;
      return low;
    }
    const second = bytes[at + 1]!;
    if (second < 0x80 && at + 1 < end) {
      this.at = at + 2;
      return (low & 0x7f) | (second << 7);
    }
    // Linkers write indices that they fill in later in five bytes.
    const last = bytes[at + 4]!;
    if (last < 0x10 && at + 4 < end && (bytes[at + 2]! & bytes[at + 3]! & 0x80) !== 0) {
      this.at = at + 5;
      const low28 =
        (low & 0x7f) | ((second & 0x7f) << 7) | ((bytes[at + 2]! & 0x7f) << 14) | ((bytes[at + 3]! & 0x7f) << 21);
      return (low28 | (last << 28)) >>> 0;
    }
    const reader = new Reader(bytes, at, end);
    const value = reader.u32();
    this.at = reader.offset;
    return value;
  }

  protected blockType(end: number): CoreFunctionType {
    const at = this.at;
    const byte = this.bytes[at]!;
    if ((byte & 0xc0) === 0x40) {
      this.at++;
      if (byte === 0x40) return NO_VALUES;
      valueTypeOf(byte, at);
      return ONE_RESULT;
    }
    const index = this.u32(end);
    const type = this.module.types[index];
    if (type === undefined) refuse(at, `block type ${index} does not exist`);
    // A negative number of more than one byte is no type index.
    if ((this.bytes[this.at - 1]! & 0x40) !== 0) refuse(at, "malformed block type");
    const arity = Math.max(type.params.length, type.results.length);
    if (arity > MODULE_CAPS.blockArity) {
      refuse(at, `a block with ${arity} parameters or results, the limit is ${MODULE_CAPS.blockArity}`);
    }
    return type;
  }

  protected tagArity(tag: number): number {
    const type = this.module.types[this.module.tagTypes[tag] ?? -1];
    if (type === undefined) refuse(this.opcodeAt, `tag ${tag} does not exist`);
    return type.params.length;
  }

  protected refuseOpcode(opcodeAt: number): never {
    const opcode = this.bytes[opcodeAt]!;
    let sub: number | undefined;
    if (opcode >= 0xfb && opcode <= 0xfe) {
      const reader = new Reader(this.bytes, opcodeAt + 1, this.bytes.length);
      sub = reader.u32();
    }
    refuse(opcodeAt, `uses ${refusedOpcode(opcode, sub)}, which is not supported`);
  }
}

const NO_VALUES: CoreFunctionType = { params: [], results: [] };
/** Only the number of values matters here. */
const ONE_RESULT: CoreFunctionType = { params: [], results: ["i32"] };
