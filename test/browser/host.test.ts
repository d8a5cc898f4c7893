/**
 * The host in Chromium, under a strict Content-Security-Policy: the same results, the same failures and the same fuel as in Node,
 * in a page and in a Web Worker, cold and after the optimizing compiler had its turn.
 */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createNodeHost, memoryKiln, memoryState } from "../../host/src/index.ts";
import { describeInChromium, launchChromium } from "./chromium.ts";
import { CALL_RUNE, COUNT, NOTES, PROGRAMS, ROLL } from "./fixtures.ts";
import { openPage, type TestPage } from "./page.ts";
import { callsOfOpenInstance, loadProgram, type Outcome, runProgram } from "./programs.ts";
import { openSite, type Site } from "./site.ts";

const programs = PROGRAMS.map(([program]) => program);

describeInChromium("a host in Chromium", () => {
  let browser: Browser;
  let site: Site;
  let page: TestPage;
  let inNode: readonly Outcome[];

  beforeAll(async () => {
    [browser, site] = await Promise.all([launchChromium(), openSite({ pages: { main: { file: "main.ts" } } })]);
    page = await openPage(browser, site, "main");
    const host = createNodeHost({ kiln: memoryKiln(NOTES), state: memoryState() });
    const outcomes: Outcome[] = [];
    for (const program of programs) outcomes.push(await runProgram(host, program));
    host.close();
    inNode = outcomes;
  });

  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });

  it("is tested with programs that end as they should in Node", () => {
    expect(inNode.map(({ name, error }) => [name, error?.code])).toEqual(
      PROGRAMS.map(([{ name }, code]) => [name, code]),
    );
  });

  it("gives in a page what Node gives: results, errors, fuel, memory", async () => {
    expect(await page.run("programs", { programs, notes: NOTES })).toEqual(inNode);
  });

  it("gives in a Web Worker what Node gives", async () => {
    const input = { programs, notes: NOTES };
    expect(await page.run("inWorker", { job: "programs", input })).toEqual(inNode);
  });

  it("gives in a pool of Web Workers what Node gives", async () => {
    const input = { programs, notes: NOTES, isolation: "worker" };
    expect(await page.run("programs", input)).toEqual(inNode);
  });

  it("takes the same fuel in hundreds of calls, while the code is compiled anew", async () => {
    const expected = [inNode.find(({ name }) => name === ROLL.name)?.fuel];
    expect(await page.run("fuels", { program: ROLL, times: 300 })).toEqual(expected);
  });

  it("keeps an instance open as Node does, inline and in the pool", async () => {
    const expected = await callsOfOpenInstance(createNodeHost(), COUNT, 12);
    expect(expected.map(({ result }) => result)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2]);
    const input = { program: COUNT, times: 12 };
    expect(await page.run("opened", input)).toEqual(expected);
    expect(await page.run("opened", { ...input, isolation: "worker" })).toEqual(expected);
  });

  it("records the very file that Node records, and replays it: the same result and the same fuel", async () => {
    const program = programs.find(({ name }) => name === "mixture")!;
    const recordHere = async () => {
      const host = createNodeHost({ kiln: memoryKiln(NOTES), state: memoryState() });
      const plugin = await loadProgram(host, program);
      return plugin.call(program.tool, {}, { seed: 42, record: true });
    };
    const { recording, result, fuel } = await recordHere();
    expect(await page.run("replay", { program, recording })).toEqual({ result, fuel });
    const recorded = await page.run<typeof recording>("record", { program, notes: NOTES });
    expect(recorded).toEqual({ result, fuel, recording });
  });

  it("says that a page's own thread makes no instance of 9 MiB without waiting, where a worker does", async () => {
    expect(await page.run("startAtOnce")).toBe("unavailable");
    expect(await page.run("inWorker", { job: "startAtOnce" })).toBe("started");
  });

  it("lets plugins call plugins in Rune where that is so, as in Node, and says so where it is not", async () => {
    const expected = await runProgram(createNodeHost(), CALL_RUNE);
    expect(expected.result).toMatchObject({ dice: "2d6" });
    const input = { programs: [CALL_RUNE], notes: {} };
    expect(await page.run("programs", { ...input, isolation: "worker" })).toEqual([expected]);
    expect(await page.run("inWorker", { job: "programs", input })).toEqual([expected]);
    expect(await page.run("programs", input)).toMatchObject([{ result: "unavailable" }]);
  });

  it("needs no isolation from other origins, and no evaluation of text, which the policy forbids", async () => {
    const open = await openSite({ pages: { main: { file: "main.ts" } }, isolated: false });
    const visitor = await openPage(browser, open, "main");
    expect(await visitor.run("isolated")).toBe(false);
    const input = { programs: [ROLL], notes: {} };
    expect(await visitor.run("programs", input)).toEqual(inNode.slice(0, 1));
    expect(await visitor.run("inWorker", { job: "programs", input })).toEqual(inNode.slice(0, 1));
    expect(await visitor.complaints()).toEqual([]);
    expect(await visitor.run("evaluate")).toBe("EvalError");
    expect(await visitor.complaints()).toEqual(["violates script-src: eval"]);
    await visitor.close();
    await open.close();
  });

  it("made the browser complain of nothing, neither on the console nor of the policy", async () => {
    expect(await page.complaints()).toEqual([]);
  });
});
