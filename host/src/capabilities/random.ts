/**
 * The capability `random`: numbers from the seed of the call. Always granted. It is a function of the generator's state alone, so a
 * worker evaluates it beside the guest (`random-local.ts`).
 */
import type { HostInterface } from "../component/index.ts";
import { PluginError } from "../errors.ts";
import type { RandomFunctions } from "../wit.generated.ts";
import type { Call } from "./call.ts";
import { type Gate, gated, type Plain } from "./gate.ts";
import { fromState, type RandomSource, type RandomState } from "./random-source.ts";

const BYTES_AT_ONCE = 65_536;

/** What the place where `random` is evaluated reports: where the generator is now, and calls by function. */
export interface RandomReport {
  readonly state: RandomState;
  readonly calls: readonly (readonly [string, number])[];
}

export function bindRandom(call: Call): HostInterface {
  return {
    functions: randomFunctions(call),
    local: {
      facts: () => (call.entries.isRunning ? stateToBytes(call.random.state()) : undefined),
      absorb: (report) => {
        if (report === undefined || !call.entries.isRunning) return;
        const { state, calls } = reportFromBytes(report);
        call.random = fromState(state);
        for (const [name, times] of calls) call.entries.add(name, times);
      },
    },
  };
}

export function randomFunctions(call: Gate & { readonly random: RandomSource }): HostInterface["functions"] {
  const functions: Plain<RandomFunctions> = {
    "next-u64": () => call.random.nextU64(),
    "next-f64": () => call.random.nextF64(),
    range: (low, high) => {
      if (low <= high) return call.random.range(low, high);
      throw new PluginError("invalid-arguments", `"low" must not be above "high", got ${low} and ${high}`);
    },
    bytes: (length) => {
      if (length <= BYTES_AT_ONCE) return call.random.bytes(length);
      throw new PluginError("invalid-arguments", `"length" must be at most ${BYTES_AT_ONCE} bytes, got ${length}`);
    },
  };
  return gated(call, "random", functions, { limited: false });
}

const STATE_BYTES = 32;

/** What goes to the place where `random` is evaluated; nothing does outside a call. Both ends are on one machine, of one byte order. */
export function stateToBytes(state: RandomState): Uint8Array {
  return new Uint8Array(state.slice().buffer);
}

export function stateFromBytes(bytes: Uint8Array): RandomState {
  return new Uint32Array(bytes.slice(0, STATE_BYTES).buffer);
}

/** The state, and behind it the calls as JSON. */
export function reportToBytes({ state, calls }: RandomReport): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(calls));
  const bytes = new Uint8Array(STATE_BYTES + text.length);
  bytes.set(stateToBytes(state));
  bytes.set(text, STATE_BYTES);
  return bytes;
}

function reportFromBytes(bytes: Uint8Array): RandomReport {
  const calls = JSON.parse(new TextDecoder().decode(bytes.subarray(STATE_BYTES))) as RandomReport["calls"];
  return { state: stateFromBytes(bytes), calls };
}
