/**
 * Mutated modules and random bytes, metered: refused with `invalid-module`, or valid, importing nothing that they did not import
 * before, and out of the way when their fuel is used up. A mutant that escaped its fuel would hang, which the harness sees.
 */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { meterModule, RESERVED, START_EXPORT } from "../../../host/src/wasm/index.ts";
import { generateModule } from "../../boundary/wasm/generator.ts";
import { kernelModule } from "../../boundary/wasm/kernels.ts";
import { assemble, fixture, type Run, startMetered } from "../../boundary/wasm/support.ts";
import { mutateBytes, type Pick, picker, unlessRefused } from "../support.ts";

export const name = "rewriter";

const FUEL = 100_000;
/** What a function may do between two checks (`wasm/charge.ts`). */
const UNCHECKED = 65_536;
const HEADER = 8;
const folder = new URL("../../boundary/wasm/", import.meta.url);
const fixtures = [
  ...readdirSync(folder).filter((file) => file.endsWith(".wat")),
  ...readdirSync(new URL("hostile/", folder)).map((file) => `hostile/${file}`),
].map((file) => fixture(file));
const originals = [kernelModule(), ...fixtures];

export function input(seed: number): Uint8Array<ArrayBuffer> {
  const pick = picker(seed, 0x7265);
  const kind = pick(10);
  if (kind === 0) return Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...noise(pick, 80)]);
  if (kind < 4) return mutateBytes(assemble(generateModule(seed)), pick, HEADER);
  return mutateBytes(originals[pick(originals.length)]!, pick, HEADER);
}

export async function run(seed: number): Promise<void> {
  const mutant = input(seed);
  const canonicalizeNaN = seed % 2 === 0;
  const metered = await unlessRefused(["invalid-module"], () => meterModule(mutant, { canonicalizeNaN }));
  if (metered === undefined) return;
  assert(WebAssembly.validate(mutant), "an invalid module was accepted");
  assert(WebAssembly.validate(metered.bytes), "a metered module is not valid");
  const module = new WebAssembly.Module(metered.bytes);
  const imports = WebAssembly.Module.imports(module).filter((each) => each.module !== RESERVED);
  assert.deepEqual(
    imports.map((each) => [each.module, each.name]),
    metered.imports.map((each) => [each.module, each.name]),
  );
  const promised = new Set([...metered.exports, ...metered.globals].map((each) => each.name).concat(START_EXPORT));
  for (const each of WebAssembly.Module.exports(module)) assert(promised.has(each.name), `exports ${each.name}`);
  if ((metered.memory?.minimumPages ?? 0) > 1000 || metered.imports.length > 0) return;
  const started = instance(metered, module);
  if (started === undefined) return;
  for (const each of metered.exports) {
    if (each.kind !== "function") continue;
    const args = each.type.params.map((type) => (type === "i64" ? 3n : type === "funcref" ? null : 3));
    const before = started.used();
    const returned = call(() => started.exports[each.name] as () => unknown, args as never[]);
    // Work is charged before it is done, so a trap may leave any debt, also for the calls after it, which a host does not make.
    // Who returns has done what it is charged for.
    const used = started.used() - before;
    assert(!returned || used <= FUEL + UNCHECKED, `${each.name} used ${used} units of ${FUEL}`);
  }
}

function instance(metered: ReturnType<typeof meterModule>, module: WebAssembly.Module): Run | undefined {
  try {
    const started = startMetered(metered, module, { limit: FUEL, memoryRoom: 100 });
    if (metered.hasStart) call(() => started.exports[START_EXPORT] as () => unknown, []);
    return started;
  } catch (error) {
    // Segments that lie outside of their memory or table.
    if (error instanceof WebAssembly.RuntimeError || error instanceof WebAssembly.LinkError) return undefined;
    throw error;
  }
}

/** Whether the function returned. */
function call(exported: () => (...args: never[]) => unknown, args: never[]): boolean {
  try {
    exported()(...args);
    return true;
  } catch (error) {
    const expected =
      error instanceof WebAssembly.RuntimeError ||
      error instanceof WebAssembly.Exception ||
      // V8: a full stack, and signatures with v128 that JavaScript cannot call.
      error instanceof RangeError ||
      error instanceof TypeError;
    if (expected) return false;
    throw error;
  }
}

function noise(pick: Pick, most: number): number[] {
  return Array.from({ length: pick(most) }, () => pick(256));
}
