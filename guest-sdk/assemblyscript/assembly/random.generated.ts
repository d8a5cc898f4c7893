// Made by `npm run wit` from wit/*.wit; do not edit.
// Random numbers from a seed that the result of the call reports: xoshiro256** (Blackman and Vigna 2018), seeded by
// SplitMix64. Always granted; not for secrets.
import { loadBytes, loadString } from "./abi";
import { Result, failed, ok } from "./result";
import { CAPABILITY_ERROR_CODES, ErrorCode, Failure } from "./types.generated";

@external("crucible:plugin/random@0.1.0", "next-u64")
declare function coreNextU64(answer: usize): void;

/** 64 random bits. */
export function nextU64(): Result<u64> {
  const answer = memory.data(24, 8);
  coreNextU64(answer);
  return loadResultOfU64OrError(answer);
}

@external("crucible:plugin/random@0.1.0", "next-f64")
declare function coreNextF64(answer: usize): void;

/** A number in [0, 1) with 53 random bits. */
export function nextF64(): Result<f64> {
  const answer = memory.data(24, 8);
  coreNextF64(answer);
  return loadResultOfF64OrError(answer);
}

@external("crucible:plugin/random@0.1.0", "range")
declare function coreRange(p0: i64, p1: i64, answer: usize): void;

/** A whole number from `low` to `high`, both included, each equally likely. `invalid-arguments` where low > high. */
export function range(low: i64, high: i64): Result<i64> {
  const answer = memory.data(24, 8);
  coreRange(low, high, answer);
  return loadResultOfS64OrError(answer);
}

@external("crucible:plugin/random@0.1.0", "bytes")
declare function coreBytes(p0: i32, answer: usize): void;

/** Random bytes, at most 65,536. */
export function bytes(length: u32): Result<Uint8Array> {
  const answer = memory.data(16, 4);
  coreBytes(<i32>length, answer);
  return loadResultOfListOfU8OrError(answer);
}

function loadResultOfU64OrError(at: usize): Result<u64> {
  if (load<u8>(at) == 0) return ok<u64>(load<u64>(at + 8));
  return failed<u64>(loadError(at + 8));
}

function loadError(at: usize): Failure {
  return new Failure(<ErrorCode>load<u8>(CAPABILITY_ERROR_CODES + load<u8>(at)), loadString(at + 4));
}

function loadResultOfF64OrError(at: usize): Result<f64> {
  if (load<u8>(at) == 0) return ok<f64>(load<f64>(at + 8));
  return failed<f64>(loadError(at + 8));
}

function loadResultOfS64OrError(at: usize): Result<i64> {
  if (load<u8>(at) == 0) return ok<i64>(load<i64>(at + 8));
  return failed<i64>(loadError(at + 8));
}

function loadResultOfListOfU8OrError(at: usize): Result<Uint8Array> {
  if (load<u8>(at) == 0) return ok<Uint8Array>(loadBytes(at + 4));
  return failed<Uint8Array>(loadError(at + 4));
}
