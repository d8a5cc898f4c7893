/** The capability `random`: numbers from the seed of the call. Always granted. */
import type { HostInterface } from "../component/index.ts";
import { PluginError } from "../errors.ts";
import type { RandomFunctions } from "../wit.generated.ts";
import type { Call } from "./call.ts";
import { gated, type Plain } from "./gate.ts";

const BYTES_AT_ONCE = 65_536;

export function bindRandom(call: Call): HostInterface {
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
  return { functions: gated(call, "random", functions, { limited: false }) };
}
