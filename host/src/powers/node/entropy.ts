/** Draws the seed of a call for which none was given. */
import { randomBytes } from "node:crypto";

/** A seed of 53 random bits, so that it survives JSON as a number and can be typed again after `--seed`. */
export function drawSeed(): bigint {
  return randomBytes(8).readBigUInt64LE() >> 11n;
}
