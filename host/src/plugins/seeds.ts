/**
 * Seeds of plugins that a plugin calls, from the seed of its own call: the same call gives the same seeds, on any number of
 * threads. The outputs of SplitMix64 (Steele, Lea and Flood 2014) of a seed that differs for the two ways of calling.
 */
import { splitMix64 } from "../capabilities/index.ts";

/** Unlike each other and 0, so that no stream is that of `random` itself. */
const STREAMS = { call: 0x6a09e667f3bcc908n, map: 0xbb67ae8584caa73bn } as const;
/** The step of SplitMix64's state, by which output `index` is reached at once. */
const STEP = 0x9e3779b97f4a7c15n;

/** Output `index` (from 0) of SplitMix64 seeded with `seed ^ STREAM`; `index` counts the calls, or the inputs of one `map`. */
export function deriveSeed(seed: bigint, way: keyof typeof STREAMS, index: number): bigint {
  return splitMix64((seed ^ STREAMS[way]) + BigInt(index) * STEP)();
}
