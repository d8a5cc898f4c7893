/** A plugin has the same result and fuel whichever of V8's compilers made its code; `determinism.test.ts` has code that becomes hot. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const home = mkdtempSync(join(tmpdir(), "crucible-tiers-"));
afterAll(() => rmSync(home, { recursive: true }));

function roll(...flags: string[]) {
  const command = ["host/dist/cli/main.js", "plugins", "run", "plugins/examples/dice-roller/dice-roller.rune"];
  const request = ["roll", "dice=20d20kh7", "--seed", "9", "--json"];
  const options = { cwd: root, encoding: "utf8", env: { PATH: process.env.PATH, XDG_CACHE_HOME: home } } as const;
  const { result, fuel, loadFuel } = JSON.parse(
    execFileSync(process.execPath, [...flags, ...command, ...request], options),
  );
  return { result, fuel, loadFuel };
}

let usual: ReturnType<typeof roll>;
beforeAll(() => {
  usual = roll();
});

it.each([
  ["the baseline compiler alone", ["--liftoff-only"]],
  ["the optimizing compiler alone", ["--no-liftoff"]],
])("%s, cold and from the cache", (_, flags) => {
  rmSync(join(home, "crucible"), { recursive: true, force: true });
  expect(roll(...flags)).toEqual(usual);
  expect(roll(...flags)).toEqual(usual);
});
