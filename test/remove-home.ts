/** Removes the folder that stands for the user's own while the tests run; `vitest.config.ts` makes it. */
import { rmSync } from "node:fs";

export function teardown(): void {
  const home = process.env.CRUCIBLE_TEST_HOME;
  if (home !== undefined) rmSync(home, { recursive: true, force: true });
}
