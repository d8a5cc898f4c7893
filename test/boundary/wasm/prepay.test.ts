/** Charges that are paid ahead (`host/src/wasm/prepay.ts`): nobody who looks at the fuel may see it, at any limit. */
import { describe, expect, it } from "vitest";
import { instrument } from "./oracle.ts";
import { assemble, type Functions, outcome, start, startRaw } from "./support.ts";

/** An interpreter: 0 adds, with an `if` that joins; 1 tells, unless the sum is odd; 2 skips; 3 ends, through an inner loop. */
const INTERPRETER = `(module
  (import "env" "seen" (func $seen))
  (memory 1)
  (data (i32.const 0) "\\01\\00\\01\\00\\01\\02\\07\\00\\00\\01\\01\\03")
  (func (export "run") (result i32) (local $pc i32) (local $sum i32) (local $turns i32)
    (block $halt
      (loop $next
        (block $skip (block $tell (block $add
          (br_table $add $tell $skip $halt (i32.load8_u (local.get $pc))))
          (local.set $sum (i32.add (local.get $sum) (i32.const 1)))
          (if (i32.gt_u (local.get $sum) (i32.const 2)) (then (local.set $sum (i32.mul (local.get $sum) (i32.const 3)))))
          (local.set $pc (i32.add (local.get $pc) (i32.const 1)))
          (br $next))
          (block $quiet
            (br_if $quiet (i32.and (local.get $sum) (i32.const 1)))
            (call $seen))
          (local.set $pc (i32.add (local.get $pc) (i32.const 1)))
          (br $next))
        (local.set $pc (i32.add (local.get $pc) (i32.const 2)))
        (br $next)))
    (block $done
      (loop $more
        (br_if $done (i32.gt_u (local.get $turns) (i32.const 3)))
        (local.set $turns (i32.add (local.get $turns) (i32.const 1)))
        (if (i32.eqz (local.get $sum)) (then (nop)) (else (local.set $sum (i32.sub (local.get $sum) (i32.const 1)))))
        (br $more)))
    (local.get $sum)))`;

describe("what joins and dispatch loops prepay", () => {
  const bytes = assemble(INTERPRETER);
  /** What the oracle has counted at each call of the import, and in the end. */
  const exact: number[] = [];
  const count = () => Number((oracle.oracle as WebAssembly.Global).value);
  const oracle = startRaw(instrument(bytes), { env: { seen: () => exact.push(count()) } });
  const result = (oracle as Functions).run!();
  const total = count();

  it("is not seen by an import: there the sum is exact", () => {
    const seen: number[] = [];
    const run = start(bytes, { slice: 1, imports: { env: { seen: () => seen.push(run.used()) } } });
    expect(run.functions.run!()).toBe(result);
    expect(seen).toEqual(exact);
    expect(seen.length).toBe(4);
    expect(run.settle()).toBe(true);
    expect(run.used()).toBe(total);
  });

  it("ends no run that has enough, and lets none go further: at every limit", () => {
    for (let limit = 0; limit <= total; limit++) {
      let calls = 0;
      const run = start(bytes, { slice: 1, limit, imports: { env: { seen: () => calls++ } } });
      const ended = outcome(() => run.functions.run!());
      expect(ended === String(result) && run.settle(), `limit ${limit}`).toBe(limit === total);
      expect(calls, `calls with ${limit}`).toBe(exact.filter((sum) => sum <= limit).length);
    }
  });
});
