/**
 * Bytes of a message between threads: a writer that grows, a reader that trusts no length. Little-endian; strings are UTF-8 behind
 * their length. What the bytes mean is the business of `codec.ts`.
 */
import { PluginError } from "../../errors.ts";

/** Strings up to here are written and read by character: a call of the platform's codec costs more. */
const SHORT = 32;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

export class BytesWriter {
  readonly #limit: number;
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView;
  #length = 0;

  /** `limit` in bytes: writing more throws a `RangeError`. */
  constructor(limit: number) {
    this.#limit = limit;
    this.#bytes = new Uint8Array(256);
    this.#view = new DataView(this.#bytes.buffer);
  }

  u8(value: number): void {
    const at = this.#take(1);
    this.#view.setUint8(at, value);
  }

  u32(value: number): void {
    const at = this.#take(4);
    this.#view.setUint32(at, value, true);
  }

  f64(value: number): void {
    const at = this.#take(8);
    this.#view.setFloat64(at, value, true);
  }

  /** Signed or unsigned: the lower 64 bits. */
  u64(value: bigint): void {
    const at = this.#take(8);
    this.#view.setBigUint64(at, BigInt.asUintN(64, value), true);
  }

  bytes(bytes: Uint8Array): void {
    this.u32(bytes.length);
    const at = this.#take(bytes.length);
    this.#bytes.set(bytes, at);
  }

  string(text: string): void {
    if (text.length <= SHORT && this.#ascii(text)) return;
    const at = this.#take(4 + 3 * text.length);
    const { written } = encoder.encodeInto(text, this.#bytes.subarray(at + 4));
    this.#view.setUint32(at, written, true);
    this.#length = at + 4 + written;
  }

  /** What was written, as a copy; the writer is empty then. */
  finish(): Uint8Array<ArrayBuffer> {
    const result = this.#bytes.slice(0, this.#length);
    this.#length = 0;
    // One large message must not hold its room for ever.
    if (this.#bytes.length > 1 << 20) {
      this.#bytes = new Uint8Array(256);
      this.#view = new DataView(this.#bytes.buffer);
    }
    return result;
  }

  /** What was written, until more is. */
  written(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Drops what was written. */
  clear(): void {
    this.#length = 0;
  }

  #ascii(text: string): boolean {
    const { length } = text;
    const at = this.#take(4 + length);
    for (let index = 0; index < length; index++) {
      const code = text.charCodeAt(index);
      if (code > 0x7f) {
        this.#length = at;
        return false;
      }
      this.#bytes[at + 4 + index] = code;
    }
    this.#view.setUint32(at, length, true);
    return true;
  }

  /** Makes room, which may replace the view: its answer comes first. */
  #take(count: number): number {
    const at = this.#length;
    const end = at + count;
    if (end > this.#bytes.length) this.#grow(end);
    this.#length = end;
    return at;
  }

  #grow(needed: number): void {
    if (needed > this.#limit) throw new RangeError("too many bytes for one message");
    const grown = new Uint8Array(Math.min(this.#limit, Math.max(needed, 2 * this.#bytes.length)));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}

export class BytesReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  /** The bytes must not be shared with another thread. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  f64(): number {
    return this.#view.getFloat64(this.#take(8), true);
  }

  u64(): bigint {
    return this.#view.getBigUint64(this.#take(8), true);
  }

  /** A copy. */
  bytes(): Uint8Array<ArrayBuffer> {
    const length = this.u32();
    const at = this.#take(length);
    return new Uint8Array(this.#bytes.subarray(at, at + length));
  }

  /** The same as part of the bytes that are read. */
  part(): Uint8Array {
    const length = this.u32();
    const at = this.#take(length);
    return this.#bytes.subarray(at, at + length);
  }

  string(): string {
    const length = this.u32();
    const at = this.#take(length);
    if (length > SHORT) return decoder.decode(this.#bytes.subarray(at, at + length));
    let text = "";
    for (let index = at; index < at + length; index++) {
      const code = this.#bytes[index]!;
      if (code > 0x7f) return decoder.decode(this.#bytes.subarray(at, at + length));
      text += String.fromCharCode(code);
    }
    return text;
  }

  /** A count of things that take no less than `least` bytes each. */
  count(least: number): number {
    const count = this.u32();
    return count * least > this.#bytes.length - this.#at ? malformed() : count;
  }

  /** To be called after the last value. */
  end(): void {
    if (this.#at !== this.#bytes.length) malformed();
  }

  #take(count: number): number {
    const at = this.#at;
    this.#at += count;
    return this.#at > this.#bytes.length ? malformed() : at;
  }
}

export function malformed(): never {
  throw new PluginError("unavailable", "A message between the host and its worker is malformed");
}
