import { describe, expect, it } from "vitest";
import { freezeImage, freezeMetered, packParts, thawImage, thawMetered, unpackParts } from "./frozen.ts";
import type { Image } from "./image.ts";
import type { PreparedComponent } from "./prepare.ts";

describe("parts", () => {
  it("come back as they were, empty ones and unaligned ones too", () => {
    const parts = [Uint8Array.of(1, 2, 3), new Uint8Array(0), Uint8Array.of(255)];
    const packed = packParts({ facts: { name: "Ä", nested: [1, null] }, parts });
    const shifted = new Uint8Array(packed.length + 3);
    shifted.set(packed, 3);
    expect(unpackParts(shifted.subarray(3))).toEqual({ facts: { name: "Ä", nested: [1, null] }, parts });
  });
});

it("parts lie where they were packed, so that nothing large is copied", () => {
  const packed = packParts({ facts: "odd", parts: [Uint8Array.of(1, 2, 3), Uint8Array.of(4)] });
  for (const part of unpackParts(packed).parts) {
    expect(part.buffer).toBe(packed.buffer);
    expect(part.byteOffset % 8).toBe(0);
  }
});

it("parts of an unaligned Node Buffer are those of a copy", () => {
  const pool = Buffer.alloc(200);
  const packed = packParts({ facts: null, parts: [Uint8Array.of(1, 2, 3, 4)] });
  pool.set(packed, 3);
  const [part] = unpackParts(pool.subarray(3, 3 + packed.length)).parts;
  expect(part).toEqual(Uint8Array.of(1, 2, 3, 4));
  expect(part?.buffer).not.toBe(pool.buffer);
});

describe("an image", () => {
  it("comes back as it was: offsets, pages, and globals to the last bit", () => {
    const prepared = {} as PreparedComponent;
    const image: Image = {
      prepared,
      cores: [
        { memoryPages: 0, offsets: new Uint32Array(0), pages: new Uint8Array(0), globals: [] },
        {
          memoryPages: 3,
          offsets: Uint32Array.of(0, 8192, 4_294_963_200),
          pages: new Uint8Array(3 * 4096).fill(7),
          globals: [-0, Number.NaN, 1.5, -1, 2n ** 63n - 1n, -(2n ** 63n), 0n],
        },
      ],
    };
    expect(thawImage(unpackParts(packParts(freezeImage(image))), prepared)).toEqual(image);
  });
});

describe("metered modules", () => {
  it("come back as they were", () => {
    const metered = {
      bytes: Uint8Array.of(0, 97, 115, 109),
      imports: [{ module: "constructor", name: "__proto__", kind: "global", type: { type: "i32", mutable: true } }],
      exports: [{ name: "f", index: 1, kind: "function", type: { params: ["i64"], results: [] } }],
      memory: { minimumPages: 1, maximumPages: 2 },
      importsMemory: false,
      tableEntries: 4,
      hasStart: true,
      globals: [{ name: "crucible:host/global/0", type: "i64" }],
      imageable: "it changes its tables",
    } as const;
    expect(thawMetered(unpackParts(packParts(freezeMetered([metered]))))).toEqual([metered]);
  });
});
