/** The capabilities that a worker evaluates beside the guest: those that are functions of facts alone, and so no authority. */
import { localRandom } from "../capabilities/random-local.ts";
import type { LocalInterface } from "../sandbox/worker/tenant.ts";

/** By versioned name. */
export const localInterfaces: ReadonlyMap<string, () => LocalInterface> = new Map([
  ["crucible:plugin/random@0.1.0", localRandom],
]);
