// What does metering cost? Six C kernels, metered with everything on (fuel, NaN canonicalisation) against the same module raw.
import { readFileSync } from "node:fs";
import { createLedger, meterModule, RESERVED } from "crucible-plugin-host/wasm";
import { geomean, ms, row, sideBySide } from "./lib/measure.mjs";

export const title = "metered kernels against the same module raw";

const KERNELS = { fib: 32, sieve: 2_000_000, matmul: 200, sha256: 50_000, quicksort: 200_000, collatz: 200_000 };

export async function* run() {
  const bytes = readFileSync(new URL("fixtures/kernels.wasm", import.meta.url));
  const raw = (await WebAssembly.instantiate(bytes)).instance.exports;
  const metered = await instantiateMetered(bytes);
  const ratios = [];
  for (const [kernel, size] of Object.entries(KERNELS)) {
    if (raw[kernel](size) !== metered[kernel](size)) throw new Error(`${kernel}: metered and raw answer differently`);
    const times = await sideBySide({ ours: () => metered[kernel](size), peer: () => raw[kernel](size), rounds: 11 });
    const ratio = times.ours / times.peer;
    ratios.push(ratio);
    yield row({ question: `${kernel}(${size})`, ours: ms(times.ours), peer: `${ms(times.peer)} raw`, ratio });
  }
  yield row({ question: "geomean of the six", ours: "", peer: "", ratio: geomean(ratios), goal: 1.35 });
}

/** The kernels with a ledger that never runs dry: refill hands out slices as the sandbox does. */
async function instantiateMetered(bytes) {
  const { bytes: metered, memory } = meterModule(bytes);
  const ledger = createLedger();
  const slice = 1 << 20;
  ledger.setFuel(slice);
  ledger.setMemoryRoom(65536);
  ledger.setTableRoom(100_000);
  const imports = {
    [RESERVED]: {
      ...ledger.imports,
      refill: () => ledger.setFuel(ledger.fuel() + slice),
      ...(memory && { memory: new WebAssembly.Memory({ initial: memory.minimumPages }) }),
    },
  };
  return (await WebAssembly.instantiate(metered, imports)).instance.exports;
}
