/** A target whose third case takes all the heap. */
export const input = (seed: number) => `input of ${seed}`;

export function run(seed: number): void {
  if (seed !== 3) return;
  const kept: number[][] = [];
  for (;;) kept.push(new Array<number>(10_000_000).fill(seed + 0.5));
}
