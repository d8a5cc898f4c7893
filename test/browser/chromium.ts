/** Finds and starts the Chromium that the tests of the browser drive. Where there is none they are skipped, and say so. */
import { accessSync, constants } from "node:fs";
import { type Browser, chromium } from "playwright-core";

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

export const chromiumPath: string | undefined = CANDIDATES.find((path) => path !== undefined && isExecutable(path));

/** For the title of what is skipped. */
export const NO_CHROMIUM = "no Chromium is installed: apt-get install chromium, or set CRUCIBLE_CHROMIUM";

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
