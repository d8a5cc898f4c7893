import { describe, expect, test } from "vitest";
import { frozenClock } from "../../host/src/powers/memory/clock.ts";
import { bench, ok, refusal } from "./bench.ts";

describe("clock", () => {
  test("tells the time of the powers", () => {
    const { call } = bench({ clock: {} });
    expect(call("clock", "now-ms")).toEqual(ok(1_000_000n));
    expect(call("clock", "utc-offset-minutes", 0n)).toEqual(ok(60));
    expect(call("clock", "monotonic-ns")).toEqual(ok(0n));
  });

  test("monotonic time never goes back, even where the power does", () => {
    const times = [5n, 3n, 9n];
    const { call } = bench(
      { clock: {} },
      { powers: { clock: { ...frozenClock(0), monotonicNs: () => times.shift() ?? 0n } } },
    );
    expect([1, 2, 3].map(() => call("clock", "monotonic-ns").val)).toEqual([5n, 5n, 9n]);
  });

  test("a moment beyond any date is invalid-arguments, and without the grant all is denied", () => {
    expect(refusal(bench({ clock: {} }).call("clock", "utc-offset-minutes", 2n ** 64n - 1n))[0]).toBe(
      "invalid-arguments",
    );
    expect(refusal(bench({}).call("clock", "utc-offset-minutes", 0n))[0]).toBe("denied");
    expect(refusal(bench({}).call("clock", "now-ms"))[0]).toBe("denied");
  });
});
