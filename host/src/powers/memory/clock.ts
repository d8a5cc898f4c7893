/** A clock that stands still, for runs that must be repeatable. */
import { PluginError } from "../../errors.ts";
import type { ClockPower } from "../types.ts";

/**
 * `nowMs` in milliseconds since 1970-01-01 UTC. Errors: `invalid-arguments` for a time that no `Date` can hold.
 * @example frozenClock(0).nowMs() // 0
 */
export function frozenClock(nowMs: number, utcOffsetMinutes = 0): ClockPower {
  if (!Number.isInteger(nowMs) || nowMs < 0 || nowMs > 8.64e15) {
    throw new PluginError(
      "invalid-arguments",
      `Cannot freeze the clock: the time must be whole milliseconds from 0 to 8.64e15, got ${nowMs}`,
    );
  }
  return { nowMs: () => nowMs, monotonicNs: () => 0n, utcOffsetMinutes: () => utcOffsetMinutes };
}
