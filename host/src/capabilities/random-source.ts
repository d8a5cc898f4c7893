/**
 * xoshiro256** (Blackman and Vigna, "Scrambled Linear Pseudorandom Number Generators", 2018), seeded by SplitMix64. The state is
 * kept in 32-bit halves: bigint arithmetic costs several times as much. Not for secrets.
 */

export interface RandomSource {
  /** 64 random bits. */
  nextU64(): bigint;
  /** A number in [0, 1): the upper 53 bits of one output, times 2⁻⁵³. */
  nextF64(): number;
  /**
   * A whole number from `low` to `high`, both included and within 64 bits. With n = high − low + 1, outputs from ⌊2⁶⁴ / n⌋ · n on are
   * rejected, and the first other one modulo n is added to `low`: each value is equally likely.
   */
  range(low: bigint, high: bigint): bigint;
  /** Outputs as little-endian bytes; what is left of the last one is dropped. */
  bytes(length: number): Uint8Array;
  /** From where `fromState` goes on. */
  state(): RandomState;
}

/** The four words of 64 bits in their order, each with its lower half first: eight numbers of 32 bits. */
export type RandomState = Uint32Array;

const WORD = 2 ** 32;
const U64 = 1n << 64n;
/** Spans up to here divide in exact floating point: span · 2³² stays below 2⁵³. */
const SMALL_SPAN = 2 ** 21;

/** `seed` is taken modulo 2⁶⁴. @example randomSource(42n).range(1n, 6n) */
export function randomSource(seed: bigint): RandomSource {
  const next = splitMix64(seed);
  const words = [next(), next(), next(), next()];
  return fromState(
    Uint32Array.from(
      words.flatMap((word) => [word & 0xffff_ffffn, word >> 32n]),
      Number,
    ),
  );
}

/** The generator at a given state, which must not be all zero. */
export function fromState(state: RandomState): RandomSource {
  const s = state.slice();
  let low = 0;
  let high = 0;

  /** One step; the output is left in `low` and `high`, both unsigned. */
  function advance(): void {
    const s0 = s[0]!;
    const h0 = s[1]!;
    const s1 = s[2]!;
    const h1 = s[3]!;
    // rotl(s1 * 5, 7) * 9
    const fiveLow = s1 * 5;
    const five = fiveLow >>> 0;
    const fiveHigh = (h1 * 5 + Math.floor(fiveLow / WORD)) >>> 0;
    const turned = ((five << 7) | (fiveHigh >>> 25)) >>> 0;
    const turnedHigh = ((fiveHigh << 7) | (five >>> 25)) >>> 0;
    const nineLow = turned * 9;
    low = nineLow >>> 0;
    high = (turnedHigh * 9 + Math.floor(nineLow / WORD)) >>> 0;
    const n2 = s[4]! ^ s0;
    const m2 = s[5]! ^ h0;
    const n3 = s[6]! ^ s1;
    const m3 = s[7]! ^ h1;
    s[2] = s1 ^ n2;
    s[3] = h1 ^ m2;
    s[0] = s0 ^ n3;
    s[1] = h0 ^ m3;
    // s2 ^= s1 << 17, with the old s1
    s[4] = n2 ^ (s1 << 17);
    s[5] = m2 ^ ((h1 << 17) | (s1 >>> 15));
    // s3 = rotl(s3, 45): the halves change places and turn by 13
    s[6] = (m3 << 13) | (n3 >>> 19);
    s[7] = (n3 << 13) | (m3 >>> 19);
  }

  function nextU64(): bigint {
    advance();
    return (BigInt(high) << 32n) | BigInt(low);
  }

  function smallRange(span: number): number {
    // 2⁶⁴ mod span, which is below 2²¹: only outputs with the highest upper half can be rejected.
    const excess = ((WORD % span) * (WORD % span)) % span;
    for (;;) {
      advance();
      if (high === WORD - 1 && low >= WORD - excess) continue;
      return ((high % span) * WORD + low) % span;
    }
  }

  function range(from: bigint, to: bigint): bigint {
    const span = to - from + 1n;
    if (span <= SMALL_SPAN) return from + BigInt(smallRange(Number(span)));
    const limit = U64 - (U64 % span);
    for (;;) {
      const output = nextU64();
      if (output < limit) return from + (output % span);
    }
  }

  function bytes(length: number): Uint8Array {
    const out = new Uint8Array(Math.ceil(length / 8) * 8);
    const view = new DataView(out.buffer);
    for (let offset = 0; offset < out.length; offset += 8) {
      advance();
      view.setUint32(offset, low, true);
      view.setUint32(offset + 4, high, true);
    }
    return out.slice(0, length);
  }

  return {
    nextU64,
    nextF64: () => {
      advance();
      return (high * 2 ** 21 + (low >>> 11)) * 2 ** -53;
    },
    range,
    bytes,
    state: () => s.slice(),
  };
}

/** SplitMix64 (Steele, Lea and Flood 2014), as Vigna's splitmix64.c. */
export function splitMix64(seed: bigint): () => bigint {
  let state = BigInt.asUintN(64, seed);
  return () => {
    state = BigInt.asUintN(64, state + 0x9e3779b97f4a7c15n);
    let z = state;
    z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
    z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
    return z ^ (z >> 31n);
  };
}
