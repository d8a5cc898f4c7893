/** Finds and starts the Chromium that the tests of the browser drive. Where there is none they are skipped, and say so. */
import { accessSync, constants } from "node:fs";
import { type Browser, chromium } from "playwright-core";
import { describe } from "vitest";

const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Debian's names, and one that a person can set. */
const CANDIDATES = [process.env.CRUCIBLE_CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser"];

const chromiumPath: string | undefined = CANDIDATES.find((path) => path !== undefined && isExecutable(path));

const NO_CHROMIUM = "no Chromium is installed: apt-get install chromium, or set CRUCIBLE_CHROMIUM";

/** Tests that need it; without it they are skipped, and their title says why. */
export function describeInChromium(title: string, tests: () => void): void {
  if (chromiumPath === undefined) describe.skip(`${title} (${NO_CHROMIUM})`, tests);
  else describe(title, tests);
}

export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath!, args: FLAGS });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
