/**
 * Six kernels in C (`kernels.c`; built with `clang-19 --target=wasm32 -O3 -nostdlib -mbulk-memory -Wl,--no-entry`): name and a size
 * that runs in some milliseconds.
 */
export const KERNELS: readonly (readonly [string, number])[] = [
  ["fib", 22],
  ["sieve", 100_000],
  ["matmul", 60],
  ["sha", 1_000],
  ["sort", 20_000],
  ["collatz", 10_000],
];
