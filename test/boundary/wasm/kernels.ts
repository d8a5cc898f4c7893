/** Six kernels in C, the ones that are measured (`bench/fixtures/kernels.c`): name and a size that runs in some milliseconds. */
import { readFileSync } from "node:fs";

export const KERNELS: readonly (readonly [string, number])[] = [
  ["fib", 22],
  ["sieve", 100_000],
  ["matmul", 60],
  ["sha256", 1_000],
  ["quicksort", 20_000],
  ["collatz", 10_000],
];

export function kernelModule(): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(readFileSync(new URL("../../../bench/fixtures/kernels.wasm", import.meta.url)));
}
