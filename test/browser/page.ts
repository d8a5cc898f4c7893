/** A page under test: opened in a context of its own, and with everything that the browser complains about. */
import type { Browser } from "playwright-core";
import type { Site } from "./site.ts";

export interface TestPage {
  /** Calls a job that the page offers (`pages/serve.ts`) and answers what it came to. */
  run<Answer>(job: string, input?: unknown): Promise<Answer>;
  /** Errors on the console, uncaught exceptions, and violations of the Content-Security-Policy so far. */
  complaints(): Promise<readonly string[]>;
  close(): Promise<void>;
}

export async function openPage(browser: Browser, site: Site, name: string): Promise<TestPage> {
  const context = await browser.newContext();
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("crash", () => complaints.push("the page crashed"));
  await page.goto(`${site.origin}/${name}.html`);
  await page.waitForFunction("globalThis.jobs !== undefined");
  return {
    complaints: async () => [
      ...complaints,
      ...(await page.evaluate(() => (globalThis as unknown as PageGlobals).violations)),
    ],
    run: (job, input) =>
      page.evaluate(([name, value]) => (globalThis as unknown as PageGlobals).jobs[name]!(value), [
        job,
        input,
      ] as const) as never,
    close: () => context.close(),
  };
}

/** What `pages/serve.ts` puts there. */
interface PageGlobals {
  readonly violations: readonly string[];
  readonly jobs: Readonly<Record<string, (input: unknown) => Promise<unknown>>>;
}
