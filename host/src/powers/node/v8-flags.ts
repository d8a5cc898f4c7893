/** V8 flags that make metered code faster. They change no result and no fuel. */
import { setFlagsFromString } from "node:v8";

/** The last major version of V8 in which branch hints are behind a flag of this name. */
const LAST_FLAGGED = 13;

/**
 * Makes V8 read the branch hints of metered modules (`wasm/hints.ts`): interpreters run 3 to 10 % faster. For modules that are compiled
 * afterwards, in every thread of the process; a hint can only make a module slower or faster, so others' modules are as safe as before.
 */
export function readBranchHints(): void {
  if (Number.parseInt(process.versions.v8, 10) <= LAST_FLAGGED) {
    setFlagsFromString("--experimental-wasm-branch-hinting");
  }
}
