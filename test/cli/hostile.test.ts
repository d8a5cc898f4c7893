/** What plugins, file names and paths can do to the person at the terminal: nothing. */
import { execFileSync } from "node:child_process";
import { lstatSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { Workspace } from "./cru.ts";

const workspace = new Workspace();
afterAll(() => workspace.remove());

/** Anything that could steer a terminal. */
const STEERING = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

const EVIL = `//---
// name: evil
//---
/// Harmless.
///
/// Limits
///   memory 1 B
pub fn speak(args) {
    crucible::log::warn("first\\nerror[denied]: \\u{1b}]0;title\\u{7}\\u{9b}31m");
    #{ "\\u{1b}[2J": "\\u{202e}\\u{1b}]52;c;AAAA\\u{7}" }
}
/// Fails.
pub fn fail(args) { Err("bad \\u{1b}[31m\\nerror[denied]: \\u{9d}8;;http://x\\u{9c}") }
`;
const evil = workspace.file("evil.rune", EVIL);
const schema = workspace.file(
  "schema.rune",
  EVIL.replace(
    "// name: evil\n",
    `// name: schema
// tools: [{ name: speak, parameters: { properties: { "a\\nLimits\\n  memory 1 B": { description: "\\e[31m", "title": "\\e" } } } }]
`,
  ),
);

describe("text of a plugin", () => {
  it.each([
    ["its answer and its log", ["plugins", "run", evil, "speak"]],
    ["its answer as JSON", ["plugins", "run", evil, "speak", "--json"]],
    ["its error", ["plugins", "run", evil, "fail"]],
    ["its description", ["plugins", "show", evil]],
    ["its schema", ["plugins", "show", schema]],
    ["its schema as JSON", ["plugins", "show", schema, "--json"]],
    ["the name of a tool that is asked for", ["plugins", "run", evil, "\u001b[2J"]],
    ["the name of a file", ["plugins", "run", "no\u001b[31m\nfile.rune"]],
    ["a grant", ["plugins", "run", evil, "speak", "--allow", "\u001b[2J"]],
    ["an option", ["plugins", "--\u009b2J"]],
  ])("does not steer the terminal: %s", (_, args) => {
    const { stdout, stderr } = workspace.cru(...args);
    expect(stdout + stderr).not.toBe("");
    expect(stdout + stderr).not.toMatch(STEERING);
  });

  it("does not pass for a line of ours", () => {
    for (const file of [evil, schema]) {
      const lines = workspace.cru("plugins", "show", file).stdout.split("\n");
      expect(lines.filter((line) => line === "Limits")).toHaveLength(1);
      expect(lines.filter((line) => /^ {2}memory/.test(line))).toEqual(["  memory  100.0 MiB"]);
    }
    const { stderr } = workspace.cru("plugins", "run", evil, "fail");
    expect(stderr.match(/^error\[/gm)).toHaveLength(1);
    expect(workspace.cru("plugins", "run", evil, "speak").stderr).not.toMatch(/^error/m);
  });

  it("makes no rows in a list", () => {
    const folder = new Workspace();
    folder.file("a\nb.rune", "/// Fine.\npub fn fine(args) { 1 }");
    folder.file("c\nd\u001b[31m.rune", "this is no plugin");
    const { stdout } = folder.cru("plugins", "list");
    expect(stdout.trimEnd().split("\n")).toHaveLength(2);
    expect(stdout).not.toMatch(STEERING);
    folder.remove();
  });
});

describe.runIf(process.platform === "linux")("a path that is no file", () => {
  it.each([[], ["--force"]])("is not replaced by a bundle, nor waited for (%s)", (...force) => {
    const pipe = join(workspace.folder, `pipe${force.length}`);
    execFileSync("mkfifo", [pipe]);
    const link = join(workspace.folder, `link${force.length}`);
    symlinkSync(pipe, link);
    for (const path of [pipe, link]) {
      const { status, stderr } = workspace.cru("plugins", "compile", evil, "-o", path, ...force);
      expect(status).toBe(2);
      expect(stderr).toContain("is not a regular file");
    }
    expect(lstatSync(pipe).isFIFO()).toBe(true);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
  });

  it("gives arguments up to the limit, and no more where it never ends", () => {
    const endless = workspace.cru("plugins", "run", evil, "speak", "--args", "@/dev/zero");
    expect(endless).toMatchObject({ status: 2 });
    expect(endless.stderr).toContain("is longer than");
    writeFileSync(join(workspace.folder, "args.json"), JSON.stringify({ text: "é".repeat(100_000) }));
    expect(workspace.json("plugins", "run", evil, "speak", "--args", "@args.json").status).toBe(0);
  });
});
