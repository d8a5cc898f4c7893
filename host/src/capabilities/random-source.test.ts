import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromState, randomSource, splitMix64 } from "./random-source.ts";

/** The generators as their authors' C code writes them, in bigint arithmetic. */
function reference(seed: bigint): () => bigint {
  const u64 = (value: bigint) => BigInt.asUintN(64, value);
  const rotl = (x: bigint, k: bigint) => u64((x << k) | (u64(x) >> (64n - k)));
  const next = splitMix64(seed);
  let [s0, s1, s2, s3] = [next(), next(), next(), next()];
  return () => {
    const result = u64(rotl(u64(s1 * 5n), 7n) * 9n);
    const t = u64(s1 << 17n);
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= t;
    s3 = rotl(s3, 45n);
    return result;
  };
}

const seed = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });

describe("xoshiro256**", () => {
  test("gives the published outputs for the state 1, 2, 3, 4", () => {
    const source = fromState(Uint32Array.of(1, 0, 2, 0, 3, 0, 4, 0));
    expect(Array.from({ length: 10 }, () => source.nextU64())).toEqual([
      11520n,
      0n,
      1509978240n,
      1215971899390074240n,
      1216172134540287360n,
      607988272756665600n,
      16172922978634559625n,
      8476171486693032832n,
      10595114339597558777n,
      2904607092377533576n,
    ]);
  });

  test("agrees with 64-bit arithmetic for every seed", () => {
    fc.assert(
      fc.property(seed, (value) => {
        const source = randomSource(value);
        const next = reference(value);
        for (let index = 0; index < 200; index++) expect(source.nextU64()).toBe(next());
      }),
    );
  });
});

test("SplitMix64 gives the published outputs", () => {
  const next = splitMix64(1234567n);
  expect([next(), next(), next()]).toEqual([6457827717110365317n, 3203168211198807973n, 9817491932198370423n]);
  expect(splitMix64(0n)()).toBe(0xe220a8397b1dcdafn);
});

test("a seed is taken modulo 2⁶⁴", () => {
  expect(randomSource(2n ** 64n + 5n).nextU64()).toBe(randomSource(5n).nextU64());
  expect(randomSource(-1n).nextU64()).toBe(randomSource(2n ** 64n - 1n).nextU64());
});

test("a float is the upper 53 bits of an output, in [0, 1)", () => {
  fc.assert(
    fc.property(seed, (value) => {
      const float = randomSource(value).nextF64();
      expect(float).toBe(Number(randomSource(value).nextU64() >> 11n) * 2 ** -53);
      expect(float).toBeLessThan(1);
    }),
  );
});

describe("a range", () => {
  /** The documented algorithm, for every span alike. */
  function expected(next: () => bigint, low: bigint, high: bigint): bigint {
    const span = high - low + 1n;
    const limit = (2n ** 64n / span) * span;
    for (;;) {
      const output = next();
      if (output < limit) return low + (output % span);
    }
  }

  const spans = fc.oneof(
    fc.bigInt({ min: 1n, max: 100n }),
    fc.bigInt({ min: 2n ** 21n - 2n, max: 2n ** 21n + 2n }),
    fc.bigInt({ min: 1n, max: 2n ** 63n }),
    fc.constant(2n ** 63n + 1n),
    fc.constant(2n ** 64n),
  );

  test("is the documented function of the outputs, whatever the span", () => {
    fc.assert(
      fc.property(seed, spans, (value, span) => {
        const low = -(span / 2n);
        const source = randomSource(value);
        const next = reference(value);
        for (let index = 0; index < 20; index++) {
          expect(source.range(low, low + span - 1n)).toBe(expected(next, low, low + span - 1n));
        }
      }),
    );
  });

  test("of one value is that value, and takes one output", () => {
    const source = randomSource(1n);
    expect(source.range(7n, 7n)).toBe(7n);
    const next = reference(1n);
    next();
    expect(source.nextU64()).toBe(next());
  });

  test("of all 64-bit numbers reaches both ends' sides", () => {
    const source = randomSource(3n);
    const values = Array.from({ length: 64 }, () => source.range(-(2n ** 63n), 2n ** 63n - 1n));
    expect(values.some((value) => value < 0n)).toBe(true);
    expect(values.some((value) => value > 0n)).toBe(true);
  });

  test("gives each face of a die about equally often", () => {
    const source = randomSource(42n);
    const counts = new Array<number>(6).fill(0);
    for (let index = 0; index < 60_000; index++) {
      const face = Number(source.range(1n, 6n)) - 1;
      counts[face] = (counts[face] ?? 0) + 1;
    }
    const chiSquare = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
    // 20.5 is the 0.1 % point of five degrees of freedom; the seed is fixed, so this is no gamble.
    expect(chiSquare).toBeLessThan(20.5);
  });
});

test("bytes are outputs in little-endian order, cut at the end", () => {
  const bytes = randomSource(9n).bytes(19);
  const next = reference(9n);
  const expected = new Uint8Array(24);
  const view = new DataView(expected.buffer);
  for (const offset of [0, 8, 16]) view.setBigUint64(offset, next(), true);
  expect(bytes).toEqual(expected.slice(0, 19));
  expect(randomSource(9n).bytes(0)).toHaveLength(0);
});
