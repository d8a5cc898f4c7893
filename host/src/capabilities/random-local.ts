/** The capability `random` beside the guest, in a worker: from the state that a call begins with, to the one that it ends with. */
import type { HostInterface } from "../component/index.ts";
import { PluginError } from "../errors.ts";
import { Entries } from "./entries.ts";
import { randomFunctions, reportToBytes, stateFromBytes } from "./random.ts";
import { fromState, type RandomSource } from "./random-source.ts";

export interface LocalRandom {
  readonly functions: HostInterface["functions"];
  begin(facts: Uint8Array | undefined): void;
  report(): Uint8Array | undefined;
}

export function localRandom(): LocalRandom {
  const entries = new Entries(0);
  let source: RandomSource | undefined;
  const gate = {
    enter: (name: string, limited: boolean) => entries.enter(name, limited),
    // Only errors with a hint are of interest; here are none.
    notice: () => {},
    get random(): RandomSource {
      if (source) return source;
      throw new PluginError("unavailable", "random numbers are only there while a tool runs");
    },
  };
  return {
    functions: randomFunctions(gate),
    begin: (facts) => {
      if (facts === undefined) entries.end();
      else entries.begin();
      source = facts && fromState(stateFromBytes(facts));
    },
    report: () =>
      source && entries.calls.size > 0
        ? reportToBytes({ state: source.state(), calls: [...entries.calls] })
        : undefined,
  };
}
