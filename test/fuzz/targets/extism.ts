/**
 * Mutated Extism plug-ins: each is refused with a typed error, or loads, and then a call with any input ends in a result or in a typed error,
 * twice the same with the same fuel.
 */
import assert from "node:assert/strict";
import { createNodeHost, PluginError } from "../../../host/src/index.ts";
import { extismFixture } from "../../fixtures/extism/fixtures.ts";
import { mutateBytes, one, picker } from "../support.ts";

export const name = "extism";

const originals = ["plain", "wasi", "command"].map((fixture) => extismFixture(fixture).content as Uint8Array);
const host = createNodeHost();
// What the host loads when it is needed is loaded now: later the code under test cannot be read any more.
await host.load(extismFixture("plain"));
const LIMITS = { fuel: 2_000_000, memoryBytes: 8 << 20, timeoutMs: 20_000 };

export function input(seed: number): { readonly bytes: Uint8Array; readonly text: string } {
  const pick = picker(seed, 0x6578);
  return { bytes: mutateBytes(one(pick, originals), pick, 8), text: "x".repeat(pick(300)) };
}

export async function run(seed: number): Promise<void> {
  const { bytes, text } = input(seed);
  const sidecar = { path: "p.toml", text: 'engine = "extism"' };
  const plugin = await settled(() => host.load({ path: "p.wasm", content: bytes, sidecar }));
  if (plugin instanceof PluginError) return;
  for (const tool of plugin.tools.slice(0, 3)) {
    const call = (): Promise<Ended> => settled(() => plugin.call(tool.name, { text }, { ...LIMITS, seed: 1 }));
    const [first, second] = [await call(), await call()];
    assert.deepEqual(outcomeOf(first), outcomeOf(second));
  }
}

type Ended = PluginError | { readonly result: unknown; readonly fuel: number };

function outcomeOf(ended: Ended): unknown {
  if (ended instanceof PluginError) return { code: ended.code, message: ended.message, fuel: ended.usage?.fuel };
  return { result: ended.result, fuel: ended.fuel };
}

async function settled<T>(work: () => Promise<T>): Promise<T | PluginError> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof PluginError) return error;
    throw error;
  }
}
