// A core module metered, with a ledger that never runs dry: refill hands out slices as the sandbox does.
import { setFlagsFromString } from "node:v8";
import { createLedger, meterModule, RESERVED } from "crucible-plugin-host/wasm";

// As `createNodeHost` does (host/src/powers/node/v8-flags.ts).
if (Number.parseInt(process.versions.v8, 10) <= 13) setFlagsFromString("--experimental-wasm-branch-hinting");

const SLICE = 1 << 20;

/** Metered bytes, and what they import besides. */
export function meteredImports(original, options = {}) {
  const { bytes, memory } = meterModule(original, options);
  const ledger = createLedger();
  ledger.setFuel(SLICE);
  ledger.setMemoryRoom(65536);
  ledger.setTableRoom(100_000);
  const refill = () => ledger.setFuel(ledger.fuel() + SLICE);
  const own = memory && {
    memory: new WebAssembly.Memory({ initial: memory.minimumPages, maximum: memory.maximumPages ?? 65536 }),
  };
  return { bytes, more: { [RESERVED]: { ...ledger.imports, refill, ...own } } };
}
