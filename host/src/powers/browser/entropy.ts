/** Draws the seed of a call for which none was given. */

/** A seed of 53 random bits, so that it survives JSON as a number. */
export function drawSeed(): bigint {
  return crypto.getRandomValues(new BigUint64Array(1))[0]! >> 11n;
}
