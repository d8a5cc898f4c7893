/** With a cache a plugin starts sooner and is otherwise the same. */
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createNodeHost } from "../../host/src/index.ts";

const SOURCE = `
//---
// name: cached
//---
/// Adds up.
/// @param n {integer} how many
pub fn sum(args) { let total = 0; for i in 0..args.n { total += i; } total + crucible::random::range(1, 6) }
`;

let top = "";
beforeAll(() => {
  top = fs.mkdtempSync(join(tmpdir(), "crucible-cache-"));
});
afterAll(() => fs.rmSync(top, { recursive: true, force: true }));

async function run(cacheFolder: string | undefined) {
  const host = createNodeHost(cacheFolder === undefined ? {} : { cacheFolder });
  const plugin = await host.load({ path: "cached.rune", content: SOURCE });
  const { result, fuel, loadFuel, memoryBytes } = await plugin.call("sum", { n: 100 }, { seed: 1 });
  const bundle = await plugin.bundle();
  host.close();
  return { result, fuel, loadFuel, memoryBytes, tools: plugin.tools, bundle, imports: plugin.engine.imports };
}

describe("a plugin", () => {
  it("gives the same result, fuel, tools and bundle without a cache, filling it, and from it", async () => {
    const folder = join(top, "same");
    const without = await run(undefined);
    expect(await run(folder)).toEqual(without);
    const kept = fs.readdirSync(folder);
    expect(kept).toHaveLength(4); // engine, its warm image, code, the plugin's image
    expect(await run(folder)).toEqual(without);
    expect(fs.readdirSync(folder)).toEqual(kept);
  });

  it("is rebuilt when entries of the cache are damaged or gone, whichever they are", async () => {
    const folder = join(top, "damaged");
    const first = await run(folder);
    for (const name of fs.readdirSync(folder)) {
      const file = join(folder, name);
      const content = fs.readFileSync(file);
      content[content.length >> 1]! ^= 0xff;
      fs.writeFileSync(file, content);
      expect(await run(folder)).toEqual(first);
      fs.rmSync(file);
      expect(await run(folder)).toEqual(first);
    }
  });

  it("works when several processes fill one cache at the same time", async () => {
    const plugin = join(top, "cached.rune");
    fs.writeFileSync(plugin, SOURCE);
    const cru = fileURLToPath(new URL("../../host/dist/cli/main.js", import.meta.url));
    const start = () =>
      new Promise<string>((resolve, reject) => {
        const child = spawn(
          process.execPath,
          [cru, "plugins", "run", plugin, "sum", "n=100", "--seed", "1", "--json", "--kiln", top],
          { env: { ...process.env, XDG_CACHE_HOME: join(top, "shared") }, stdio: ["ignore", "pipe", "inherit"] },
        );
        let output = "";
        child.stdout.on("data", (chunk) => {
          output += chunk;
        });
        child.on("error", reject);
        child.on("close", () => resolve(output));
      });
    const outputs = await Promise.all([start(), start(), start()]);
    const figures = outputs.map((output) => {
      const { result, fuel, loadFuel } = JSON.parse(output);
      return { result, fuel, loadFuel };
    });
    const { result, fuel, loadFuel } = await run(undefined);
    expect(figures).toEqual([1, 2, 3].map(() => ({ result, fuel, loadFuel })));
  });
});
