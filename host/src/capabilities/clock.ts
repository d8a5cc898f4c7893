/** The capability `clock`: the time as the powers tell it, which may stand still. */
import type { HostInterface } from "../component/index.ts";
import { PluginError } from "../errors.ts";
import type { ClockPower } from "../powers/types.ts";
import type { ClockFunctions } from "../wit.generated.ts";
import type { Call } from "./call.ts";
import { gated } from "./gate.ts";

/** The last moment that a `Date` can hold. */
const LAST_MS = 8_640_000_000_000_000n;

export function bindClock(call: Call): HostInterface {
  let lastNs = 0n;
  const clock = (): ClockPower => {
    if (call.grant.clock !== undefined) return call.powers.clock;
    throw new PluginError(
      "denied",
      "the time needs the grant clock; the plugin's manifest must ask for it (capabilities: clock)",
    );
  };

  const functions = gated<ClockFunctions>(call, "clock", {
    "now-ms": () => BigInt(Math.max(0, Math.trunc(clock().nowMs()))),
    "monotonic-ns": () => {
      const now = clock().monotonicNs();
      if (now > lastNs) lastNs = now;
      return lastNs;
    },
    "utc-offset-minutes": (atMs) => {
      const power = clock();
      if (atMs <= LAST_MS) return Math.trunc(power.utcOffsetMinutes(Number(atMs)));
      throw new PluginError("invalid-arguments", `"at-ms" must be at most ${LAST_MS}, got ${atMs}`);
    },
  });
  return { functions };
}
