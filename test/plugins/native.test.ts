/** Plugins that bring their own WebAssembly: loaded from a component, from a bundle, with a manifest beside or inside. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { createNodeHost, memoryKiln } from "../../host/src/index.ts";
import type { PluginFile } from "../../host/src/plugins/source.ts";
import { failure } from "../failure.ts";
import { parrot, parrotManifest, pluginComponent } from "../fixtures/components.mjs";

/** Asks the kiln whether there is a note, and answers whether it was told. */
const READER = `(module
  (import "crucible:plugin/kiln@0.1.0" "note-exists" (func $exists (param i32 i32 i32)))
  (memory (export "memory") 1)
  (data (i32.const 64) "a.md" "true" "false" "\\"denied\\"")
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 4096))
  (func (export "crucible:plugin/guest@0.1.0#tools") (result i32)
    (i32.store (i32.const 128) (i32.const 0))
    (i32.store (i32.const 132) (i32.const 0))
    (i32.const 128))
  (func (export "crucible:plugin/guest@0.1.0#call") (param i32 i32 i32 i32) (result i32)
    (call $exists (i32.const 64) (i32.const 4) (i32.const 256))
    (i32.store (i32.const 132) (select (i32.const 77) (select (i32.const 68) (i32.const 72) (i32.load8_u (i32.const 260))) (i32.load8_u (i32.const 256))))
    (i32.store (i32.const 136) (select (i32.const 8) (select (i32.const 4) (i32.const 5) (i32.load8_u (i32.const 260))) (i32.load8_u (i32.const 256))))
    (i32.store8 (i32.const 128) (i32.const 0))
    (i32.const 128)))`;

const READER_MANIFEST = `name = "reader"
tools = [{ name = "look" }]
`;

let component: Uint8Array;
let reader: Uint8Array;

beforeAll(async () => {
  component = await parrot();
  reader = await pluginComponent(READER);
});

const file = (content: Uint8Array, text?: string, path = "parrot.wasm"): PluginFile => ({
  path,
  content,
  ...(text !== undefined && { sidecar: { path: path.replace(/wasm$/, "toml"), text } }),
});

/** The component with a custom section at its end. */
function withSection(bytes: Uint8Array, name: string, content: string): Uint8Array {
  const text = new TextEncoder().encode(content);
  const body = [name.length, ...new TextEncoder().encode(name), ...text];
  return Uint8Array.from([...bytes, 0, (body.length & 0x7f) | 0x80, body.length >> 7, ...body]);
}

describe("a native plugin", () => {
  it("is loaded from its component, with the manifest beside it", async () => {
    const plugin = await createNodeHost().load(file(component, parrotManifest));
    expect(plugin.name).toBe("parrot");
    expect(plugin.manifest.version).toBe("1.0.0");
    expect(plugin.engine).toMatchObject({ name: "wasm", abi: "crucible:plugin@0.1.0" });
    expect(plugin.tools.map(({ name }) => name)).toContain("echo");
    expect((await plugin.call("echo", { a: [1, null] })).result).toEqual({ a: [1, null] });
  });

  it("is loaded with the manifest inside of it, or with none", async () => {
    const inside = withSection(component, "crucible:manifest", parrotManifest.replace('"parrot"', '"macaw"'));
    expect((await createNodeHost().load(file(inside))).name).toBe("macaw");
    const plugin = await createNodeHost().load(file(component, undefined, "plugins/My Parrot.wasm"));
    expect(plugin.name).toBe("my-parrot");
  });

  it("has one manifest, in UTF-8, of a plugin in WebAssembly", async () => {
    const inside = withSection(component, "crucible:manifest", parrotManifest);
    const wrong: readonly (readonly [PluginFile, string])[] = [
      [file(inside, parrotManifest), "two manifests"],
      [file(withSection(inside, "crucible:manifest", "")), "more than one section"],
      [file(withSection(component, "crucible:manifest", "x".repeat(70_000).slice(0, 16_000))), "crucible"],
      [file(component, 'name = "parrot"\nengine = "rune"'), "which runs as wasm"],
      [file(component, 'name = "Parrot!"'), "a-z"],
    ];
    for (const [wrongFile, words] of wrong) {
      const error = await failure(() => createNodeHost().load(wrongFile));
      expect(error.code, error.message).toBe("invalid-manifest");
      if (words !== "crucible") expect(error.message).toContain(words);
    }
  });

  it("is no core module, no text and no engine's exports alone", async () => {
    const core = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
    for (const content of [core, new Uint8Array(), "(component)"]) {
      const error = await failure(() => createNodeHost().load({ path: "x.wasm", content }));
      expect(error.code).toBe("invalid-module");
      expect(error.message).toContain("no WebAssembly component");
    }
    const empty = Uint8Array.of(0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0);
    const error = await failure(() => createNodeHost().load(file(empty)));
    expect(error.code).toBe("invalid-module");
    expect(error.message).toContain("does not export crucible:plugin/guest@0.1.0");
  });

  it("computes the same, with the same fuel, from its component and from a bundle in another host", async () => {
    const plugin = await createNodeHost().load(file(component, parrotManifest));
    const bundle = await plugin.bundle();
    const copy = await createNodeHost().load({ path: "p.crub", content: bundle });
    expect(copy.manifest).toEqual(plugin.manifest);
    expect(copy.engine).toEqual(plugin.engine);
    expect(await copy.bundle()).toEqual(bundle);
    const [one, two] = [await plugin.call("echo", { b: "ž" }), await copy.call("echo", { b: "ž" })];
    expect([two.result, two.fuel, two.loadFuel]).toEqual([one.result, one.fuel, one.loadFuel]);
  });

  it("is the same when it is loaded from a cache", async () => {
    const cacheFolder = mkdtempSync(join(tmpdir(), "crucible-native-"));
    try {
      const load = () => createNodeHost({ cacheFolder }).load(file(component, parrotManifest));
      const cold = await load();
      const warm = await load();
      expect(warm.tools).toEqual(cold.tools);
      expect(warm.loadFuel).toBe(cold.loadFuel);
      const [one, two] = [await cold.call("echo", { b: 1 }), await warm.call("echo", { b: 1 })];
      expect([two.result, two.fuel]).toEqual([one.result, one.fuel]);
    } finally {
      rmSync(cacheFolder, { recursive: true, force: true });
    }
  });

  it("does not start when it imports what is not granted, and the error names the interface", async () => {
    const kiln = memoryKiln({ "a.md": "# A" });
    const host = createNodeHost({ kiln });
    const denied = await host.load(file(reader, `${READER_MANIFEST}capabilities = []`, "reader.wasm"));
    for (const start of [() => denied.call("look"), () => denied.open()]) {
      const error = await failure(start);
      expect(error.code).toBe("denied");
      expect(error.message).toContain("crucible:plugin/kiln@0.1.0");
      expect(error.hint).toContain("kiln.read or kiln.write");
      expect(error.usage).toBeUndefined();
    }
    const granted = await host.load(file(reader, `${READER_MANIFEST}capabilities = ["kiln.read"]`, "reader.wasm"));
    expect((await granted.call("look")).result).toBe(true);
  });

  it("is told denied outside of the scope that it was granted", async () => {
    const manifest = `${READER_MANIFEST}capabilities = [{ "kiln.read" = { folders = ["elsewhere/**"] } }]`;
    const plugin = await createNodeHost({ kiln: memoryKiln({ "a.md": "# A" }) }).load(file(reader, manifest));
    expect((await plugin.call("look")).result).toBe("denied");
  });

  it("is described by the same WIT package that the fixture's source names", () => {
    const wat = readFileSync(new URL("../fixtures/parrot/parrot.wat", import.meta.url), "utf8");
    const wit = readFileSync(new URL("../../wit/worlds.wit", import.meta.url), "utf8");
    expect(wit).toContain("package crucible:plugin@0.1.0;");
    expect(wat).toContain("crucible:plugin/guest@0.1.0#call");
  });
});
