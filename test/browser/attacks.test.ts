/** Attacks that only a page knows: what comes over the network instead of an engine, and an app whose `Object.prototype` was polluted. */
import { readFileSync } from "node:fs";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeInChromium, launchChromium } from "./chromium.ts";
import { openPage, type TestPage } from "./page.ts";
import type { Outcome as Refusal } from "./pages/attacked.ts";
import { openSite, type Site } from "./site.ts";

const engine = readFileSync(new URL("../../plugins/engines/rune/rune.wasm", import.meta.url));

/** One bit, in the code: it still compiles. */
function tampered(): Uint8Array {
  const bytes = new Uint8Array(engine);
  bytes[bytes.length >> 1]! ^= 1;
  return bytes;
}

const files = {
  "/tampered/rune.wasm": tampered(),
  "/short/rune.wasm": engine.subarray(0, engine.length - 1),
  "/empty/rune.wasm": new Uint8Array(),
  "/page/rune.wasm": "<!doctype html><title>Not found</title>",
  "/endless/rune.wasm": new Uint8Array(65 << 20),
};

describeInChromium("an attack on a page", () => {
  let browser: Browser;
  let site: Site;
  let page: TestPage;

  beforeAll(async () => {
    [browser, site] = await Promise.all([
      launchChromium(),
      openSite({ pages: { attacked: { file: "attacked.ts" } }, files }),
    ]);
    page = await openPage(browser, site, "attacked");
  });

  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });

  it.each([
    ["/tampered/", "invalid-module"],
    ["/short/", "invalid-module"],
    ["/empty/", "invalid-module"],
    ["/page/", "invalid-module"],
    ["/endless/", "transfer-limit"],
  ])("by the server, with another engine in %s, ends in %s", async (engines, code) => {
    const refusal = await page.run<Refusal>("load", { engines });
    expect(refusal).toMatchObject({ code, message: expect.stringContaining(`${engines}rune.wasm`) });
  });

  it("by a loader that changes the bytes after it handed them over changes nothing", async () => {
    expect(await page.run("changeAfterwards")).toEqual({ result: "fine" });
  });

  it("by a loader that brings another engine ends in invalid-module", async () => {
    expect(await page.run("bringAnother")).toMatchObject({ code: "invalid-module" });
  });

  it("by pollution of Object.prototype ends in unavailable, when a host is made, a plugin loaded or called", async () => {
    const pollutions = ["constructor", "load", "call"].flatMap((moment) =>
      POLLUTION.map(([name, value]) => ({ moment, name, value })),
    );
    const refusals = await page.run<readonly Refusal[]>("pollute", pollutions);
    expect(refusals).toEqual(
      pollutions.map(({ name }) => ({ code: "unavailable", message: expect.stringContaining(`"${name}"`) })),
    );
  });

  it("by a getter, a symbol or a hidden property there ends so too", async () => {
    const forms = ["getter", "symbol", "hidden"].map((form) => ({ moment: "call", name: "image", value: 1, form }));
    const refusals = await page.run<readonly Refusal[]>("pollute", forms);
    expect(refusals.map(({ code }) => code)).toEqual(forms.map(() => "unavailable"));
  });

  it("leaves a page that works once it is over", async () => {
    expect(await page.run("load", { engines: "/engines/" })).toEqual({ result: "fine" });
    expect(await page.complaints()).toEqual([]);
  });
});

/** Each would decide over something: grants, limits, code that passes for metered, memory that is shared. */
const POLLUTION: readonly (readonly [string, unknown])[] = [
  ["allow", ["kiln.write=**"]],
  ["kiln.write", { folders: ["**"] }],
  ["network", { hosts: ["*"] }],
  ["fuel", 1e15],
  ["metered", []],
  ["canonicalizeNaN", false],
  ["shared", true],
];
