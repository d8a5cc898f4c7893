import { describe, expect, it } from "vitest";
import { isRuneConfiguration, type PluginFile, readPluginFile } from "./source.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);
const CODE = "pub fn roll(args) { 1 }\n";

function read(file: PluginFile) {
  const source = readPluginFile(file);
  if (source.kind !== "source") throw new Error("is a bundle");
  return source;
}

describe("source with a manifest in its comments", () => {
  it.each([
    ["plain", `//---\n// name: dice\n// limits:\n//   fuel: 500\n//---\n${CODE}`],
    ["a space in the fence", `// ---\n// name: dice\n// limits: { fuel: 500 }\n// ---\n${CODE}`],
    ["no space after the slashes", `//---\n//name: dice\n//limits:\n//  fuel: 500\n//---\n${CODE}`],
    [
      "CRLF, BOM, an interpreter line and blank lines",
      `\uFEFF#!/usr/bin/env cru\r\n\r\n//---\r\n// name: dice\r\n//\r\n// limits: { fuel: 500 }\r\n//---\r\n${CODE}`,
    ],
  ])("is read: %s", (_, text) => {
    const { manifest, entry, engine, files } = read({ path: "some/folder/dice-roller.rune", content: utf8(text) });
    expect(manifest).toMatchObject({ name: "dice", limits: { fuel: 500 } });
    expect({ entry, engine }).toEqual({ entry: "dice-roller.rune", engine: "rune" });
    expect(files).toEqual([{ path: "dice-roller.rune", text: text.replace("\uFEFF", "") }]);
  });

  it("is read in the comments of each language", () => {
    const lua = "#!/usr/bin/env cru\n-----\n-- name: dice\n-- limits: { fuel: 500 }\n-----\nreturn {}\n";
    const { manifest, engine } = read({ path: "dice-roller.lua", content: lua });
    expect({ name: manifest.name, fuel: manifest.limits?.fuel, engine }).toEqual({
      name: "dice",
      fuel: 500,
      engine: "lua",
    });
    expect(read({ path: "other.lua", content: "//---\n// name: dice\n//---\n" }).manifest.name).toBe("other");
    expect(() => read({ path: "a.lua", content: "-----\n-- name: a\nreturn 1\n-----\n" })).toThrow(
      "line 3 of the manifest does not begin with --",
    );
  });

  it("says the line and column of the file", () => {
    const file = { path: "a/dice.rn", content: `#!/x\n\n//---\n// name: dice\n// limits: { feul: 5 }\n//---\n` };
    expect(() => readPluginFile(file)).toThrow(
      expect.objectContaining({ code: "invalid-manifest", position: { file: "a/dice.rn", line: 5, column: 14 } }),
    );
  });

  it.each([
    ["//---\n// name: a\nfn x() {}\n//---\n", "line 3 of the manifest does not begin with //"],
    ["//---\n// name: a\n", "the manifest that begins in line 1 is not closed by //---"],
  ])("that is not well made is refused: %j", (content, message) => {
    expect(() => readPluginFile({ path: "a.rune", content })).toThrow(message);
  });

  it("does not take a fence further down for a manifest", () => {
    expect(read({ path: "a.rune", content: `${CODE}//---\n// name: b\n//---\n` }).manifest.name).toBe("a");
  });
});

describe("source without a manifest in it", () => {
  it("has the defaults and the name of the file", () => {
    expect(read({ path: "Dice Roller.rn", content: CODE }).manifest).toMatchObject({
      name: "dice-roller",
      version: "0.0.0",
    });
  });

  it("takes one that lies beside it in TOML", () => {
    const sidecar = { path: "a.toml", text: 'name = "b"' };
    expect(read({ path: "a.rune", content: CODE, sidecar }).manifest.name).toBe("b");
    expect(() => readPluginFile({ path: "a.rune", content: `//---\n//---\n${CODE}`, sidecar })).toThrow(
      "two manifests",
    );
  });

  it("and without a usable name is refused", () => {
    expect(() => readPluginFile({ path: "日本.rune", content: CODE })).toThrow("gives no plugin name");
  });
});

describe("a file that is no plugin", () => {
  it.each<[path: string, content: Uint8Array | string, code: string, message: string]>([
    ["a.rune", Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0xff), "invalid-arguments", "it is not text in UTF-8"],
    ["a.rune", 'let x = "\ud800";', "invalid-arguments", "lone surrogate"],
    ["a.rune", new Uint8Array(4 * 2 ** 20 + 1), "invalid-arguments", "too large for a plugin's source"],
    ["a.crub", CODE, "invalid-module", "is no plugin bundle"],
    ["a.md", "x", "invalid-arguments", "this host does not run plugins in notes yet"],
    ["a.wasm", Uint8Array.of(0, 0x61, 0x73, 0x6d), "invalid-module", "a.wasm is no WebAssembly component"],
    ["a.png", "x", "invalid-arguments", "it is no plugin file"],
    ["README", "x", "invalid-arguments", "it is no plugin file"],
    [
      "rules.rune",
      '# rules\n\nversion = "rune/1"\n',
      "invalid-arguments",
      "is a RUNE configuration file, not a plugin",
    ],
    ["a.rune", "//---\n// engine: lua\n//---\n", "invalid-manifest", '"engine" is lua, but .rune files run in rune'],
  ])("%s is refused", (path, content, code, message) => {
    expect(() => readPluginFile({ path, content })).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    );
  });

  it.each([
    ['version = "rune/1"', true],
    ['# a\n\n  # b\nversion = "rune/1"', true],
    ['fn main() {}\nversion = "rune/1"', false],
    ['// a\nversion = "rune/1"', false],
    ["", false],
  ])("is RUNE configuration by its first line: %j → %s", (text, expected) =>
    expect(isRuneConfiguration(text)).toBe(expected),
  );
});
