/** The machine's clock. */
import type { ClockPower } from "../types.ts";

/** @example systemClock().nowMs() */
export function systemClock(): ClockPower {
  return {
    nowMs: () => Date.now(),
    monotonicNs: () => process.hrtime.bigint(),
    utcOffsetMinutes: (atMs) => -new Date(atMs).getTimezoneOffset(),
  };
}
