import { describe, expect, test } from "vitest";
import { bench, refusal } from "./bench.ts";

describe("random", () => {
  test("the same seed gives the same numbers in every call, another seed others", () => {
    const { call, capabilities } = bench({});
    const draw = () => [
      call("random", "next-u64").val,
      call("random", "next-f64").val,
      call("random", "range", 1n, 6n).val,
    ];
    const first = draw();
    capabilities.commit();
    capabilities.beginCall({ seed: 42n });
    expect(draw()).toEqual(first);
    capabilities.rollback();
    capabilities.beginCall({ seed: 43n });
    expect(draw()).not.toEqual(first);
  });

  test("an empty range and too many bytes are invalid-arguments, and take no number", () => {
    const { call } = bench({});
    const { call: same } = bench({});
    expect(refusal(call("random", "range", 2n, 1n))[0]).toBe("invalid-arguments");
    expect(refusal(call("random", "bytes", 65_537))[0]).toBe("invalid-arguments");
    expect(call("random", "bytes", 65_536)).toEqual(same("random", "bytes", 65_536));
    expect(call("random", "range", -(2n ** 63n), 2n ** 63n - 1n).tag).toBe("ok");
  });
});
