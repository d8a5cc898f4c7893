/** Charges that are paid ahead (`host/src/wasm/prepay.ts`): nobody who looks at the fuel may see it, at any limit. */
import { describe, expect, it } from "vitest";
import { UNCHECKED_COST } from "../../../host/src/wasm/calls.ts";
import { HEADER, lebOf } from "./bytes.ts";
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

/**
 * A function of many blocks, `(block (call $dear) (call $dear) (call $dear) (call $dear) (br 0))`: each could pay for all that come after it. `$dear` is
 * so cheap that its callers pay for it, and so dear that these are 315 units for each byte of a body.
 */
function dearFunction(blocks: number): { readonly bytes: Uint8Array; readonly cost: number } {
  const section = (id: number, content: readonly number[]) => [id, ...lebOf(content.length), ...content];
  const dear = [0, ...Array<readonly number[]>(510).fill([0x41, 0, 0x1a]).flat(), 0x0b];
  const block = Uint8Array.of(0x02, 0x40, 0x10, 0, 0x10, 0, 0x10, 0, 0x10, 0, 0x0c, 0, 0x0b);
  const body = new Uint8Array(2 + blocks * block.length);
  for (let i = 0; i < blocks; i++) body.set(block, 1 + i * block.length);
  body[body.length - 1] = 0x0b;
  const before = [
    ...HEADER,
    ...section(1, [1, 0x60, 0, 0]),
    ...section(3, [2, 0, 0]),
    ...section(7, [1, 1, 0x66, 0, 1]),
  ];
  const code = [2, ...lebOf(dear.length), ...dear, ...lebOf(body.length)];
  const head = Uint8Array.from([...before, 10, ...lebOf(code.length + body.length), ...code]);
  const bytes = new Uint8Array(head.length + body.length);
  bytes.set(head);
  bytes.set(body, head.length);
  return { bytes, cost: blocks * (4 * (2 + 1020) + 1) };
}

describe("a function that is dear for its size", () => {
  it("pays for all that it runs, and never far ahead: the deadline is looked at on the way", () => {
    const { bytes, cost } = dearFunction(20_000);
    const slice = 4 * UNCHECKED_COST;
    const run = start(bytes, { slice });
    run.functions.f!();
    expect(run.settle()).toBe(true);
    expect(run.used()).toBe(cost);
    expect(run.refills()).toBeGreaterThan(cost / (2 * slice));
  });
});

describe("a bulk operation of any length", () => {
  it.each(["memory.fill", "memory.copy"])("%s is paid before it begins, and overflows nothing", (name) => {
    const bytes = assemble(`(module (memory 1) (func (export "run") (param i32)
      (${name} (i32.const 0) (i32.const 0) (local.get 0))))`);
    const price = 2 ** 27 - 1 + 150 + 3;
    for (const [limit, ended] of [
      [price - 1, "unreachable"],
      [price, "out of bounds"],
    ] as const) {
      const run = start(bytes, { limit });
      const stack = run.ledger.stackRoom();
      expect(outcome(() => run.functions.run!(-1))).toContain(ended);
      expect(run.ledger.stackRoom()).toBe(stack);
    }
  });
});
