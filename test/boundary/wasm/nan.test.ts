/** NaN bits are the same in every tier, and are kept where arithmetic did not make them. */
import { describe, expect, it } from "vitest";
import { type Functions, fixture, start, startRaw } from "./support.ts";

const bytes = fixture("nan.wat");
const HOT = 30_000;

const CANONICAL = 0x7ff8000000000000n;
/** Operands whose NaNs differ between V8's tiers, or carry payloads of their own. */
const OPERANDS: readonly (readonly [number, number])[] = [
  [0, 0],
  [Number.NaN, 1],
  [1, Number.NaN],
  [Number.NaN, Number.NaN],
];
const EXPECTED: Readonly<Record<string, bigint>> = {
  "see-copysign": 0x3ff0000000000000n,
  "see-negated": 0xfff8000000000000n,
  "see-demoted": 0x7fc00000n,
  "see-single": 0x7fc00000n,
  "see-vector-single": 0x7fc00000n,
  "see-vector-other-shape-single": 0x7fc00000n,
};

function names(prefix: string): string[] {
  return Object.keys(startRaw(bytes)).filter((name) => name.startsWith(prefix));
}

describe("a NaN that arithmetic made", () => {
  it.each(names("see-"))("%s shows canonical bits, cold and hot", (name) => {
    const { functions } = start(bytes);
    const see = functions[name] as (x: number, y: number) => bigint;
    const expected = EXPECTED[name] ?? CANONICAL;
    const bits = (value: bigint) => BigInt.asUintN(64, value).toString(16);
    for (const [x, y] of OPERANDS) {
      // 0 / 0 is a NaN, 0 - 0, 0 * 0, 0 + 0 and min(0, 0) are not.
      if (x === 0 && !/reinterpret|accumulator|argument|block|select|exception|demoted|single|vector/.test(name))
        continue;
      expect(bits(see(x, y)), `${name}(${x}, ${y}) cold`).toBe(bits(expected));
    }
    for (let i = 0; i < HOT; i++) see(0.5, 2);
    for (const [x, y] of OPERANDS) {
      if (x === 0 && !/reinterpret|accumulator|argument|block|select|exception|demoted|single|vector/.test(name))
        continue;
      expect(bits(see(x, y)), `${name}(${x}, ${y}) hot`).toBe(bits(expected));
    }
  });

  it("shows that there is something to canonicalize: raw code gives other bits", () => {
    const see = (startRaw(bytes) as Functions)["see-reinterpret"] as (x: number, y: number) => bigint;
    const seen = new Set<bigint>([see(0, 0)]);
    for (let i = 0; i < HOT; i++) see(0.5, 2);
    seen.add(see(0, 0));
    expect([...seen].some((value) => BigInt.asUintN(64, value) !== CANONICAL)).toBe(true);
  });
});

describe("a NaN that was only moved", () => {
  const PAYLOADS = [0x7ff0000000000001n, 0xfff4000000000bbbn, 0x7ffc0000dead0000n, 0xffffffffffffffffn];
  it.each(names("keep-"))("%s keeps its bits, signalling ones too", (name) => {
    const { functions } = start(bytes);
    const raw = startRaw(bytes) as Functions;
    const keep = functions[name] as (bits: bigint) => bigint;
    for (let times = 0; times < 2; times++) {
      for (const payload of PAYLOADS) {
        const expected = (raw[name] as (bits: bigint) => bigint)(payload);
        expect(keep(payload)).toBe(expected);
        if (!/constant|negated/.test(name)) expect(BigInt.asUintN(64, expected)).toBe(payload);
      }
      for (let i = 0; i < HOT; i++) keep(1n);
    }
  });

  it("costs no fuel: canonicalization is the host's, not the program's", () => {
    const cost = (canonicalizeNaN: boolean) => {
      const run = start(bytes, { canonicalizeNaN });
      run.functions["see-accumulator"]!(1, 3);
      run.settle();
      return run.used();
    };
    expect(cost(true)).toBe(cost(false));
  });
});
