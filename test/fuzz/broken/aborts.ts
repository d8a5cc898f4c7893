/** A target whose third case ends the process. */
export const input = (seed: number) => `input of ${seed}`;

export function run(seed: number): void {
  if (seed !== 3) return;
  process.abort();
}
