/**
 * The WebAssembly spec test suite: metered ≡ raw, as each test expects, for the oracle's fuel. Long; `npm run spec-tests` brings the suite
 * (`scripts/spec-tests.mjs`), tells where it is, and prints the counts that this writes.
 */
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type Counts, newCounts, runSpecTest } from "./runner.ts";

const SUITE = process.env.CRUCIBLE_SPEC_SUITE;
const ONLY = process.env.CRUCIBLE_SPEC_ONLY ?? "";
const suite = SUITE !== undefined && existsSync(SUITE) ? SUITE : undefined;
const files = suite === undefined ? [] : jsonFiles(suite);

function jsonFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".json") && name.includes(ONLY))
    .sort();
}

describe.skipIf(suite === undefined)("the WebAssembly spec test suite (skipped: run `npm run spec-tests`)", () => {
  const perFile: Record<string, Counts> = {};

  it.each(files.length > 0 ? files : ["none"])("%s", { timeout: 600_000 }, (name) => {
    const counts = newCounts();
    perFile[name] = counts;
    runSpecTest(join(suite!, name), counts);
    expect(counts.disagreements).toEqual([]);
    expect(counts.agreeing).toBe(counts.assertions);
  });

  afterAll(() => {
    const report = process.env.CRUCIBLE_SPEC_REPORT;
    if (report !== undefined) writeFileSync(report, JSON.stringify(perFile));
  });
});
