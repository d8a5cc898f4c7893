/** The examples for pages in README.md and docs/browser.md, run as they are written: bundled from the built package, under the policy. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeInChromium, launchChromium } from "./chromium.ts";
import { openSite, type Site } from "./site.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const examples = ["README.md", "docs/browser.md"].flatMap((document) => examplesOf(document));
const pages = examples.filter(({ promised }) => promised.length > 0);

describeInChromium("examples for pages", () => {
  // Inside the package, so that its own name resolves; deleted afterwards.
  const scratch = mkdtempSync(join(root, ".docs-"));
  let browser: Browser;
  let site: Site;

  beforeAll(async () => {
    for (const { file, code } of examples) writeFileSync(join(scratch, file), code);
    const entries = pages.map(({ file }) => [file.replace(".js", ""), { file: join(scratch, file) }]);
    [browser, site] = await Promise.all([
      launchChromium(),
      openSite({ pages: Object.fromEntries(entries), published: true }),
    ]);
  });

  afterAll(async () => {
    await browser?.close();
    await site?.close();
    rmSync(scratch, { recursive: true });
  });

  it("are in both documents", () => {
    expect(pages.map(({ document }) => document)).toEqual(expect.arrayContaining(["README.md", "docs/browser.md"]));
  });

  it.each(pages)("$file of $document prints what its comments say, and nothing else", async ({ file, promised }) => {
    const page = await browser.newPage();
    const printed: string[] = [];
    page.on("console", (message) => printed.push(message.text()));
    page.on("pageerror", (error) => printed.push(String(error)));
    await page.goto(`${site.origin}/${file.replace(".js", ".html")}`);
    await expect.poll(() => printed.length, { timeout: 30_000 }).toBeGreaterThanOrEqual(promised.length);
    expect(printed).toEqual(promised);
    await page.close();
  });
});

/** Blocks that begin with `js browser` and perhaps a file's name; the comment behind a `console.log` is what it prints. */
function examplesOf(document: string) {
  const text = readFileSync(join(root, document), "utf8");
  return [...text.matchAll(/^```js browser ?(\S*)\n(.*?)^```/gms)].map(([, file, code = ""]) => ({
    document,
    file: file || `${document.toLowerCase().replaceAll(/\W/g, "-")}.js`,
    code,
    promised: [...code.matchAll(/console\.log\(.*\);? \/\/ (.*)$/gm)].map(([, shown = ""]) => shown),
  }));
}
