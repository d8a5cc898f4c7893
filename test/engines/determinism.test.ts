/** The same plugin, input and seed give the same result and the same fuel: cold or warm, from source or from a bundle. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createNodeHost, memoryKiln } from "../../host/src/index.ts";

const SOURCE = `
//---
// name: mixture
//---

struct Point { x, y }

/// A bit of everything that could differ between runs.
/// @param rounds {integer} how many
pub fn mix(args) {
    let table = #{};
    let points = [];
    for i in 0..args.rounds {
        let n = crucible::random::range(1, 1000);
        table.insert(\`key-\${n}\`, i);
        points.push(Point { x: n, y: n as f64 / 7.0 });
    }
    let keys = table.keys().collect::<Vec>();
    let sum = 0.0;
    for point in points { sum += point.y; }
    Ok(#{ keys: keys, sum: sum, nan: (0.0 / 0.0).is_nan(), note: crucible::read_note("a.md")?, random: crucible::random::float() })
}
`;

const newHost = () => createNodeHost({ kiln: memoryKiln({ "a.md": "# A" }) });
const call = async (host: ReturnType<typeof newHost>, content: string | Uint8Array, path: string) => {
  const plugin = await host.load({ path, content });
  const { result, fuel, loadFuel, memoryBytes } = await plugin.call("mix", { rounds: 50 }, { seed: 42 });
  return { result, fuel, loadFuel, memoryBytes };
};

describe("a run", () => {
  it("is the same in another host, again in the same host, and from a bundle in a third", async () => {
    const host = newHost();
    const first = await call(host, SOURCE, "mixture.rune");
    expect(await call(host, SOURCE, "mixture.rune")).toEqual(first);
    expect(await call(newHost(), SOURCE, "mixture.rune")).toEqual(first);
    const bundle = await (await host.load({ path: "mixture.rune", content: SOURCE })).bundle();
    expect(await call(newHost(), bundle, "mixture.crub")).toEqual(first);
    expect(await call(host, bundle, "mixture.crub")).toEqual(first);
  });

  it("stays the same when the code is hot", async () => {
    const plugin = await newHost().load({ path: "mixture.rune", content: SOURCE });
    const fuels = new Set<number>();
    for (let i = 0; i < 30; i++) fuels.add((await plugin.call("mix", { rounds: 200 }, { seed: 7 })).fuel);
    expect(fuels.size).toBe(1);
  });

  it("differs with the seed, which the outcome reports", async () => {
    const plugin = await newHost().load({ path: "mixture.rune", content: SOURCE });
    const drawn = await plugin.call("mix", { rounds: 5 });
    expect((await plugin.call("mix", { rounds: 5 }, { seed: drawn.seed })).result).toEqual(drawn.result);
    expect((await plugin.call("mix", { rounds: 5 }, { seed: drawn.seed + 1n })).result).not.toEqual(drawn.result);
  });

  it("gives the same bundle for the same source, and another for another", async () => {
    const bundle = async (text: string) => (await newHost().load({ path: "mixture.rune", content: text })).bundle();
    const first = await bundle(SOURCE);
    expect(await bundle(SOURCE)).toEqual(first);
    expect(await bundle(SOURCE.replace("1000", "1001"))).not.toEqual(first);
  });
});

describe("the Rune engine", () => {
  it("imports the interfaces of crucible:plugin and nothing else", async () => {
    const engine = await newHost().engine("rune");
    expect(engine.imports).toEqual([
      "crucible:plugin/types@0.1.0",
      "crucible:plugin/kiln@0.1.0",
      "crucible:plugin/search@0.1.0",
      "crucible:plugin/graph@0.1.0",
      "crucible:plugin/state@0.1.0",
      "crucible:plugin/network@0.1.0",
      "crucible:plugin/clock@0.1.0",
      "crucible:plugin/random@0.1.0",
      "crucible:plugin/log@0.1.0",
      "crucible:plugin/session@0.1.0",
      "crucible:plugin/plugins@0.1.0",
      "crucible:plugin/datalog@0.1.0",
      "crucible:plugin/ui@0.1.0",
    ]);
  });

  it("is the artifact that its lock names", async () => {
    const lock = JSON.parse(readFileSync(new URL("../../plugins/engines/rune/build.lock", import.meta.url), "utf8"));
    const engine = await newHost().engine("rune");
    expect(JSON.stringify(lock)).toContain(engine.hash);
  });
});
