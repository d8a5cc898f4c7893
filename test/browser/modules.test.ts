/**
 * Metered core modules in Chromium and in Node: the same metered bytes, the same results, memory and fuel. Node is V8 11, Chromium
 * a much newer one, with other compilers.
 */
import { readFileSync } from "node:fs";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { generateModule } from "../boundary/wasm/generator.ts";
import { KERNELS, kernelModule } from "../boundary/wasm/kernels.ts";
import { assemble, fixture } from "../boundary/wasm/support.ts";
import { describeInChromium, launchChromium } from "./chromium.ts";
import { type ModuleJob, type ModuleOutcome, runModules } from "./metered.ts";
import { openPage, type TestPage } from "./page.ts";
import { openSite, type Site } from "./site.ts";

const MODULES = Number(process.env.CRUCIBLE_MODULES ?? 300);
const FIRST_SEED = 70_000;
const LIMIT = 50_000_000;

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");

/** Programs that end in traps, exceptions, or not at all, from the tests of metering. */
const FIXTURES = ["control.wat", "conventions.wat", "nan.wat"];
const HOSTILE = [
  "host-call-flood",
  "catch-recursion",
  "recursion",
  "loop-in-catch-all",
  "memory-grow-loop",
  "table-grow-loop",
  "throw-and-retry",
];

const SIMD_CALLS = [
  ["floats", [5_000]],
  ["integers", [20_000]],
] as const;

const fixtures: readonly ModuleJob[] = [
  ...FIXTURES.map((name) => ({ name, module: base64(fixture(name)), limit: LIMIT, times: 20 })),
  { name: "tail-calls.wat", module: base64(fixture("tail-calls.wat")), limit: 2_000_000 },
  { name: "simd.wat", module: base64(simd()), calls: SIMD_CALLS, limit: LIMIT, times: 20 },
  ...HOSTILE.map((name) => ({ name, module: base64(hostile(name)), limit: 2_000_000 })),
];

const kernels: readonly ModuleJob[] = KERNELS.map(([name, size]) => ({
  name,
  module: base64(kernelModule()),
  calls: [[name, [size]]],
  limit: 1_000_000_000,
  times: 10,
}));

describeInChromium("metered modules in Chromium", () => {
  let browser: Browser;
  let site: Site;
  let page: TestPage;

  beforeAll(async () => {
    [browser, site] = await Promise.all([launchChromium(), openSite({ pages: { modules: { file: "modules.ts" } } })]);
    page = await openPage(browser, site, "modules");
  });

  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });

  async function compare(jobs: readonly ModuleJob[]): Promise<readonly ModuleOutcome[]> {
    const inPage = await page.run<readonly ModuleOutcome[]>("modules", jobs);
    expect(inPage).toEqual(await runModules(jobs));
    return inPage;
  }

  it("run the kernels alike, cold and hot", async () => {
    for (const { name, runs } of await compare(kernels)) expect({ name, runs }).toEqual({ name, runs: [runs[0]] });
  });

  it("run control flow, exceptions, tail calls, vectors, NaNs and what never ends alike", async () => {
    for (const { name, runs } of await compare(fixtures)) expect({ name, runs }).toEqual({ name, runs: [runs[0]] });
  });

  it(`run ${MODULES} random modules alike`, async () => {
    const seeds = Array.from({ length: MODULES }, (_, index) => FIRST_SEED + index);
    const modules = seeds.map((seed) => base64(assemble(generateModule(seed))));
    await compare(modules.map((module, index) => ({ name: `seed ${seeds[index]}`, module, limit: LIMIT })));
  });

  it("made the browser complain of nothing", async () => {
    expect(await page.complaints()).toEqual([]);
  });
});

function hostile(name: string): Uint8Array {
  return assemble(readFileSync(new URL(`../boundary/wasm/hostile/${name}.wat`, import.meta.url), "utf8"));
}

function simd(): Uint8Array {
  return assemble(readFileSync(new URL("simd.wat", import.meta.url), "utf8"));
}
