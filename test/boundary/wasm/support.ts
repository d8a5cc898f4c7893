/** What the tests of the metered boundary share: assembling WAT, and the harness that runs a raw or a metered module. */
import { readFileSync } from "node:fs";
import loadWabt from "wabt";

export * from "./harness.ts";

const wabt = await loadWabt();
const FEATURES = {
  exceptions: true,
  mutable_globals: true,
  sat_float_to_int: true,
  sign_extension: true,
  multi_value: true,
  bulk_memory: true,
  reference_types: true,
  simd: true,
  tail_call: true,
};

/** WAT → bytes. `check: false` lets invalid modules through. */
export function assemble(wat: string, { check = true } = {}): Uint8Array<ArrayBuffer> {
  const module = wabt.parseWat("test.wat", wat, FEATURES);
  try {
    if (check) module.validate();
    return Uint8Array.from(module.toBinary({}).buffer);
  } finally {
    module.destroy();
  }
}

export function fixture(name: string): Uint8Array<ArrayBuffer> {
  return assemble(readFileSync(new URL(name, import.meta.url), "utf8"));
}

/** A small generator of pseudo-random numbers (mulberry32), so that a failing case can be run again by its seed. */
export function random(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
