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

/** Milliseconds that never go back. Not `performance.now`, which takes 2 ms to wake up. */
export function monotonicMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1_000 + nanoseconds / 1_000_000;
}
