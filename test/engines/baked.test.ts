/** Engines that the build computed are the same engines, only sooner; what is wrong with them is computed again. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { ENGINES, type EngineName } from "../../host/src/engines.ts";
import { type BakedEngines, bakeEngines, INDEX, openBakedEngines } from "../../host/src/plugins/baked-engines.ts";
import { PluginHost } from "../../host/src/plugins/host.ts";
import { frozenClock } from "../../host/src/powers/memory/clock.ts";
import type { ArtifactCache } from "../../host/src/powers/types.ts";

const root = new URL("../../", import.meta.url);
const SOURCE = `
/// Adds up.
/// @param n {integer} how many
pub fn sum(args) { let total = 0; for i in 0..args.n { total += i; } total + crucible::random::range(1, 6) }
`;

let read: string[] = [];
function openHost(options: { cache?: ArtifactCache; baked?: BakedEngines }): PluginHost {
  return new PluginHost({
    engines: async (name: EngineName) => {
      read.push(name);
      return readFileSync(new URL(ENGINES[name].artifact, root));
    },
    powers: { clock: frozenClock(0) },
    now: () => performance.now(),
    drawSeed: () => 0n,
    ...options,
  });
}

async function run(baked: BakedEngines | undefined) {
  read = [];
  const host = openHost(baked ? { baked } : {});
  const plugin = await host.load({ path: "sum.rune", content: SOURCE });
  const { result, fuel, loadFuel, memoryBytes } = await plugin.call("sum", { n: 100 }, { seed: 1 });
  const { imports, hash, abi } = plugin.engine;
  host.close();
  return { result, fuel, loadFuel, memoryBytes, bundle: await plugin.bundle(), imports, hash, abi };
}

let files: ReadonlyMap<string, Uint8Array>;
let computed: Awaited<ReturnType<typeof run>>;
beforeAll(async () => {
  files = await bakeEngines("this build", (cache) => openHost({ cache }));
  computed = await run(undefined);
});

const opened = (content: ReadonlyMap<string, Uint8Array>, buildId: string | undefined = "this build") =>
  openBakedEngines({ buildId, read: async (path) => content.get(path) });

describe("a baked engine", () => {
  it("gives the same results, fuel and bundles as one that is computed, and its component is not even read", async () => {
    expect(await run(opened(files))).toEqual(computed);
    expect(read).toEqual([]);
  });

  it("is not used by another build of the host, nor by one that runs from its sources", async () => {
    for (const baked of [
      opened(files, "another build"),
      openBakedEngines({
        buildId: undefined,
        read: async () => {
          throw new Error("a host from its sources reads nothing baked");
        },
      }),
    ]) {
      expect(await run(baked)).toEqual(computed);
      expect(read).toEqual(["rune"]);
    }
  });

  it("is not there when a file is damaged, cut off, empty, another's, or gone", async () => {
    const other = new Uint8Array(files.get("rune/warm.artifact")!);
    const intact = opened(files);
    const hash = await intact.componentHash("rune");
    for (const [path, bytes] of files) {
      if (path !== INDEX && !path.startsWith("rune/")) continue;
      const key = path === INDEX ? `${hash}-engine` : `${hash}-${path.slice("rune/".length, -".artifact".length)}`;
      expect(await intact.get(key)).toBeDefined();
      const flipped = bytes.slice();
      flipped[flipped.length >> 1]! ^= 1;
      const cut = bytes.subarray(0, bytes.length >> 1);
      const wrongs = [cut, new Uint8Array(0), undefined];
      if (path !== INDEX) wrongs.push(flipped);
      if (bytes.length !== other.length) wrongs.push(other);
      for (const wrong of wrongs) {
        const content = new Map(files);
        if (wrong) content.set(path, wrong);
        else content.delete(path);
        expect(await opened(content).get(key)).toBeUndefined();
      }
    }
  });

  it("is computed when its artifact is damaged", async () => {
    const content = new Map(files);
    content.set("rune/engine.artifact", files.get("rune/warm.artifact")!);
    expect(await run(opened(content))).toEqual(computed);
    expect(read).toEqual(["rune"]);
  });

  it("answers no key that is not its own", async () => {
    const baked = opened(files);
    for (const key of ["__proto__", "constructor", "toString", ""]) {
      expect(await baked.get(key)).toBeUndefined();
      expect(await baked.componentHash(key as EngineName)).toBeUndefined();
    }
  });
});

it("host/dist holds every engine, for the build that it is", async () => {
  const dist = new URL("host/dist/", root);
  const { BUILD_ID } = (await import(fileURLToPath(new URL("build-id.js", dist)))) as { BUILD_ID: string };
  const baked = openBakedEngines({
    buildId: BUILD_ID,
    read: async (path) => readFileSync(new URL(`engines/${path}`, dist)),
  });
  for (const name of Object.keys(ENGINES) as EngineName[]) {
    const hash = await baked.componentHash(name);
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(await baked.get(`${hash}-engine`)).toBeDefined();
    expect(await baked.get(`${hash}-warm`)).toBeDefined();
  }
});
