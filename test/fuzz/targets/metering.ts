/**
 * Random valid modules: metered and raw give the same results and leave the same state, whatever the slices; the fuel is that of the
 * per-instruction oracle; with one unit less they are stopped.
 */
import assert from "node:assert/strict";
import { generateArguments, generateModule } from "../../boundary/wasm/generator.ts";
import { instrument } from "../../boundary/wasm/oracle.ts";
import { assemble, type Functions, outcome, type RunOptions, start, startRaw } from "../../boundary/wasm/support.ts";
import { picker } from "../support.ts";

export const name = "metering";

/** What a generated module may spend of its own counter; set anew for every call. */
const BUDGET = 200;

export const input = generateModule;

export function run(seed: number): void {
  const pick = picker(seed, 0x6d65);
  const wat = generateModule(seed);
  const bytes = assemble(wat);
  const raw = startRaw(bytes);
  const results = callAll(raw, wat, seed);
  const plain = metered(bytes, { canonicalizeNaN: false });
  assert.deepEqual(callAll(plain.exports, wat, seed), results, "results");
  assert.deepEqual(globalsOf(plain.exports), globalsOf(raw), "globals");
  const memory = new Uint8Array((raw.memory as WebAssembly.Memory).buffer);
  assert(Buffer.from(memory).equals(new Uint8Array(plain.memory!.buffer)), "memory");

  const hasTrapped = results.some((result) => result.startsWith("trap"));
  const canonical = metered(bytes, {});
  const canonicalResults = callAll(canonical.exports, wat, seed);
  const sliced = metered(bytes, { slice: 1 + pick(2000) });
  assert.deepEqual(callAll(sliced.exports, wat, seed), canonicalResults, "results in slices");
  // After a trap of its own the fuel is that of the last place where it was stored.
  if (hasTrapped || canonicalResults.some((result) => result.startsWith("trap"))) return;
  assert.equal(sliced.used(), canonical.used(), "fuel in slices");

  const oracle = startRaw(instrument(bytes));
  assert.deepEqual(callAll(oracle, wat, seed), results, "results of the oracle");
  const cost = Number((oracle.oracle as WebAssembly.Global).value);
  assert.equal(plain.used(), cost, "fuel");
  const slice = 1 + pick(1000);
  const enough = metered(bytes, { canonicalizeNaN: false, limit: cost, slice });
  assert.deepEqual(callAll(enough.exports, wat, seed), results, "results with just enough fuel");
  assert(enough.settle() && enough.used() === cost, "just enough fuel is enough");
  if (cost === 0) return;
  const less = metered(bytes, { canonicalizeNaN: false, limit: pick(cost), slice });
  const stopped = callAll(less.exports, wat, seed);
  assert(stopped.some((result) => result.startsWith("trap")) || !less.settle(), "with less fuel it is stopped");
}

function metered(bytes: Uint8Array, options: RunOptions) {
  return start(bytes, options);
}

function callAll(exports: WebAssembly.Exports, wat: string, seed: number): string[] {
  const functions = exports as Functions;
  const budget = exports.budget as WebAssembly.Global;
  return [...wat.matchAll(/\(export "(run\d+)"\) ((?:\(param \w+\) ?)*)/g)].map(([, called, params]) => {
    const types = [...params!.matchAll(/param (\w+)/g)].map(([, type]) => type);
    const numbers = generateArguments(seed, types.length);
    budget.value = BUDGET;
    return outcome(() =>
      functions[called!]!(...types.map((type, i) => (type === "i64" ? BigInt(numbers[i]!) : numbers[i]!))),
    );
  });
}

/** NaNs are compared by their bits in `nan.test.ts`, not here. */
function globalsOf(exports: WebAssembly.Exports): string[] {
  return ["i32", "i64", "f32", "f64"].map((type) => String((exports[type] as WebAssembly.Global).value));
}
