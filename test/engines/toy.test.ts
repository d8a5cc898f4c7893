/**
 * The recipe of CONTRIBUTING.md: an engine is a component in a folder and a row in the table of engines, and nothing else of the host
 * knows it. The toy's folder is test/fixtures/toy-engine; its row is added here.
 */
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import type { EngineEntry } from "../../host/src/engines.ts";
import type { NodeHost, NodeHostOptions } from "../../host/src/index.ts";
import { failure } from "../failure.ts";
import { toyEngine } from "../fixtures/components.mjs";

const PACKAGE = fileURLToPath(new URL("../../", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "toy-engine-"));

const SOURCE = `#---
# name: polite
# description: Says what it is told to
# limits: { fuel: 1_000_000 }
#---
{ "said": ["Good morning", 1] }`;

let createNodeHost: (options?: NodeHostOptions) => NodeHost;
let host: NodeHost;

beforeAll(async () => {
  const artifact = join(folder, "toy.wasm");
  const bytes = await toyEngine();
  writeFileSync(artifact, bytes);
  const toy: EngineEntry = {
    artifact: relative(PACKAGE, artifact),
    sha256: createHash("sha256").update(bytes).digest("hex"),
    extensions: [".toy"],
    comment: "#",
  };
  vi.doMock("../../host/src/engines.ts", async (original: () => Promise<{ ENGINES: Record<string, EngineEntry> }>) => ({
    ENGINES: { ...(await original()).ENGINES, toy },
  }));
  ({ createNodeHost } = await import("../../host/src/index.ts"));
  host = createNodeHost();
});
afterAll(async () => {
  await host.close();
  rmSync(folder, { recursive: true });
});

it("a file with the row's extension is a plugin of the engine, with a manifest behind the row's comments", async () => {
  const plugin = await host.load({ path: "polite.toy", content: SOURCE });
  expect(plugin.engine).toMatchObject({ name: "toy", abi: "toy-1" });
  expect(plugin.manifest.description).toBe("Says what it is told to");
  expect(plugin.tools.map(({ name }) => name)).toEqual(["say"]);
  expect((await plugin.call("say")).result).toEqual({ said: ["Good morning", 1] });
});

it("its code travels in a bundle, runs open and in a worker, with the same fuel", async () => {
  const plugin = await host.load({ path: "polite.toy", content: SOURCE });
  const { fuel } = await plugin.call("say");
  const bundled = await host.load({ path: "polite.crub", content: await plugin.bundle() });
  expect(await bundled.call("say")).toMatchObject({ result: { said: ["Good morning", 1] }, fuel });
  const open = await bundled.open();
  expect((await open.call("say")).result).toEqual({ said: ["Good morning", 1] });
  await open.close();
  const workers = createNodeHost({ isolation: "worker", workers: 1 });
  expect((await (await workers.load({ path: "polite.toy", content: SOURCE })).call("say")).fuel).toBe(fuel);
  await workers.close();
});

it("what it says of a source is what the author reads", async () => {
  expect(await failure(host.load({ path: "silent.toy", content: `${SOURCE}\n` }))).toMatchObject({
    code: "compile-error",
    message: "the last line is empty",
  });
});
