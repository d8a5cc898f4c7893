import { describe, expect, it } from "vitest";
import { ByteWriter } from "./emit.ts";
import { BranchHints } from "./hints.ts";

describe("branch hints", () => {
  it("are written by function, in order, and those of functions out of order are left out", () => {
    const hints = new BranchHints();
    expect(hints.isEmpty).toBe(true);
    hints.add(5);
    hints.add(300);
    hints.endFunction(7);
    hints.endFunction(8);
    hints.add(1);
    hints.endFunction(undefined);
    hints.add(9);
    hints.endFunction(200);
    const out = new ByteWriter(8);
    hints.write(out);
    const name = new TextEncoder().encode("metadata.code.branch_hint");
    expect([...out.result()]).toEqual([
      ...[name.length, ...name, 2],
      ...[7, 2, 5, 1, 0, 0xac, 2, 1, 0],
      ...[0xc8, 1, 1, 9, 1, 0],
    ]);
  });
});
