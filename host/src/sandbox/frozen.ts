/**
 * What is worth keeping between processes, as bytes: metered modules and images. The bytes are trusted like the host's own
 * code, so whoever stores them must see to it that they come back unchanged, and to this version of the host only.
 *
 * Layout: u32 length of a JSON text, the text, which has the lengths of the binary parts, then the parts one after the other. Each
 * begins at a multiple of 8, so that it can be used where it lies.
 */
import type { MeteredModule } from "../wasm/index.ts";
import type { CoreImage, Image } from "./image.ts";
import { wholeCore } from "./image-sharing.ts";
import type { PreparedComponent } from "./prepare.ts";

/** JSON facts with binary parts. */
export interface Parts {
  readonly facts: unknown;
  readonly parts: readonly Uint8Array[];
}

export function packParts({ facts, parts }: Parts): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify({ facts, lengths: parts.map(({ length }) => length) }));
  const start = aligned(4 + text.length);
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + aligned(length), start));
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(text, 4);
  let offset = start;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += aligned(part.length);
  }
  return bytes;
}

/** The parts are views of `bytes`, which must not change afterwards; of a copy where they would not be aligned. */
export function unpackParts(bytes: Uint8Array): Parts {
  // Not `slice`, which on a Node Buffer makes no copy.
  const { buffer, byteOffset } = bytes.byteOffset % ALIGNMENT === 0 ? bytes : new Uint8Array(bytes);
  const textLength = new DataView(buffer, byteOffset).getUint32(0, true);
  const text = new TextDecoder().decode(new Uint8Array(buffer, byteOffset + 4, textLength));
  const { facts, lengths } = JSON.parse(text) as { facts: unknown; lengths: readonly number[] };
  let offset = byteOffset + aligned(4 + textLength);
  const parts = lengths.map((length) => {
    const part = new Uint8Array(buffer, offset, length);
    offset += aligned(length);
    return part;
  });
  return { facts, parts };
}

const ALIGNMENT = 8;

function aligned(length: number): number {
  return Math.ceil(length / ALIGNMENT) * ALIGNMENT;
}

export function freezeMetered(modules: readonly MeteredModule[]): Parts {
  return {
    facts: modules.map(({ bytes: _, ...facts }) => facts),
    parts: modules.map(({ bytes }) => bytes),
  };
}

export function thawMetered({ facts, parts }: Parts): readonly MeteredModule[] {
  return (facts as Omit<MeteredModule, "bytes">[]).map((each, index) => ({
    ...each,
    bytes: parts[index] as Uint8Array<ArrayBuffer>,
  }));
}

export function freezeImage({ cores }: Image): Parts {
  return {
    facts: cores.map(({ memoryPages, globals }) => ({ memoryPages, globals: globals.map(globalToText) })),
    parts: cores
      .map(wholeCore)
      .flatMap(({ offsets, pages }) => [new Uint8Array(offsets.buffer, offsets.byteOffset, offsets.byteLength), pages]),
  };
}

/** `prepared` must be the component that the image was taken from. */
export function thawImage({ facts, parts }: Parts, prepared: PreparedComponent): Image {
  const cores = (facts as { memoryPages: number; globals: string[] }[]).map(
    ({ memoryPages, globals }, index): CoreImage => {
      const { buffer, byteOffset, byteLength } = parts[2 * index]!;
      return {
        memoryPages,
        globals: globals.map(globalFromText),
        offsets: new Uint32Array(buffer, byteOffset, byteLength / 4),
        pages: parts[2 * index + 1]!,
      };
    },
  );
  return { prepared, cores };
}

/** JSON has no 64-bit integers, no −0 and no NaN: floats go by their bits. */
function globalToText(value: number | bigint): string {
  if (typeof value === "bigint") return `i${value}`;
  return `f${new BigInt64Array(Float64Array.of(value).buffer)[0]}`;
}

function globalFromText(text: string): number | bigint {
  const bits = BigInt(text.slice(1));
  return text.startsWith("i") ? bits : new Float64Array(BigInt64Array.of(bits).buffer)[0]!;
}
