/** Plugins of several files: as an embedder gives them, from a folder on the disk, in a bundle; and folders that mean harm. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { createNodeHost, type PluginFolder } from "../../host/src/index.ts";
import { SOURCE_BYTES, SOURCE_ENTRIES, SOURCE_FILES } from "../../host/src/limits.ts";
import { failure } from "../failure.ts";

const LUA = {
  "plugin.toml": 'name = "greeter"\nversion = "1.1.0"\n',
  "main.lua": `local words = require("lib.words")
--- Greets.
--- @param name {string} whom
function greet(args) return words.hello .. ", " .. require("names").proper(args.name) .. "!" end
`,
  "lib/words.lua": `return { hello = "Hello" }`,
  "names/init.lua": "return { proper = function(name) return (name:gsub('^%l', string.upper)) end }",
};

const RUNE = {
  "plugin.toml": 'name = "counter"\n',
  "main.rn": `mod maths;

/// Adds.
/// @param to {integer} a number
pub fn add(args) { maths::deep::one() + args.to }
`,
  "maths/mod.rn": "pub mod deep;",
  "maths/deep.rune": "pub fn one() { 1 }",
};

const JS = {
  "plugin.toml": 'name = "counter"\n',
  "main.js": `import { twice } from "./maths/twice.js";
/**
 * Doubles.
 * @param {number} of a number
 */
export function double(args) { return twice(args.of); }
`,
  "maths/twice.js": `import { TWO } from "./two.js"; export const twice = (number) => number * TWO;`,
  "maths/two.js": "export const TWO = 2;",
};

const root = mkdtempSync(join(tmpdir(), "plugin-folder-"));
afterAll(() => rmSync(root, { recursive: true }));

const given = (files: Readonly<Record<string, string | Uint8Array>>, path = "my-plugin"): PluginFolder => ({
  path,
  files: Object.entries(files).map(([name, content]) => ({ path: name, content })),
});

function written(name: string, files: Readonly<Record<string, string>>): string {
  const folder = join(root, name);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

const refused = async (folder: PluginFolder) => failure(() => createNodeHost().load(folder));

describe("a plugin of several files", () => {
  it("finds its own modules in every language, from memory as from the disk", async () => {
    const host = createNodeHost();
    for (const plugin of [await host.load(given(LUA)), await host.loadFile(written("lua", LUA))]) {
      expect(plugin.name).toBe("greeter");
      expect(plugin.manifest.version).toBe("1.1.0");
      expect(plugin.tools.map(({ name }) => name)).toEqual(["greet"]);
      expect((await plugin.call("greet", { name: "ann" })).result).toBe("Hello, Ann!");
    }
    for (const plugin of [await host.load(given(RUNE)), await host.loadFile(written("rune", RUNE))])
      expect((await plugin.call("add", { to: 2 })).result).toBe(3);
    for (const plugin of [await host.load(given(JS)), await host.loadFile(written("js", JS))])
      expect((await plugin.call("double", { of: 21 })).result).toBe(42);
  });

  it("is in its bundle as a whole, and the same in whatever order its files came", async () => {
    const plugin = await createNodeHost().load(given(LUA));
    const backwards = await createNodeHost().load({ ...given(LUA), files: [...given(LUA).files].reverse() });
    const bundle = await plugin.bundle();
    expect(backwards.sourceHash).toBe(plugin.sourceHash);
    expect(await backwards.bundle()).toEqual(bundle);
    const unpacked = await createNodeHost().load({ path: "g.crub", content: bundle });
    const [one, two] = [await plugin.call("greet", { name: "bo" }), await unpacked.call("greet", { name: "bo" })];
    expect(two).toMatchObject({ result: one.result, fuel: one.fuel });
  });

  it("is named by its folder, begins in its only source where none is called main, and leaves other files alone", async () => {
    const { "main.lua": code, "plugin.toml": _, ...rest } = LUA;
    const files = {
      ...rest,
      "greeter.lua": code,
      "plugin.toml": "",
      "README.md": "# no code",
      "data.bin": new Uint8Array(9),
    };
    const plugin = await createNodeHost().load(given(files, "some/My Greeter"));
    expect(plugin.name).toBe("my-greeter");
    expect((await plugin.call("greet", { name: "cy" })).result).toBe("Hello, Cy!");
  });

  it("says in which of its files an error is", async () => {
    const broken = await refused(given({ ...LUA, "lib/words.lua": "return {\n  hello = = 1 }" }));
    expect(broken).toMatchObject({ code: "compile-error", position: { file: "lib/words.lua", line: 2 } });
    const missing = { ...LUA, "main.lua": "--- x\nfunction f(args) return require('gone') end" };
    const plugin = await createNodeHost().load(given(missing));
    const error = await failure(() => plugin.call("f"));
    expect(error.code).toBe("guest-error");
    expect(error.message).toContain("neither gone.lua nor gone/init.lua in the plugin");
  });

  it("says which file has the tools, or that none can be told", async () => {
    const cases: readonly (readonly [Record<string, string>, string, string])[] = [
      [{ "plugin.toml": "", "lib/a.lua": "" }, "no source", "Put it there, and call it main with one of .rune"],
      [{ "plugin.toml": "", "a.lua": "", "b.lua": "" }, 'more than one: "a.lua", "b.lua"', "Call it main with one of"],
      [{ "plugin.toml": "", "main.lua": "", "main.rn": "" }, "more than one", "Keep one main, and give the others"],
      [{ "main.lua": "" }, "it has no plugin.toml", "Put one there"],
      [{ "plugin.toml": "", "main.rune": 'version = "rune/1"\n' }, "RUNE configuration", "the extension .rn"],
    ];
    for (const [files, words, hint] of cases)
      expect(await refused(given(files))).toMatchObject({
        code: "invalid-arguments",
        message: expect.stringContaining(words),
        hint: expect.stringContaining(hint),
      });
    const two = { "plugin.toml": 'name = "a"', "main.lua": "-----\n-- name: b\n-----\n" };
    expect(await refused(given(two))).toMatchObject({ code: "invalid-manifest" });
    expect(await refused(given({ ...LUA, "plugin.toml": 'engine = "rune"' }))).toMatchObject({
      code: "invalid-manifest",
      message: 'Cannot read the manifest of my-plugin/plugin.toml: "engine" is rune, but .lua files run in lua',
    });
    expect(await refused(given({ ...LUA, "plugin.toml": Uint8Array.of(0xff) }))).toMatchObject({
      code: "invalid-manifest",
    });
  });
});

describe("what a folder cannot do", () => {
  let outside: string;
  beforeEach(() => {
    outside = join(mkdtempSync(join(root, "case-")), "secret.lua");
    writeFileSync(outside, `return { hello = "stolen" }`);
  });

  it("name a file outside of it, hidden, of another system, or twice", async () => {
    const paths = [
      "../x.lua",
      "/x.lua",
      "a/../x.lua",
      "a//x.lua",
      "./x.lua",
      "a\\x.lua",
      "c:x.lua",
      ".git/x.lua",
      "a\0.lua",
      "",
    ];
    for (const path of paths)
      expect(await refused(given({ ...LUA, [path]: "return 1" })), path).toMatchObject({ code: "invalid-arguments" });
    expect(await refused(given({ ...LUA, "LIB/Words.lua": "return {}" }))).toMatchObject({
      message: expect.stringContaining("one file on some systems"),
    });
    const twice = given(LUA);
    expect(await refused({ ...twice, files: [...twice.files, ...twice.files] })).toMatchObject({
      code: "invalid-arguments",
    });
    expect(await refused({ path: "x", files: [null] } as never)).toMatchObject({ code: "invalid-arguments" });
  });

  it("reach a file through a link, neither as a module nor as a folder of modules, nor as the manifest", async () => {
    const { "lib/words.lua": _, ...rest } = LUA;
    const file = written("link-file", { ...rest, "lib/other.lua": "" });
    symlinkSync(outside, join(file, "lib/words.lua"));
    const folder = written("link-folder", rest);
    symlinkSync(dirname(outside), join(folder, "lib"));
    const { "plugin.toml": __, ...code } = LUA;
    const manifest = written("link-manifest", code);
    writeFileSync(`${outside}.toml`, 'name = "other"');
    symlinkSync(`${outside}.toml`, join(manifest, "plugin.toml"));
    for (const path of [file, folder, manifest])
      expect(await failure(() => createNodeHost().loadFile(path)), path).toMatchObject({
        code: "denied",
        message: expect.stringContaining("link"),
        ...(path !== manifest && { hint: expect.stringContaining("a copy") }),
      });
  });

  it("climb out by what a module asks for", async () => {
    const main = "--- x\nfunction f(args) return require(args.name) end";
    const folder = written("climb/inner", { "plugin.toml": "", "main.lua": main });
    writeFileSync(join(folder, "../secret.lua"), "return 'stolen'");
    const plugin = await createNodeHost().loadFile(folder);
    for (const name of ["../secret", "..secret", "/etc/passwd", "...secret", join(folder, "../secret")])
      expect(await failure(() => plugin.call("f", { name })), name).toMatchObject({ code: "guest-error" });
    for (const name of [
      "../secret.js",
      "../../etc/passwd",
      "/etc/passwd",
      "node:fs",
      "file:///etc/passwd",
      "./lib/../../secret.js",
    ]) {
      const js = given({
        "plugin.toml": "",
        "main.js": `import * as x from "${name}";\nexport function f(args) { return 1; }`,
      });
      expect((await refused(js)).code, name).toMatch(/^(compile-error|guest-error)$/);
    }
    const rune = given({ "plugin.toml": "", "main.rn": "mod super::secret;\npub fn f(args) { 1 }" });
    expect(await refused(rune)).toMatchObject({ code: "compile-error" });
  });

  it("be larger than a plugin may be", async () => {
    const many = Object.fromEntries(Array.from({ length: SOURCE_FILES + 1 }, (_, index) => [`m${index}.lua`, ""]));
    expect(await refused(given({ ...LUA, ...many }))).toMatchObject({ code: "invalid-arguments" });
    const error = await failure(() => createNodeHost().loadFile(written("many", { ...LUA, ...many })));
    expect(error).toMatchObject({ code: "transfer-limit", message: expect.stringContaining("source files") });
    const half = "-".repeat(SOURCE_BYTES / 2 + 40_000);
    const large = { ...LUA, "a.lua": half, "b.lua": half };
    expect(await refused(given(large))).toMatchObject({ code: "invalid-arguments" });
    expect(await failure(() => createNodeHost().loadFile(written("large", large)))).toMatchObject({
      code: "transfer-limit",
    });
    const other = written("other", LUA);
    for (let index = 0; index < SOURCE_ENTRIES; index++) writeFileSync(join(other, `${index}.txt`), "");
    expect(await failure(() => createNodeHost().loadFile(other))).toMatchObject({
      code: "transfer-limit",
      message: expect.stringContaining("entries"),
    });
  });

  it.runIf(process.platform === "linux")("make the host wait for a pipe, nor can a file or its manifest", async () => {
    const { "lib/words.lua": _, ...rest } = LUA;
    const folder = written("pipes", { ...rest, "alone.lua": "--- x\nfunction f(args) return 1 end" });
    const script = `
      import { createNodeHost } from ${JSON.stringify(new URL("../../host/dist/index.js", import.meta.url).href)};
      const host = createNodeHost();
      for (const path of process.argv.slice(1))
        await host.loadFile(path).then(() => console.log("loaded"), ({ code }) => console.log(code));
      process.exit();`;
    mkdirSync(join(folder, "lib"));
    for (const name of ["lib/words.lua", "alone.toml", "pipe.lua"]) execFileSync("mkfifo", [join(folder, name)]);
    const paths = [folder, join(folder, "alone.lua"), join(folder, "pipe.lua")];
    const printed = execFileSync(process.execPath, ["--input-type=module", "-e", script, ...paths], {
      timeout: 60_000,
    });
    expect(`${printed}`.trim().split("\n")).toEqual(["guest-error", "invalid-arguments", "invalid-arguments"]);
  });
});
