import { describe, expect, it } from "vitest";
import { excerpt } from "./excerpt.ts";

describe("excerpts", () => {
  it("show the line before and a marker", () =>
    expect(excerpt("a\nnmae: x\nb", 2, 1)).toBe("1 | a\n2 | nmae: x\n  | ^"));
  it("count characters, not code units", () => expect(excerpt("😀x", 1, 2)).toBe("1 | 😀x\n  |  ^"));
  it("keep tabs under the line", () => expect(excerpt("\tx", 1, 2)).toBe("1 | \tx\n  | \t^"));
  it("cut a long line around the column", () => {
    const shown = excerpt("a".repeat(10_000), 1, 5_000)?.split("\n") ?? [];
    expect(shown[0]).toHaveLength("1 | ".length + 122);
    expect(shown[0]?.[shown[1]?.indexOf("^") ?? 0]).toBe("a");
  });
  it("are absent for a line that is not there", () => {
    expect(excerpt("a", 2, 1)).toBeUndefined();
    expect(excerpt("a", 0, 1)).toBeUndefined();
  });
});
