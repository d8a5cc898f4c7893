/** A target whose third case never ends. */
export const input = (seed: number) => `input of ${seed}`;

export function run(seed: number): void {
  if (seed !== 3) return;
  for (;;);
}
