/**
 * What is worth keeping between processes, as bytes: metered modules and images. The bytes are trusted like the host's own
 * code, so whoever stores them must see to it that they come back unchanged, and to this version of the host only.
 *
 * Layout: u32 length of a JSON text, the text, then the binary parts one after the other; the text has their lengths.
 */
import type { MeteredModule } from "../wasm/index.ts";
import type { CoreImage, Image } from "./image.ts";
import type { PreparedComponent } from "./prepare.ts";

/** JSON facts with binary parts. */
export interface Parts {
  readonly facts: unknown;
  readonly parts: readonly Uint8Array[];
}

export function packParts({ facts, parts }: Parts): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify({ facts, lengths: parts.map(({ length }) => length) }));
  const bytes = new Uint8Array(4 + text.length + parts.reduce((sum, { length }) => sum + length, 0));
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(text, 4);
  let offset = 4 + text.length;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

/** The parts are copies, so that they are aligned and the packed bytes can be let go. */
export function unpackParts(bytes: Uint8Array): Parts {
  const textLength = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const text = new TextDecoder().decode(bytes.subarray(4, 4 + textLength));
  const { facts, lengths } = JSON.parse(text) as { facts: unknown; lengths: readonly number[] };
  let offset = 4 + textLength;
  const parts = lengths.map((length) => {
    offset += length;
    // Not `slice`, which on a Node Buffer makes no copy.
    return new Uint8Array(bytes.subarray(offset - length, offset));
  });
  return { facts, parts };
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
    parts: cores.flatMap(({ offsets, pages }) => [new Uint8Array(offsets.buffer), pages]),
  };
}

/** `prepared` must be the component that the image was taken from. */
export function thawImage({ facts, parts }: Parts, prepared: PreparedComponent): Image {
  const cores = (facts as { memoryPages: number; globals: string[] }[]).map(
    ({ memoryPages, globals }, index): CoreImage => ({
      memoryPages,
      globals: globals.map(globalFromText),
      offsets: new Uint32Array(parts[2 * index]!.buffer),
      pages: parts[2 * index + 1]!,
    }),
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
