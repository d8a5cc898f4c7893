// Made by `npm run wit` from wit/*.wit; do not edit.
// The time, which the user can freeze. Needs the grant `clock`.
import { loadString } from "./abi";
import { Result, failed, ok } from "./result";
import { CAPABILITY_ERROR_CODES, ErrorCode, Failure } from "./types.generated";

@external("crucible:plugin/clock@0.1.0", "now-ms")
declare function coreNowMs(answer: usize): void;

/** Milliseconds since 1970-01-01 UTC. */
export function nowMs(): Result<u64> {
  const answer = memory.data(24, 8);
  coreNowMs(answer);
  return loadResultOfU64OrError(answer);
}

@external("crucible:plugin/clock@0.1.0", "monotonic-ns")
declare function coreMonotonicNs(answer: usize): void;

/** Nanoseconds since an arbitrary moment before the call; never goes back. */
export function monotonicNs(): Result<u64> {
  const answer = memory.data(24, 8);
  coreMonotonicNs(answer);
  return loadResultOfU64OrError(answer);
}

@external("crucible:plugin/clock@0.1.0", "utc-offset-minutes")
declare function coreUtcOffsetMinutes(p0: i64, answer: usize): void;

/** The user's offset from UTC at that moment, in minutes, east positive. */
export function utcOffsetMinutes(atMs: u64): Result<i32> {
  const answer = memory.data(16, 4);
  coreUtcOffsetMinutes(atMs, answer);
  return loadResultOfS32OrError(answer);
}

function loadResultOfU64OrError(at: usize): Result<u64> {
  if (load<u8>(at) == 0) return ok<u64>(load<u64>(at + 8));
  return failed<u64>(loadError(at + 8));
}

function loadError(at: usize): Failure {
  return new Failure(<ErrorCode>load<u8>(CAPABILITY_ERROR_CODES + load<u8>(at)), loadString(at + 4));
}

function loadResultOfS32OrError(at: usize): Result<i32> {
  if (load<u8>(at) == 0) return ok<i32>(load<i32>(at + 4));
  return failed<i32>(loadError(at + 4));
}
