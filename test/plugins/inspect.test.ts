/** What a plugin's file is made of, and all reasons why it would be refused: for every kind of file, and for bytes that are none. */
import { parse } from "@bytecodealliance/jco";
import { beforeAll, describe, expect, it } from "vitest";
import wabtFactory from "wabt";
import { createNodeHost } from "../../host/src/index.ts";
import { inspectPlugin } from "../../host/src/plugins/inspect.ts";
import type { PluginFile } from "../../host/src/plugins/source.ts";
import { parrot, parrotManifest } from "../fixtures/components.mjs";
import { extismFixture } from "../fixtures/extism/fixtures.ts";
import { mutateBytes, picker } from "../fuzz/support.ts";

let component: Uint8Array;
beforeAll(async () => {
  component = await parrot();
});

const file = (content: Uint8Array | string, manifest?: string, path = "parrot.wasm"): PluginFile => ({
  path,
  content,
  ...(manifest !== undefined && { sidecar: { path: "parrot.toml", text: manifest } }),
});

const messages = async (plugin: PluginFile) => (await inspectPlugin(plugin)).problems.map(({ message }) => message);

describe("a component", () => {
  it("is shown with its interfaces in WIT, memory, manifest and the tools that made it", async () => {
    const found = await inspectPlugin(file(component, parrotManifest));
    expect(found).toMatchObject({ kind: "component", bytes: component.length, problems: [] });
    expect(found.manifest?.name).toBe("parrot");
    expect(found.modules[0]).toMatchObject({ memory: { minimum: expect.any(Number) } });
    expect(found.exports).toEqual([
      {
        name: "crucible:plugin/guest@0.1.0",
        functions: [
          expect.stringContaining("tools: func() -> list<record { name: string"),
          "call: func(name: string, args: string) -> result<string, failure>",
        ],
      },
    ]);
    expect(found.producers.map(({ name }) => name)).toContain("wit-component");
  });

  it("is told every reason, with offsets, not only the first", async () => {
    const wat = `(component
      (import "wasi:cli/environment@0.2.0" (instance))
      (import "evil:host/files" (instance (export "open" (func (param "path" string)))))
      (core module (func (drop (i32.const 1)) (drop (i32.atomic.load (i32.const 0)))) (memory 1)))`;
    const problems = await messages(file(new Uint8Array(await parse(wat))));
    expect(problems).toHaveLength(4);
    expect(problems[0]).toContain("wasi:cli/environment@0.2.0, which this host does not know");
    expect(problems[1]).toContain("evil:host/files, which this host does not know");
    expect(problems[2]).toContain("does not export crucible:plugin/guest@0.1.0");
    expect(problems[3]).toMatch(/^Core module 0: .*at byte \d+.*threads \(atomic instructions\)/);
    const modules = `(component (core module (memory 1 1 shared)) (core module) (core module (table i64 1 funcref)))`;
    const each = await messages(file(new Uint8Array(await parse(modules))));
    expect(each).toHaveLength(2);
    expect(each[0]).toMatch(/^Core module 0: .*threads \(a shared memory\)/);
    expect(each[1]).toMatch(/^Core module 2: .*memory64/);
  });

  it("that lacks a grant, or memory, would not start", async () => {
    const { problems } = await inspectPlugin(
      file(component, `${parrotManifest.replace(/^capabilities.*$/m, "")}\nlimits = { memory = "1KiB" }`),
    );
    expect(problems.map(({ code }) => code)).toContain("memory-limit");
  });

  it("of a million modules is looked at as far as one may go", async () => {
    const module = [1, 8, 0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
    const bytes = new Uint8Array(8 + 1_000_000 * module.length);
    bytes.set([0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0]);
    for (let at = 8; at < bytes.length; at += module.length) bytes.set(module, at);
    const { modules, problems } = await inspectPlugin(file(bytes, parrotManifest));
    expect(modules).toHaveLength(64);
    expect(problems.map(({ message }) => message)).toEqual([expect.stringContaining("more than 64 core modules")]);
  });

  it("of long names is shown in lines that a person can read", async () => {
    const [long, many] = ["a".repeat(100_000), Array.from({ length: 3_000 }, (_, index) => index)];
    const type = `(func (param "${long}" u32) (param "b" (tuple ${"u8 ".repeat(9)})))`;
    const functions = many.map((index) => `(export "f${index}" (func (type $t)))`).join(" ");
    const wat = `(component (import "evil:host/files" (instance (type $t ${type}) ${functions})))`;
    const found = await inspectPlugin(file(new Uint8Array(await parse(wat))));
    expect(found.imports[0]?.functions).toHaveLength(3_000);
    expect(JSON.stringify(found).length).toBeLessThan(4_000_000);
  });

  it("that is cut off is refused with the place", async () => {
    const [problem, ...more] = await messages(file(component.slice(0, component.length - 9)));
    expect(problem).toMatch(/at byte \d+|offset \d+/);
    expect(more).toEqual([]);
  });
});

describe("other kinds", () => {
  it("an Extism plug-in, with core types", async () => {
    const found = await inspectPlugin(extismFixture("rust", 'engine = "extism"'));
    expect(found).toMatchObject({ kind: "extism", problems: [] });
    expect(found.imports.map(({ name }) => name)).toEqual(["extism:host/env"]);
    expect(found.imports[0]?.functions).toContain("alloc: (i64) -> (i64)");
    expect(found.exports[0]?.functions).toContain("count_vowels: () -> (i32)");
  });

  it("an Extism plug-in that asks for too much: each import by name", async () => {
    const wabt = await wabtFactory();
    const wat = `(module
      (import "extism:host/user" "a" (func)) (import "env" "b" (func)) (import "extism:host/env" "alloc" (func)) (func (export "f")))`;
    const bytes = new Uint8Array(wabt.parseWat("a.wat", wat).toBinary({}).buffer);
    const problems = await messages(file(bytes));
    expect(problems).toHaveLength(3);
    for (const [index, name] of ['"extism:host/user" "a"', '"env" "b"', '"extism:host/env" "alloc"'].entries())
      expect(problems[index]).toContain(name);
    expect(await messages(extismFixture("plain", 'engine = "extism"\n[[tools]]\nname = "gone"'))).toEqual([
      expect.stringContaining("exports no function of this name"),
    ]);
  });

  it("a core module that is no plugin", async () => {
    const wabt = await wabtFactory();
    const bytes = new Uint8Array(
      wabt.parseWat("a.wat", '(module (memory 3) (func (export "f") (param i32)))').toBinary({}).buffer,
    );
    const found = await inspectPlugin(file(bytes));
    expect(found).toMatchObject({ kind: "core module", modules: [{ memory: { minimum: 3 * 65_536 } }] });
    expect(found.problems.map(({ message }) => message)).toEqual([expect.stringContaining("no WebAssembly component")]);
  });

  it("a bundle, of a component or of an Extism plug-in or of a language, and a damaged one", async () => {
    const host = createNodeHost();
    const lua = await host.load({ path: "a.lua", content: "--- x\nfunction f(args) return 1 end" });
    const inside = [await host.load(file(component, parrotManifest)), await host.load(extismFixture("plain")), lua];
    for (const plugin of inside) {
      const bytes = await plugin.bundle();
      const found = await inspectPlugin({ path: "x.crub", content: bytes });
      expect(found).toMatchObject({
        kind: "bundle",
        problems: [],
        bundle: { engine: plugin.engine.name, abi: plugin.engine.abi },
      });
      expect(found.modules).toHaveLength(
        plugin === lua ? 0 : plugin.engine.name === "extism" ? 1 : found.modules.length,
      );
      bytes[40]! ^= 1;
      expect(await messages({ path: "x.crub", content: bytes })).toEqual([
        expect.stringContaining("Cannot read the bundle"),
      ]);
    }
  });

  it("source, in one file and in several, with what is wrong with its manifest", async () => {
    const one = await inspectPlugin({ path: "a.rune", content: "pub fn f(args) { 1 }" });
    expect(one).toMatchObject({ kind: "source", problems: [], source: { engine: "rune", entry: "a.rune" } });
    const several = {
      path: "p",
      files: [
        { path: "plugin.toml", content: "" },
        { path: "main.lua", content: "" },
      ],
    };
    expect(await inspectPlugin(several)).toMatchObject({ kind: "source", problems: [], source: { entry: "main.lua" } });
    const wrong = await inspectPlugin({ path: "a.lua", content: "-----\n-- nam: a\n-- version: x\n-----\n" });
    expect(wrong.problems[0]).toMatchObject({ code: "invalid-manifest", diagnostics: [{}, {}] });
    expect(await inspectPlugin(file(Uint8Array.of(1, 2, 3)))).toMatchObject({
      kind: "unknown",
      problems: [{ code: "invalid-module" }],
    });
  });
});

it("says of any bytes something, and what it says is what loading says", async () => {
  const host = createNodeHost();
  const originals = [component, extismFixture("plain").content as Uint8Array];
  for (let seed = 0; seed < 200; seed++) {
    const bytes = mutateBytes(originals[seed % 2]!, picker(seed, 0x696e));
    const { problems } = await inspectPlugin(file(bytes));
    const refused = await host.load(file(bytes)).then(
      () => undefined,
      (error) => error,
    );
    // What runs when it is loaded (start functions, the list of tools) can fail too, and has codes of its own.
    if (refused?.code === "invalid-module" && !/declares the tool/.test(refused.message))
      expect(problems.map(({ message }) => message).join("\n"), `seed ${seed}: ${refused.message}`).not.toBe("");
    if (refused === undefined) expect(problems, `seed ${seed}`).toEqual([]);
  }
});
