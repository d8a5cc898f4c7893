/** Seeded random modules: metered ≡ raw, fuel ≡ oracle, whatever the slices. */
import { describe, expect, it } from "vitest";
import { generateArguments, generateModule } from "./generator.ts";
import { instrument } from "./oracle.ts";
import { assemble, type Functions, outcome, type Run, start, startRaw } from "./support.ts";

const MODULES = Number(process.env.CRUCIBLE_MODULES ?? 400);
const FIRST_SEED = Number(process.env.CRUCIBLE_SEED ?? 1);
const BUDGET = 200;

/** Calls `run0`, `run1`, … with the same arguments everywhere; what each came to. */
function callAll(exports: WebAssembly.Exports, wat: string, seed: number): string[] {
  const functions = exports as Functions;
  const budget = exports.budget as WebAssembly.Global;
  const results: string[] = [];
  for (const [, name, params] of wat.matchAll(/\(export "(run\d+)"\) ((?:\(param \w+\) ?)*)/g)) {
    const types = [...params!.matchAll(/param (\w+)/g)].map((match) => match[1]);
    const numbers = generateArguments(seed, types.length);
    const values = types.map((type, i) => (type === "i64" ? BigInt(numbers[i]!) : numbers[i]!));
    budget.value = BUDGET;
    results.push(outcome(() => functions[name!]!(...values)));
  }
  return results;
}

/** Everything that a module can have changed. NaNs are compared by their bits in `nan.test.ts`, not here. */
function state(exports: WebAssembly.Exports, memory: WebAssembly.Memory): { globals: string[]; bytes: Uint8Array } {
  const globals = ["i32", "i64", "f32", "f64"].map((name) => String((exports[name] as WebAssembly.Global).value));
  return { globals, bytes: new Uint8Array(memory.buffer) };
}

const withoutNan = { canonicalizeNaN: false };

describe("random modules", () => {
  it(`meters ${MODULES} modules so that results, state, fuel and exhaustion are right`, () => {
    let total = 0;
    let trapped = 0;
    for (let seed = FIRST_SEED; seed < FIRST_SEED + MODULES; seed++) {
      const wat = generateModule(seed);
      const bytes = assemble(wat);
      const raw = startRaw(bytes);
      const results = callAll(raw, wat, seed);
      const rawState = state(raw, raw.memory as WebAssembly.Memory);

      const plain = start(bytes, withoutNan);
      expect(callAll(plain.exports, wat, seed), `results of seed ${seed}`).toEqual(results);
      const plainState = state(plain.exports, plain.memory!);
      expect(plainState.globals, `globals of seed ${seed}`).toEqual(rawState.globals);
      expect(Buffer.compare(plainState.bytes, rawState.bytes), `memory of seed ${seed}`).toBe(0);

      // After a trap the ledger holds the last stored fuel, and where slices end is such a place.
      const ended = !results.some((result) => result.startsWith("trap"));
      const sliced = start(bytes, { ...withoutNan, slice: 1 });
      expect(callAll(sliced.exports, wat, seed)).toEqual(results);
      if (ended) expect(sliced.used(), `fuel in slices of seed ${seed}`).toBe(plain.used());

      const canonical = start(bytes);
      const again = start(bytes, { slice: 777 });
      expect(callAll(again.exports, wat, seed)).toEqual(callAll(canonical.exports, wat, seed));
      if (ended) expect(again.used(), `fuel of seed ${seed} with canonical NaNs`).toBe(canonical.used());

      if (!ended) {
        trapped++;
        continue;
      }
      const oracle = startRaw(instrument(bytes));
      expect(callAll(oracle, wat, seed)).toEqual(results);
      const cost = Number((oracle.oracle as WebAssembly.Global).value);
      expect(plain.used(), `fuel of seed ${seed}`).toBe(cost);
      total += cost;
      if (cost > 0) expectExhausted(start(bytes, { ...withoutNan, limit: cost - 1, slice: 50 }), wat, seed);
      const enough = start(bytes, { ...withoutNan, limit: cost, slice: 50 });
      expect(callAll(enough.exports, wat, seed), `seed ${seed} with just enough fuel`).toEqual(results);
      expect(enough.settle()).toBe(true);
      expect(enough.used()).toBe(cost);
    }
    expect(total).toBeGreaterThan(MODULES * 100);
    expect(trapped).toBeLessThan(MODULES / 2);
  });
});

/** With one unit too little, a call traps or is found in debt when it returns. */
function expectExhausted(run: Run, wat: string, seed: number): void {
  const results = callAll(run.exports, wat, seed);
  const stopped = results.some((result) => result.startsWith("trap")) || !run.settle();
  expect(stopped, `seed ${seed} with one unit too little`).toBe(true);
}
