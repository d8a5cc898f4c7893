/** The public API with requests that are wrong: one `PluginError` each, before anything runs. */
import { describe, expect, it } from "vitest";
import { createNodeHost, memoryKiln, memoryState } from "../../host/src/index.ts";
import { failure } from "../failure.ts";

const SOURCE = { path: "greet.rune", content: "/// Greets.\npub fn greet() { 1 }" };

describe("a host", () => {
  it.each([null, undefined, "greet.rune", {}, { path: "x.rune" }, { content: "" }, { path: 1, content: "" }])(
    "refuses to load %j as invalid-arguments",
    async (file) => {
      const error = await failure(() => createNodeHost().load(file as never));
      expect(error.code).toBe("invalid-arguments");
    },
  );

  it.each([0, -1, 1.5, Number.NaN, "5"])("refuses a ceiling and a limit of %j", async (fuel) => {
    const ceiling = { fuel: fuel as number, memoryBytes: 1 << 20, timeoutMs: 1000 };
    expect((await failure(() => createNodeHost({ ceiling }))).message).toContain(`"ceiling.fuel"`);
    const plugin = await createNodeHost().load(SOURCE);
    const error = await failure(() => plugin.call("greet", {}, { fuel: fuel as number }));
    expect(error.message).toBe(
      `"fuel" must be a positive integer, got ${JSON.stringify(fuel) ?? fuel}`.replace("null", "NaN"),
    );
  });

  it("holds a caller to the app's ceiling, and a manifest silently", async () => {
    const ceiling = { fuel: 1_000_000, memoryBytes: 64 << 20, timeoutMs: 1000 };
    const plugin = await createNodeHost({ ceiling }).load({
      path: "greedy.rune",
      content: "//---\n// limits: { fuel: 5_000_000 }\n//---\n/// Spins.\npub fn spin() { loop {} }",
    });
    expect((await failure(() => plugin.call("spin", {}, { fuel: 1_000_001 }))).code).toBe("invalid-arguments");
    expect((await failure(() => plugin.call("spin"))).usage?.fuel).toBe(1_000_000);
  });

  it("refuses an approval that it cannot read when it is made", async () => {
    expect((await failure(() => createNodeHost({ allow: ["kiln.wirte"] }))).message).toContain("kiln.write");
  });

  it("answers unavailable once it is closed, whatever it was given", async () => {
    const host = createNodeHost({ kiln: memoryKiln({ "a.md": "# A" }), state: memoryState() });
    const plugin = await host.load(SOURCE);
    host.close();
    host.close();
    expect((await failure(() => plugin.call("greet"))).code).toBe("unavailable");
    expect((await failure(() => host.load(SOURCE))).code).toBe("unavailable");
  });
});
