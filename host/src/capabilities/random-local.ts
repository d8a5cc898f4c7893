/** The capability `random` beside the guest, in a worker: from the state that a call begins with, to the one that it ends with. */
import type { HostInterface } from "../component/index.ts";
import { PluginError } from "../errors.ts";
import { Entries } from "./entries.ts";
import { type RandomFacts, type RandomReport, randomFunctions } from "./random.ts";
import { fromState, type RandomSource } from "./random-source.ts";

export interface LocalRandom {
  readonly functions: HostInterface["functions"];
  begin(facts: unknown): void;
  report(): RandomReport | undefined;
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
      const state = facts as RandomFacts;
      if (state === undefined) entries.end();
      else entries.begin();
      source = state && fromState(state);
    },
    report: () => (source && entries.calls.size > 0 ? { state: source.state(), calls: [...entries.calls] } : undefined),
  };
}
