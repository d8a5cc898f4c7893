/**
 * Strings between JavaScript and a guest's memory, in the three encodings of the Canonical ABI. Bytes of a guest that are not
 * valid in their encoding are refused; a lone surrogate of the host becomes U+FFFD, since WIT strings hold scalar values.
 */
import type { Crossing } from "./crossing.ts";

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const UTF16 = new TextDecoder("utf-16le", { fatal: true, ignoreBOM: true });
const ENCODER = new TextEncoder();
/** Undefined in browsers. */
const NODE_BUFFER = globalThis.Buffer as typeof Buffer | undefined;

/** High bit of the length of a `latin1+utf16` string: it is in UTF-16. */
const UTF16_TAG = 0x8000_0000;
/** Up to so many bytes our own way is faster than the platform's decoder, and its encoder (measured on Node 20). */
const SHORT_READ = 24;
const SHORT_WRITE = 32;
/** From so many code units on, encoding is faster than counting in a loop. */
const LONG = 256;
/** Where strings up to `LONGEST_SCRATCH` are encoded to be counted: a unit takes at most three bytes. Nothing is kept there. */
const LONGEST_SCRATCH = 8192;
const SCRATCH = new Uint8Array(3 * LONGEST_SCRATCH);
const REPLACEMENT = 0xfffd;
/** Memory of WebAssembly is; where the platform's own numbers are not, arrays of them do not fit it. */
const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Reads a string whose pointer and length came from the guest. */
export function readString(crossing: Crossing, pointer: number, length: number): string {
  const units = length >>> 0;
  if (crossing.encoding === "utf8") {
    crossing.take(units);
    return readUtf8(crossing, crossing.pointer(pointer, units, 1, "string"), units);
  }
  if (crossing.encoding === "latin1+utf16" && units < UTF16_TAG) {
    crossing.take(units);
    return readLatin1(crossing.bytes, crossing.pointer(pointer, units, 2, "string"), units);
  }
  const wide = crossing.encoding === "utf16" ? units : units - UTF16_TAG;
  crossing.take(wide * 2);
  const start = crossing.pointer(pointer, wide * 2, 2, "string");
  return readUtf16(crossing, start, wide * 2);
}

/** Node's own reading of UTF-16 takes a third of the time of its TextDecoder, but lets lone surrogates through. */
function readUtf16(crossing: Crossing, start: number, length: number): string {
  if (NODE_BUFFER === undefined) return decode(crossing, UTF16, start, length, "UTF-16");
  const text = NODE_BUFFER.from(crossing.bytes.buffer, start, length).toString("utf16le");
  return text.isWellFormed() ? text : invalid(crossing, length, "UTF-16");
}

function readUtf8(crossing: Crossing, start: number, length: number): string {
  const text = length > SHORT_READ ? undefined : shortAscii(crossing.bytes, start, length);
  return text ?? decode(crossing, UTF8, start, length, "UTF-8");
}

const { fromCharCode } = String;

/** A few characters of ASCII in as few pieces as can be, for each costs as much as a call; undefined where there is another byte. */
function shortAscii(bytes: Uint8Array, start: number, length: number): string | undefined {
  let text = "";
  let at = start;
  const end = start + length;
  // Bytes beyond the end of an array are undefined, which counts as 0 here; there are none, the range was checked.
  if (end - at >= 16) {
    const a = bytes[at] as number;
    const b = bytes[at + 1] as number;
    const c = bytes[at + 2] as number;
    const d = bytes[at + 3] as number;
    const e = bytes[at + 4] as number;
    const f = bytes[at + 5] as number;
    const g = bytes[at + 6] as number;
    const h = bytes[at + 7] as number;
    const i = bytes[at + 8] as number;
    const j = bytes[at + 9] as number;
    const k = bytes[at + 10] as number;
    const l = bytes[at + 11] as number;
    const m = bytes[at + 12] as number;
    const n = bytes[at + 13] as number;
    const o = bytes[at + 14] as number;
    const p = bytes[at + 15] as number;
    if ((a | b | c | d | e | f | g | h | i | j | k | l | m | n | o | p) >= 0x80) return undefined;
    text = fromCharCode(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p);
    at += 16;
  }
  if (end - at >= 8) {
    const a = bytes[at] as number;
    const b = bytes[at + 1] as number;
    const c = bytes[at + 2] as number;
    const d = bytes[at + 3] as number;
    const e = bytes[at + 4] as number;
    const f = bytes[at + 5] as number;
    const g = bytes[at + 6] as number;
    const h = bytes[at + 7] as number;
    if ((a | b | c | d | e | f | g | h) >= 0x80) return undefined;
    text += fromCharCode(a, b, c, d, e, f, g, h);
    at += 8;
  }
  if (end - at >= 4) {
    const a = bytes[at] as number;
    const b = bytes[at + 1] as number;
    const c = bytes[at + 2] as number;
    const d = bytes[at + 3] as number;
    if ((a | b | c | d) >= 0x80) return undefined;
    text += fromCharCode(a, b, c, d);
    at += 4;
  }
  if (at === end) return text;
  const a = bytes[at] as number;
  const b = at + 1 < end ? (bytes[at + 1] as number) : 0;
  const c = at + 2 < end ? (bytes[at + 2] as number) : 0;
  if ((a | b | c) >= 0x80) return undefined;
  if (at + 1 === end) return text + fromCharCode(a);
  return text + (at + 2 === end ? fromCharCode(a, b) : fromCharCode(a, b, c));
}

function decode(crossing: Crossing, decoder: TextDecoder, start: number, length: number, name: string): string {
  try {
    return decoder.decode(crossing.bytes.subarray(start, start + length));
  } catch {
    return invalid(crossing, length, name);
  }
}

function invalid(crossing: Crossing, length: number, encoding: string): never {
  return crossing.fault(`a string of ${length} bytes is not valid ${encoding}`);
}

/** The platform's "latin1" is windows-1252, so this is done by hand. */
function readLatin1(bytes: Uint8Array, start: number, length: number): string {
  let text = "";
  for (let at = start; at < start + length; at += 4096)
    text += String.fromCharCode(...bytes.subarray(at, Math.min(at + 4096, start + length)));
  return text;
}

/**
 * Puts a string of the host on the tape, and answers the bytes that it takes in UTF-8; this is also what it counts against the
 * budget, whatever the guest's encoding. A very long string is encoded for that, and the bytes are what is written where they can be.
 */
export function readHostString(crossing: Crossing, text: string): number {
  if (text.length <= LONGEST_SCRATCH) {
    const length = text.length < LONG ? utf8Length(text) : ENCODER.encodeInto(text, SCRATCH).written;
    crossing.put(text);
    crossing.put(length);
    return length;
  }
  const bytes = ENCODER.encode(text);
  const isAscii = bytes.length === text.length;
  crossing.put(crossing.encoding === "utf8" || (isAscii && LITTLE_ENDIAN) ? bytes : text);
  crossing.put(bytes.length);
  return bytes.length;
}

function utf8Length(text: string): number {
  let length = text.length;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) continue;
    if (unit < 0x800) length += 1;
    else if (isPair(text, at, unit)) {
      length += 2;
      at++;
    } else length += 2;
  }
  return length;
}

function isPair(text: string, at: number, unit: number): boolean {
  return (unit & 0xfc00) === 0xd800 && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00;
}

/**
 * Writes the string that is next on the tape into memory that the guest allocates; answers the pointer, and leaves the length in
 * `crossing.length`.
 */
export function writeString(crossing: Crossing): number {
  const text = crossing.next() as string | Uint8Array;
  const bytes = crossing.next() as number;
  if (crossing.encoding === "utf8") {
    return typeof text === "string" ? writeUtf8(crossing, text, bytes) : writeBytes(crossing, text, 1);
  }
  if (crossing.encoding === "latin1+utf16") {
    if (typeof text !== "string") return writeBytes(crossing, text, 2);
    if (isLatin1(text)) return writeLatin1(crossing, text);
  }
  const pointer = crossing.allocate(text.length * 2, 2);
  if (typeof text !== "string") widen(crossing, pointer, text);
  else if (bytes === text.length && bytes >= LONG && LITTLE_ENDIAN) {
    ENCODER.encodeInto(text, SCRATCH);
    widen(crossing, pointer, SCRATCH.subarray(0, bytes));
  } else writeUtf16(crossing.view, pointer, text);
  crossing.length = crossing.encoding === "utf16" ? text.length : text.length + UTF16_TAG;
  return pointer;
}

function writeLatin1(crossing: Crossing, text: string): number {
  const pointer = crossing.allocate(text.length, 2);
  for (let at = 0; at < text.length; at++) crossing.bytes[pointer + at] = text.charCodeAt(at);
  crossing.length = text.length;
  return pointer;
}

/** Writes ASCII as UTF-16: the platform's own loop takes a thirtieth of the time of ours. */
function widen(crossing: Crossing, pointer: number, ascii: Uint8Array): void {
  new Uint16Array(crossing.bytes.buffer, pointer, ascii.length).set(ascii);
}

function writeBytes(crossing: Crossing, encoded: Uint8Array, align: number): number {
  const start = crossing.allocate(encoded.length, align);
  crossing.bytes.set(encoded, start);
  crossing.length = encoded.length;
  return start;
}

function writeUtf8(crossing: Crossing, text: string, length: number): number {
  const pointer = crossing.allocate(length, 1);
  const { bytes } = crossing;
  if (length <= SHORT_WRITE && length === text.length) {
    for (let at = 0; at < length; at++) bytes[pointer + at] = text.charCodeAt(at);
  } else {
    ENCODER.encodeInto(text, bytes.subarray(pointer, pointer + length));
  }
  crossing.length = length;
  return pointer;
}

function writeUtf16(view: DataView, pointer: number, text: string): void {
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if ((unit & 0xf800) !== 0xd800) view.setUint16(pointer + at * 2, unit, true);
    else if (isPair(text, at, unit)) {
      view.setUint16(pointer + at * 2, unit, true);
      at++;
      view.setUint16(pointer + at * 2, text.charCodeAt(at), true);
    } else view.setUint16(pointer + at * 2, REPLACEMENT, true);
  }
}

function isLatin1(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0xff) return false;
  return true;
}
