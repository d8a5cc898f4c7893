import { describe, expect, it } from "vitest";
import { didYouMean, nearest } from "./suggest.ts";

describe("suggestions", () => {
  const keys = ["description", "version", "capabilities", "max_file_size"];

  it.each([
    ["descripton", "description"],
    ["Version", "version"],
    ["capabilites", "capabilities"],
    ["max-file-size", "max_file_size"],
  ])("for %s it is %s", (word, expected) => expect(nearest(word, keys)).toBe(expected));

  it("there is none for a word that is nothing like any", () => {
    expect(nearest("xyzzy", keys)).toBeUndefined();
    expect(didYouMean("xyzzy", keys)).toBe("");
  });

  it("a word of hostile length is not compared", () => {
    expect(nearest("a".repeat(1_000_000), keys)).toBeUndefined();
  });
});
