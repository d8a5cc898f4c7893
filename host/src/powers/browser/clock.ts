/** The clock of a page or a Web Worker. Browsers round its ticks (5 µs to 100 µs), some more where the page is not isolated. */
import type { ClockPower } from "../types.ts";

/** @example browserClock().nowMs() */
export function browserClock(): ClockPower {
  return {
    nowMs: () => Date.now(),
    monotonicNs: () => BigInt(Math.round(performance.now() * 1_000_000)),
    utcOffsetMinutes: (atMs) => -new Date(atMs).getTimezoneOffset(),
  };
}
