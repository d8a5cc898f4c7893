/** Mutated bytes: the rewriter never crashes, and what it accepts is valid, imports nothing new, and stops when its fuel is used up. */
import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { PluginError } from "../../../host/src/errors.ts";
import { type MeteredModule, meterModule, RESERVED } from "../../../host/src/wasm/index.ts";
import { type Job, runApart } from "./apart.ts";
import { generateModule } from "./generator.ts";
import { kernelModule } from "./kernels.ts";
import { assemble, fixture, random } from "./support.ts";

const MUTATIONS = Number(process.env.CRUCIBLE_MUTATIONS ?? 4000);
const LIMIT = 200_000;

function seeds(): Uint8Array[] {
  const here = new URL(".", import.meta.url);
  const hostile = readdirSync(new URL("hostile/", here)).map((name) => fixture(`hostile/${name}`));
  const generated = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((seed) => assemble(generateModule(seed)));
  return [
    fixture("control.wat"),
    fixture("nan.wat"),
    fixture("tail-calls.wat"),
    kernelModule(),
    ...hostile,
    ...generated,
  ];
}

/** One to three bytes changed, removed or doubled. */
function mutate(bytes: Uint8Array, pick: (below: number) => number): Uint8Array {
  const changed = [...bytes];
  for (let count = 1 + pick(3); count > 0; count--) {
    const at = 8 + pick(changed.length - 8);
    const how = pick(8);
    if (how === 0) changed.splice(at, 1);
    else if (how === 1) changed.splice(at, 0, pick(256));
    else if (how < 5) changed[at] = (changed[at]! + [1, 255, 128][pick(3)]!) & 255;
    else changed[at] = pick(256);
  }
  return Uint8Array.from(changed);
}

function tryMeter(bytes: Uint8Array): MeteredModule | undefined {
  try {
    return meterModule(bytes);
  } catch (error) {
    if (error instanceof PluginError && error.code === "invalid-module") return undefined;
    throw error;
  }
}

describe("random mutations", () => {
  it(`${MUTATIONS} mutants are refused, or valid and bounded`, () => {
    const pick = random(20_261_121);
    const originals = seeds();
    const jobs: Job[] = [];
    for (let i = 0; i < MUTATIONS; i++) {
      const mutant = mutate(originals[i % originals.length]!, pick);
      const metered = tryMeter(mutant);
      if (metered === undefined) continue;
      expect(WebAssembly.validate(mutant as Uint8Array<ArrayBuffer>)).toBe(true);
      expect(WebAssembly.validate(metered.bytes), `mutant ${i}`).toBe(true);
      const module = new WebAssembly.Module(metered.bytes);
      const added = WebAssembly.Module.imports(module).filter((each) => each.module === RESERVED);
      expect(added.length).toBe(metered.memory === undefined ? 5 : 6);
      expect(WebAssembly.Module.imports(module).length - added.length).toBe(metered.imports.length);
      const names = new Set([...metered.exports.map((each) => each.name), ...metered.globals.map((each) => each.name)]);
      for (const { name } of WebAssembly.Module.exports(module)) {
        expect(names.has(name) || name === `${RESERVED}/start`).toBe(true);
      }
      if ((metered.memory?.minimumPages ?? 0) < 3000) jobs.push({ metered, limit: LIMIT });
    }
    expect(jobs.length).toBeGreaterThan(MUTATIONS / 50);
    // A mutant that escaped metering would loop until the process is killed, and this throws.
    const results = runApart(jobs, 120_000);
    expect(results.length).toBe(jobs.length);
    expect(results.some((result) => result.outcome === "RuntimeError: unreachable")).toBe(true);
  });

  it("random bytes after a header never crash it", () => {
    const pick = random(7);
    for (let i = 0; i < 2000; i++) {
      const bytes = Uint8Array.from([
        0,
        0x61,
        0x73,
        0x6d,
        1,
        0,
        0,
        0,
        ...Array.from({ length: pick(60) }, () => pick(256)),
      ]);
      const metered = tryMeter(bytes);
      if (metered !== undefined) expect(WebAssembly.validate(metered.bytes)).toBe(true);
    }
  });
});
