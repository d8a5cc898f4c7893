/** `cru plugins run`, `compile`, `show` and `list` on real plugins. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { diceRoller, root, Workspace } from "./cru.ts";

let workspace: Workspace;
beforeAll(() => {
  workspace = new Workspace();
});
afterAll(() => workspace.remove());

const ECHO = `//---
// name: echo
// capabilities:
//   - kiln.read
//   - kiln.write: { folders: ["log/**"] }
//   - state
//---

/// Gives back what it got.
/// @param [value] {any} anything
/// @param [count] {integer} a number
pub fn echo(args) {
    println!("called\\u{1b}[31m");
    args
}

/// Text that would steer a terminal.
pub fn steer(args) { "a\\u{1b}]0;owned\\u{7}b" }

/// A long text.
pub fn long(args) {
    let text = "";
    for i in 0..200000 { text += "0123456789"; }
    text
}

/// Writes a note.
/// @param path {string} the note
pub fn write(args) {
    crucible::kiln::write_note(args.path, "# Written")?;
    "done"
}
`;

describe("cru plugins run", () => {
  it("prints the result on stdout and the figures on stderr", () => {
    const { status, stdout, stderr } = workspace.cru("plugins", "run", diceRoller, "roll", "dice=3d6", "--seed", "42");
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ dice: "3d6" });
    expect(stderr).toMatch(/^fuel [0-9,]+ · memory [0-9.]+ MiB · [0-9.,]+ ms · seed 42\n$/);
  });

  it("gives the same result and fuel for the same seed, from source and from a bundle", () => {
    const compiled = workspace.cru("plugins", "compile", diceRoller, "-o", "d.crub");
    expect(compiled).toMatchObject({ status: 0, stdout: expect.stringMatching(/^d\.crub: .* code for rune-/) });
    const runs = [diceRoller, "d.crub", diceRoller].map((file) =>
      workspace.json("plugins", "run", file, "roll", "dice=3d6", "--seed", "42"),
    );
    const [first] = runs;
    expect(Object.keys(first?.value ?? {})).toEqual(["result", "fuel", "loadFuel", "memoryBytes", "wallMs", "seed"]);
    for (const { status, value } of runs) {
      expect(status).toBe(0);
      const { wallMs, ...same } = value;
      expect(same).toEqual(Object.fromEntries(Object.entries(first?.value ?? {}).filter(([key]) => key !== "wallMs")));
      expect(wallMs).toBeGreaterThan(0);
    }
  });

  it("compiles to the same bytes each time, and writes nothing else", () => {
    workspace.cru("plugins", "compile", diceRoller, "-o", "one.crub");
    workspace.cru("plugins", "compile", diceRoller, "-o", "two.crub");
    expect(readFileSync(join(workspace.folder, "one.crub"))).toEqual(readFileSync(join(workspace.folder, "two.crub")));
    expect(readdirSync(workspace.folder).filter((name) => name.startsWith("."))).toEqual([]);
  });

  it("draws a seed and reports it, and that seed repeats the run", () => {
    const drawn = workspace.json("plugins", "run", diceRoller, "roll", "dice=20d20");
    const again = workspace.json(
      "plugins",
      "run",
      diceRoller,
      "roll",
      "dice=20d20",
      "--seed",
      String(drawn.value.seed),
    );
    expect(again.value.result).toEqual(drawn.value.result);
  });

  it("takes arguments from flags, files and standard input", () => {
    const file = workspace.file("echo.rune", ECHO);
    workspace.file("args.json", '{"count": 1, "value": "file"}');
    const result = (input: string, ...args: string[]) =>
      JSON.parse(workspace.cruWith({ input }, "plugins", "run", file, "echo", ...args, "--json").stdout).result;
    expect(result("", "count=7", "value=7")).toEqual({ count: 7, value: "7" });
    expect(result("", 'value:={"a":[null]}')).toEqual({ value: { a: [null] } });
    expect(result("", "--args", "@args.json", "count=2")).toEqual({ count: 2, value: "file" });
    expect(result('{"count": 3}', "--args", "-")).toEqual({ count: 3 });
  });

  it("shows what the plugin logs on stderr, escaped and with its name", () => {
    const file = workspace.file("echo.rune", ECHO);
    expect(workspace.cru("plugins", "run", file, "echo").stderr).toMatch(/^echo info: called\\x1b\[31m\nfuel /);
  });

  it("lets nothing through that steers a terminal", () => {
    const file = workspace.file("echo.rune", ECHO);
    expect(workspace.cru("plugins", "run", file, "steer").stdout).toBe("a\\x1b]0;owned\\x07b\n");
    const { stdout } = workspace.cru("plugins", "run", file, "steer", "--json");
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
    expect(JSON.parse(stdout).result).toBe("a\u001b]0;owned\u0007b");
  });

  it("uses no colours when it writes to no terminal", () => {
    const file = workspace.file("echo.rune", ECHO);
    const { stdout, stderr } = workspace.cruWith(
      { env: { TERM: "xterm-256color" } },
      "plugins",
      "run",
      file,
      "echo",
      "x=1",
    );
    expect(stdout + stderr).not.toContain("\u001b");
  });

  it("reads the notes of the kiln that it is given, or stands in", () => {
    const stats = join(root, "plugins/examples/note-stats/note-stats.rune");
    const kiln = join(root, "plugins/sample-kiln");
    expect(workspace.json("plugins", "run", stats, "stats", "--kiln", kiln).value.result).toMatchObject({
      notes: expect.any(Number),
    });
    mkdirSync(join(workspace.folder, "empty-kiln"));
    expect(workspace.json("plugins", "run", stats, "stats", "--kiln", "empty-kiln").value.result).toMatchObject({
      notes: 0,
    });
  });

  it("refuses a write that was not allowed, says how to allow it, and does it when it is", () => {
    const file = workspace.file("echo.rune", ECHO);
    mkdirSync(join(workspace.folder, "kiln", "log"), { recursive: true });
    const write = (...more: string[]) =>
      workspace.cru("plugins", "run", file, "write", "path=log/a.md", "--kiln", "kiln", ...more);
    const refused = write();
    expect(refused).toMatchObject({ status: 1, stdout: "" });
    expect(refused.stderr).toContain("error[denied]:");
    expect(refused.stderr).toContain("--allow kiln.write");
    expect(readdirSync(join(workspace.folder, "kiln", "log"))).toEqual([]);
    expect(write("--allow", "kiln.write=other/**").status).toBe(1);
    expect(write("--allow", "kiln.write=log/**")).toMatchObject({ status: 0, stdout: "done\n" });
    expect(readFileSync(join(workspace.folder, "kiln", "log", "a.md"), "utf8")).toBe("# Written");
  });

  it("stops a runaway plugin and reports what it used", () => {
    const runaway = join(root, "plugins/examples/hostile/runaway.rune");
    const { status, value } = workspace.json("plugins", "run", runaway, "spin", "--fuel", "5_000_000");
    expect(status).toBe(1);
    expect(value).toMatchObject({ error: { code: "fuel-exhausted", plugin: "runaway" }, fuel: 5_000_000 });
    expect(workspace.json("plugins", "run", runaway, "spin", "--timeout", "200ms").value).toMatchObject({
      error: { code: "deadline" },
    });
  });

  it("ends quietly when nobody reads on", () => {
    const file = workspace.file("echo.rune", ECHO);
    const cru = join(root, "host/dist/cli/main.js");
    const { status, stderr } = spawnSync(
      "sh",
      ["-c", `"${process.execPath}" "${cru}" plugins run "${file}" long 2>errors | head -c 10`],
      {
        cwd: workspace.folder,
        encoding: "utf8",
      },
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(readFileSync(join(workspace.folder, "errors"), "utf8")).not.toContain("EPIPE");
  });
});

describe("an interrupt", () => {
  const source = '/// Spins.\npub fn spin(args) {\n    println!("started");\n    loop { }\n}\n';
  const spin = (file: string, ...options: string[]) =>
    spawn(process.execPath, [join(root, "host/dist/cli/main.js"), "plugins", "run", file, "spin", ...options], {
      cwd: workspace.folder,
    });

  it("cancels a plugin that is running", async () => {
    const cru = spin(workspace.file("spin.rune", source));
    let errors = "";
    cru.stderr.on("data", (data) => {
      errors += data;
    });
    cru.stderr.once("data", () => cru.kill("SIGINT"));
    expect(await once(cru, "exit")).toEqual([1, null]);
    expect(errors).toContain("error[cancelled]: The caller cancelled the call");
    expect(errors).toMatch(/fuel .* seed/);
  });

  it("is told as an error with --json", async () => {
    const cru = spin(workspace.file("spin.rune", source), "--json");
    let output = "";
    cru.stdout.on("data", (data) => {
      output += data;
    });
    cru.stderr.once("data", () => cru.kill("SIGINT"));
    expect(await once(cru, "close")).toEqual([1, null]);
    expect(JSON.parse(output)).toMatchObject({ error: { code: "cancelled", plugin: "spin" } });
  });
});

describe("cru plugins compile", () => {
  it("replaces no file that is no bundle", () => {
    workspace.file("notes.md", "# Mine");
    const refused = workspace.cru("plugins", "compile", diceRoller, "-o", "notes.md");
    expect(refused).toMatchObject({ status: 2, stderr: expect.stringContaining("a file that is no bundle is there") });
    expect(readFileSync(join(workspace.folder, "notes.md"), "utf8")).toBe("# Mine");
    expect(workspace.cru("plugins", "compile", diceRoller, "-o", "notes.md", "--force").status).toBe(0);
  });

  it("tells what it wrote as JSON, into NAME.crub by default", () => {
    const { status, value } = workspace.json("plugins", "compile", diceRoller);
    expect(status).toBe(0);
    expect(value).toMatchObject({
      file: "dice-roller.crub",
      engine: "rune",
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(readFileSync(join(workspace.folder, "dice-roller.crub"))).toHaveLength(value.bytes ?? 0);
  });

  it("refuses what is compiled already", () => {
    workspace.cru("plugins", "compile", diceRoller, "-o", "again.crub");
    expect(workspace.cru("plugins", "compile", "again.crub")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("is compiled already"),
    });
  });
});

describe("cru plugins show", () => {
  it("says what a plugin asks for in plain words", () => {
    const file = workspace.file("echo.rune", ECHO);
    const { status, stdout } = workspace.cru("plugins", "show", file);
    expect(status).toBe(0);
    expect(stdout).toContain("echo 0.0.0\n");
    expect(stdout).toContain("  write - Writes a note.\n      path: string\n        the note\n");
    expect(stdout).toContain("kiln.write  create, change and remove notes in log/** (high risk); needs --allow\n");
    expect(stdout).toContain("state       remember up to 1,048,576 bytes for itself in this kiln\n");
  });

  it("says the same of a bundle as of its source", () => {
    workspace.cru("plugins", "compile", diceRoller, "-o", "show.crub");
    const [source, bundle] = [diceRoller, "show.crub"].map((file) => workspace.json("plugins", "show", file));
    expect(Object.keys(source?.value ?? {})).toEqual([
      "manifest",
      "tools",
      "capabilities",
      "engine",
      "sourceHash",
      "warnings",
    ]);
    expect(bundle).toEqual(source);
  });
});

describe("cru plugins list", () => {
  it("lists plugins, and a broken one with its error", () => {
    const folder = join(workspace.folder, "plugins");
    mkdirSync(join(folder, "inner"), { recursive: true });
    workspace.file("plugins/inner/echo.rune", ECHO);
    workspace.file("plugins/broken.rune", "//---\n// nmae: x\n//---\n");
    workspace.file("plugins/config.rune", 'version = "rune/1"\n');
    workspace.file("plugins/inner/echo.test.ts", 'import { it } from "vitest";\nit("is none", () => {});\n');
    workspace.file("plugins/inner/helper.js", "export const helper = 1;\n");
    workspace.file("plugins/inner/mine.js", "//---\n// name: mine\n//---\nexport const x = ;\n");
    workspace.file("plugins/inner/plain.mjs", "/** One. */\nexport const one = () => 1;\n");
    workspace.file("plugins/README.md", "# No plugin");
    const table = workspace.cru("plugins", "list", "plugins");
    expect(table.status).toBe(0);
    expect(table.stdout).toMatch(
      /^broken\.rune {2}error\[invalid-manifest\]: .*did you mean "name"\? \(plugins.broken\.rune:2:4\)\necho +0\.0\.0 {2}rune {2}inner.echo\.rune +echo, steer, long, write\ninner.mine\.js {2}error\[compile-error\]: .* \(mine\.js:4:18\)\nplain +0\.0\.0 {2}js +inner.plain\.mjs +one\n$/,
    );
    const { value } = workspace.json("plugins", "list", "plugins");
    expect(value.plugins).toMatchObject([
      { file: "broken.rune", error: { code: "invalid-manifest" } },
      {
        file: join("inner", "echo.rune"),
        name: "echo",
        version: "0.0.0",
        engine: "rune",
        tools: ["echo", "steer", "long", "write"],
      },
      { file: join("inner", "mine.js"), error: { code: "compile-error" } },
      { file: join("inner", "plain.mjs"), name: "plain" },
    ]);
  });

  it("finds nothing in an empty folder, and skips one that it may not read", () => {
    mkdirSync(join(workspace.folder, "nothing", "secret"), { recursive: true });
    chmodSync(join(workspace.folder, "nothing", "secret"), 0);
    expect(workspace.cru("plugins", "list", "nothing")).toMatchObject({
      status: 0,
      stdout: "No plugins in nothing.\n",
    });
    chmodSync(join(workspace.folder, "nothing", "secret"), 0o700);
  });
});
