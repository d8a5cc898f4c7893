/** The pool of Web Workers in a page: calls are cancelled and late while the page goes on; what it lacks is said. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createNodeHost, type UiPower } from "../../host/src/index.ts";
import { describeInChromium, launchChromium } from "./chromium.ts";
import { ASK } from "./fixtures.ts";
import { openPage, type TestPage } from "./page.ts";
import { openSite, type Site } from "./site.ts";

const ANSWER: UiPower = { ask: async (question) => `Ada, asked ${question.text}` };

const pages = { pool: { file: "pool.ts" }, script: { file: "../../../host/src/worker/browser.ts" } };

describeInChromium("a pool of Web Workers", () => {
  let browser: Browser;
  let site: Site;
  let page: TestPage;

  beforeAll(async () => {
    [browser, site] = await Promise.all([launchChromium(), openSite({ pages })]);
    page = await openPage(browser, site, "pool");
  });

  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });

  it("stops a call that is cancelled, one that is late and one whose host is closed, while the page goes on", async () => {
    const codes = ["cancelled", "deadline", "cancelled"];
    expect(await page.run("stop")).toEqual({ codes, result: 42 });
  });

  it("counts the fuel of calls that run at once each by itself", async () => {
    expect(await page.run("beside")).toEqual([3_000_000, 5_000_000]);
  });

  it("lets a plugin wait for what the page answers later, as Node does in a thread", async () => {
    const asked = await page.run<{ fuel: number }>("ask", { plugin: ASK, isolation: "worker" });
    expect(asked).toMatchObject({ result: "Ada, asked Who?", told: ["asking"] });
    const host = createNodeHost({ isolation: "worker", workers: 1, allow: ["ui"], ui: ANSWER });
    const { fuel } = await (await host.load(ASK)).call("greet", {}, { onProgress: () => {} });
    expect(asked.fuel).toBe(fuel);
    await host.close();
  });

  it("lets a plugin wait on the page's own thread too, with the fuel of a thread", async () => {
    const input = { plugin: ASK, isolation: "inline" };
    expect(await page.run("ask", input)).toEqual(await page.run("ask", { ...input, isolation: "worker" }));
    expect(await page.run("stopAsking")).toEqual(["cancelled", "deadline", "cancelled"]);
  });

  it("runs the script that the app names, and says when there is none", async () => {
    expect(await page.run("open", { workerScript: "/script.js" })).toBe("nothing stopped it");
    expect(await page.complaints()).toEqual([]);
    expect(await page.run("open", { workerScript: "/nowhere.js" })).toBe("unavailable");
  });

  it("is refused with a number of workers that cannot be, and in a page that has no shared memory", async () => {
    expect(await page.run("open", { workers: 0 })).toBe("invalid-arguments");
    const open = await openSite({ pages, isolated: false });
    const visitor = await openPage(browser, open, "pool");
    expect(await visitor.run("open", {})).toBe("unavailable");
    expect(await visitor.run("open", { isolation: "inline" })).toBe("nothing stopped it");
    await visitor.close();
    await open.close();
  });
});
