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

/** What goes to the place where `random` is evaluated; undefined outside a call. */
export type RandomFacts = RandomState | undefined;

/** What comes back: where the generator is now, and calls by function. */
export interface RandomReport {
  readonly state: RandomState;
  readonly calls: readonly (readonly [string, number])[];
}

export function bindRandom(call: Call): HostInterface {
  return {
    functions: randomFunctions(call),
    local: {
      facts: (): RandomFacts => (call.entries.isRunning ? call.random.state() : undefined),
      absorb: (report) => {
        if (report === undefined || !call.entries.isRunning) return;
        const { state, calls } = report as RandomReport;
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
