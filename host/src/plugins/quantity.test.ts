import { describe, expect, it } from "vitest";
import { parseQuantity, type QuantityKind, requireQuantity } from "./quantity.ts";

const READ: readonly [input: unknown, kind: QuantityKind, value: number][] = [
  ["500_000_000", "count", 500_000_000],
  [5e9, "count", 5_000_000_000],
  ["5e9", "count", 5_000_000_000],
  ["32MiB", "bytes", 32 * 2 ** 20],
  ["1 MB", "bytes", 1_000_000],
  ["0.29MB", "bytes", 290_000],
  ["1.5KiB", "bytes", 1536],
  ["65536", "bytes", 65_536],
  [65_536, "bytes", 65_536],
  ["10s", "duration", 10_000],
  ["250ms", "duration", 250],
  ["2m", "duration", 120_000],
  ["1.5 h", "duration", 5_400_000],
];

const REFUSED: readonly [input: unknown, kind: QuantityKind, problem: RegExp][] = [
  [-5, "count", /^must be a positive whole number such as 500_000_000, got -5; it cannot be negative$/],
  ["0", "count", /greater than 0/],
  ["1.5", "count", /not a whole number/],
  ["5s", "count", /it has no unit/],
  [10, "duration", /needs a unit: ms, s, m, min, h/],
  ["32XB", "bytes", /unknown unit "XB", known are B, KB/],
  ["32mib", "bytes", /unknown unit "mib", did you mean "MiB"\?/],
  ["1e99", "count", /the largest allowed is 9_007_199_254_740_991/],
  [Number.NaN, "count", /got NaN/],
  [Number.POSITIVE_INFINITY, "count", /got Infinity/],
  ["", "bytes", /got ""/],
  [null, "bytes", /got null/],
  [[1], "bytes", /got a list/],
  ["1".repeat(100_000), "count", /got "1{40}…"/],
];

describe("quantities", () => {
  it.each(READ)("reads %j as %s", (input, kind, value) => {
    expect(parseQuantity(input, kind)).toEqual({ ok: true, value });
  });

  it.each(REFUSED)("refuses %j as %s", (input, kind, problem) => {
    const quantity = parseQuantity(input, kind);
    expect(quantity.ok ? quantity.value : quantity.problem).toMatch(problem);
  });

  it("keeps to the maximum it is given", () => {
    expect(parseQuantity("5GiB", "bytes", 4 * 2 ** 30)).toMatchObject({
      ok: false,
      problem: expect.stringContaining("4_294_967_296"),
    });
  });

  it("names the flag in the error", () => {
    expect(() => requireQuantity("--fuel", "-5", "count")).toThrow('"--fuel" must be a positive whole number');
  });
});
