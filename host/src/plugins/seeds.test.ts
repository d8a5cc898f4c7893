import { expect, it } from "vitest";
import { splitMix64 } from "../capabilities/index.ts";
import { deriveSeed } from "./seeds.ts";

it("is the output of SplitMix64 at that index, without those before", () => {
  const outputs = splitMix64(42n ^ 0xbb67ae8584caa73bn);
  const expected = [outputs(), outputs(), outputs(), outputs()];
  expect([0, 1, 2, 3].map((index) => deriveSeed(42n, "map", index))).toEqual(expected);
});

it("differs for the two ways of calling, for seeds and for indices, and is a seed", () => {
  const seeds = [0n, 1n, 2n ** 64n - 1n].flatMap((seed) =>
    [0, 1, 99_999].flatMap((index) => [deriveSeed(seed, "map", index), deriveSeed(seed, "call", index)]),
  );
  expect(new Set(seeds).size).toBe(seeds.length);
  expect(seeds.every((seed) => seed >= 0n && seed < 2n ** 64n)).toBe(true);
});
