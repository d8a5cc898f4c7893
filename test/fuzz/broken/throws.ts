/** A target that finds something in its third case. */
export const input = (seed: number) => `input of ${seed}`;

export function run(seed: number): void {
  if (seed !== 3) return;
  throw new Error("three");
}
