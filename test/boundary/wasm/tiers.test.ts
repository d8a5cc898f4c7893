/** V8's two compilers give the same bits and the same fuel for metered code; for raw code they do not. */
import { describe, expect, it } from "vitest";
import { meterModule } from "../../../host/src/wasm/index.ts";
import { type ApartResult, type Job, runApart } from "./apart.ts";
import { generateModule } from "./generator.ts";
import { kernelModule } from "./kernels.ts";
import { assemble } from "./support.ts";

const MODULES = Number(process.env.CRUCIBLE_MODULES ?? 300);
const FIRST_SEED = 50_000;
const LIMIT = 100_000_000;
const BASELINE = ["--liftoff-only"];
const OPTIMIZING = ["--no-liftoff"];

function run(canonicalizeNaN: boolean, flags: readonly string[]): readonly ApartResult[] {
  const jobs: Job[] = [];
  for (let seed = FIRST_SEED; seed < FIRST_SEED + MODULES; seed++) {
    jobs.push({ metered: meterModule(assemble(generateModule(seed)), { canonicalizeNaN }), limit: LIMIT });
  }
  return runApart(jobs, 120_000, flags);
}

describe("the baseline and the optimizing compiler", () => {
  it(`agree on the memory, results and fuel of ${MODULES} random modules`, () => {
    const baseline = run(true, BASELINE);
    const optimizing = run(true, OPTIMIZING);
    for (let i = 0; i < MODULES; i++) expect(optimizing[i], `seed ${FIRST_SEED + i}`).toEqual(baseline[i]);
  });

  it("do not agree without canonicalization, so the test above can fail", () => {
    const digests = (flags: readonly string[]) => run(false, flags).map((result) => result.digest);
    expect(digests(BASELINE)).not.toEqual(digests(OPTIMIZING));
  });

  it("agree on the kernels", () => {
    const metered = meterModule(kernelModule());
    const job = {
      metered,
      limit: LIMIT,
      calls: [
        ["matmul", [20]],
        ["quicksort", [1000]],
        ["sha256", [10]],
      ],
    } as const;
    expect(runApart([job], 30_000, BASELINE)).toEqual(runApart([job], 30_000, OPTIMIZING));
  });
});
