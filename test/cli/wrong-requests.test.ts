/** Every request that is wrong: one readable error, exit code 2, and one JSON object with `--json`. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readBundle, writeBundle } from "../../host/src/plugins/bundle.ts";
import { pluginExtensions } from "../../host/src/plugins/source.ts";
import { diceRoller, Workspace } from "./cru.ts";

let workspace: Workspace;
beforeAll(async () => {
  workspace = new Workspace();
  workspace.cru("plugins", "compile", diceRoller, "-o", "good.crub");
  const good = new Uint8Array(readFileSync(join(workspace.folder, "good.crub")));
  const bundle = await readBundle(good);
  workspace.file("cut.crub", good.slice(0, good.length / 2));
  workspace.file("foreign.crub", await writeBundle({ ...bundle, abi: "rune-9.9.9+other" }));
  workspace.file("damaged.crub", await writeBundle({ ...bundle, code: bundle.code.slice(0, bundle.code.length / 2) }));
  workspace.file("hostile.crub", await writeBundle({ ...bundle, code: new Uint8Array(100_000).fill(0x91) }));
  workspace.file("text.crub", "not a bundle");
  workspace.file("picture.rune", Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0xff));
  workspace.file("nothing.lua", "function x() end\n");
  workspace.file("manifest.rune", "//---\n// name: x\n// limits: { fule: 5 }\n//---\n");
  workspace.file("rules.rune", 'version = "rune/1"\n');
  workspace.file("plugin.md", "# A plugin");
  workspace.file("file.txt", "x");
});
afterAll(() => workspace.remove());

const run = (file: string, ...more: string[]) => ["plugins", "run", file, ...more];

/** Command line, code, and what the first line of the error says. */
const REQUESTS: readonly [args: string[], code: string, message: string][] = [
  [run("nowhere.rune", "x"), "not-found", 'There is no file "nowhere.rune"'],
  [run(".", "x"), "invalid-arguments", '"." is a folder, not a plugin\'s file'],
  [
    run("file.txt", "x"),
    "invalid-arguments",
    "Cannot load file.txt: it is no plugin file; plugins are .rune, .rn, .lua, .js, .mjs, .ts, .mts, .wasm, .crub files",
  ],
  [
    run("plugin.md", "x"),
    "invalid-arguments",
    "Cannot load plugin.md: this host does not run plugins in notes yet; plugins are .rune, .rn, .lua, .js, .mjs, .ts, .mts, .wasm, .crub files",
  ],
  [run("picture.rune", "x"), "invalid-arguments", "picture.rune is no plugin: it is not text in UTF-8"],
  [
    run("rules.rune", "x"),
    "invalid-arguments",
    'rules.rune is a RUNE configuration file, not a plugin: it begins with version = "rune/…"',
  ],
  [
    run("manifest.rune", "x"),
    "invalid-manifest",
    'Cannot read the manifest of manifest.rune: unknown key "fule" in "limits"; did you mean "fuel"?',
  ],
  [run("text.crub", "x"), "invalid-module", "text.crub is no plugin bundle: it does not begin as one"],
  [
    run("cut.crub", "x"),
    "invalid-module",
    "Cannot read the bundle: its content does not match its checksum; it is cut off or was changed",
  ],
  [
    run("foreign.crub", "x"),
    "invalid-module",
    "The bundle holds code for rune-9.9.9+other; this host's engine rune runs ",
  ],
  [run("damaged.crub", "x"), "invalid-module", "The engine rune cannot load the code: "],
  [run("hostile.crub", "x"), "invalid-module", "The engine rune cannot load the code: "],
  [run(diceRoller, "rol"), "not-found", 'The plugin "dice-roller" has no tool "rol"; did you mean "roll"?'],
  [run("nothing.lua", "x"), "not-found", 'The plugin "nothing" has no tool "x"'],
  [run(diceRoller), "invalid-arguments", 'Say which tool of "dice-roller" to run'],
  [run(diceRoller, "roll"), "invalid-arguments", 'Cannot call "roll": "dice" is required'],
  [run(diceRoller, "roll", "dice"), "invalid-arguments", 'Cannot read the argument "dice"'],
  [run(diceRoller, "roll", "dice=x", "dice=y"), "invalid-arguments", 'The argument "dice" is given twice'],
  [run(diceRoller, "roll", "--args", "{"), "invalid-arguments", 'Cannot read "--args" as JSON: '],
  [
    run(diceRoller, "roll", "dice=3d6", "--fuel", "-5"),
    "invalid-arguments",
    '"--fuel" must be a positive whole number such as 500_000_000, got "-5"; it cannot be negative',
  ],
  [
    run(diceRoller, "roll", "dice=3d6", "--memory", "32XB"),
    "invalid-arguments",
    '"--memory" must be a size such as 32MiB, 1MB or 65536, got "32XB"; unknown unit "XB"',
  ],
  [
    run(diceRoller, "roll", "dice=3d6", "--timeout", "5"),
    "invalid-arguments",
    '"--timeout" must be a duration such as 10s, 250ms or 2m, got "5"; it needs a unit',
  ],
  [
    run(diceRoller, "roll", "dice=3d6", "--seed", "x"),
    "invalid-arguments",
    '"--seed" must be a whole number from 0 to 2^64 - 1, got "x"',
  ],
  [run(diceRoller, "roll", "dice=3d6", "--kiln", "nowhere"), "not-found", 'There is no kiln at "nowhere"'],
  [
    run(diceRoller, "roll", "dice=3d6", "--kiln", "file.txt"),
    "invalid-arguments",
    '"file.txt" is not a folder, so it cannot be a kiln',
  ],
  [
    run(diceRoller, "roll", "dice=3d6", "--allow", "kiln.write"),
    "invalid-arguments",
    'Cannot allow kiln.write: the plugin "dice-roller" does not ask for it',
  ],
  [
    run(diceRoller, "roll", "dice=3d6", "--allow", "kiln.wirte"),
    "invalid-arguments",
    'Cannot read the grant "kiln.wirte": unknown capability "kiln.wirte"; did you mean "kiln.write"?',
  ],
  [run(diceRoller, "roll", "--sed", "4"), "invalid-arguments", "Unknown option '--sed'; did you mean \"--seed\"?"],
  [["plugns"], "invalid-arguments", "Unknown command 'plugns'; did you mean \"plugins\"?"],
  [["plugins", "rnu"], "invalid-arguments", "Unknown command 'rnu'; did you mean \"run\"?"],
  [["plugins", "run"], "invalid-arguments", "Missing required argument 'file'"],
  [["plugins", "show", "a", "b"], "invalid-arguments", "Too many arguments"],
  [["plugins", "list", "nowhere"], "not-found", 'There is no folder "nowhere"'],
  [["plugins", "list", "file.txt"], "invalid-arguments", '"file.txt" is not a folder'],
  [
    ["plugins", "compile", diceRoller, "-o", "nowhere/d.crub"],
    "not-found",
    'Cannot write "nowhere/d.crub": its folder does not exist',
  ],
];

describe("a request that is wrong", () => {
  it.each(REQUESTS)("%j", (args, code, message) => {
    const { status, stdout, stderr } = workspace.cru(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr.split("\n")[0]).toContain(`error[${code}]: ${message}`);
    expect(stderr).not.toContain("    at ");
    expect(stderr).toContain("\n  why: ");
  });

  it("is one JSON object with --json", () => {
    for (const args of [run("nowhere.rune", "x"), run(diceRoller, "roll"), run(diceRoller, "roll", "--sed", "4")]) {
      const { status, value } = workspace.json(...args);
      expect(status).toBe(2);
      expect(value).toEqual({
        error: expect.objectContaining({ code: expect.any(String), message: expect.any(String) }),
        fuel: 0,
        loadFuel: 0,
        memoryBytes: 0,
        wallMs: 0,
        seed: null,
      });
    }
  });

  it("of a tool where there is none says how to make one", () => {
    expect(workspace.cru(...run("nothing.lua", "x")).stderr).toContain("document a public function to make it one");
  });

  it("in a manifest comes with its line", () => {
    const { stderr } = workspace.cru(...run("manifest.rune", "x"));
    expect(stderr).toContain(
      "  --> manifest.rune:3:14\n  2 | // name: x\n  3 | // limits: { fule: 5 }\n    |              ^\n",
    );
    const { value } = workspace.json(...run("manifest.rune", "x"));
    expect(value.error).toMatchObject({ position: { file: "manifest.rune", line: 3, column: 14 } });
  });
});

describe("help", () => {
  it("is there for every command, with examples", () => {
    for (const args of [
      [],
      ["plugins"],
      ["plugins", "run"],
      ["plugins", "compile"],
      ["plugins", "show"],
      ["plugins", "inspect"],
      ["plugins", "list"],
    ]) {
      const { status, stdout } = workspace.cru(...args, "--help");
      expect(status).toBe(0);
      expect(stdout).toMatch(/Usage: cru[\s\S]*Examples:\n {2}\$ /);
    }
  });

  it.each([
    ["run", ".mts, .wasm or .crub"],
    ["show", ".mts, .wasm or .crub"],
    ["inspect", ".mts, .wasm or .crub"],
    ["compile", ".mts or .wasm"],
  ])("of %s names every kind of file that it takes", (command, last) => {
    const help = workspace.cru("plugins", command, "--help").stdout.replaceAll(/\s+/g, " ");
    expect(help).toContain(`the plugin: .rune, .rn, .lua, .js, .mjs, .ts, ${last}, or its folder`);
  });

  it("and docs/cli.md names them too", () => {
    const text = readFileSync(new URL("../../docs/cli.md", import.meta.url), "utf8");
    for (const extension of pluginExtensions()) expect(text).toContain(`\`${extension}\``);
  });

  it("is shown where a command is missing, as a wrong request", () => {
    expect(workspace.cru()).toMatchObject({ status: 2, stdout: "", stderr: expect.stringContaining("Usage: cru") });
    expect(workspace.cru("plugins")).toMatchObject({
      status: 2,
      stdout: "",
      stderr: expect.stringContaining("Usage: cru plugins"),
    });
  });

  it("has the version beside it", () => {
    expect(workspace.cru("--version")).toEqual({ status: 0, stdout: "0.1.0\n", stderr: "" });
  });
});

describe("a plugin that does not work", () => {
  it("that does not compile ends with 1 and says where", () => {
    const file = workspace.file("syntax.rune", "/// X.\npub fn x(args) {\n    let a = ;\n}\n");
    const { status, stderr } = workspace.cru(...run(file, "x"));
    expect(status).toBe(1);
    expect(stderr).toContain("error[compile-error]: ");
    expect(stderr.match(/--> syntax\.rune:3:13/g)).toHaveLength(1);
    expect(stderr).toContain("let a = ;");
  });

  it("that fails ends with 1, shows the line and what it used", () => {
    const file = workspace.file("fails.rune", "/// X.\npub fn x(args) {\n    let v = [1];\n    v[7]\n}\n");
    const { status, stderr } = workspace.cru(...run(file, "x", "--seed", "1"));
    expect(status).toBe(1);
    expect(stderr).toContain("  --> fails.rune:4:5\n  3 |     let v = [1];\n  4 |     v[7]\n    |     ^\n");
    expect(stderr).toMatch(/\nfuel [0-9,]+ · memory .* · seed 1\n$/);
    const { value } = workspace.json(...run(file, "x"));
    expect(value).toMatchObject({
      error: { code: "guest-error", plugin: "fails", position: { file: "fails.rune", line: 4, column: 5 } },
      fuel: expect.any(Number),
    });
  });
});
