/** `cru plugins run --record` and `--replay`. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Workspace } from "./cru.ts";

const READER = `//---
// name: reader
//---

/// Reads a note.
/// @param path {string} the note
pub fn read(args) { crucible::read_note(args.path) }
`;

let workspace: Workspace;
beforeAll(() => {
  workspace = new Workspace();
  workspace.file("reader.rune", READER);
  workspace.file("a.md", "# A");
});
afterAll(() => workspace.remove());

const run = (...args: string[]) => workspace.cru("plugins", "run", "reader.rune", ...args);

it("records a run and replays it without the notes, with the same result and fuel", () => {
  const recorded = run("read", "path=a.md", "--record", "run.json");
  expect(recorded.status).toBe(0);
  expect(recorded.stderr).toContain("recorded run.json: 1 capability call\n");
  const other = new Workspace();
  try {
    other.file("reader.rune", READER);
    other.file("run.json", readFileSync(join(workspace.folder, "run.json")));
    const replayed = other.cru("plugins", "run", "reader.rune", "--replay", "run.json");
    expect(replayed).toMatchObject({ status: 0, stdout: "# A\n" });
    expect(replayed.stderr).toContain("replayed: the recorded result and fuel, 1 capability call\n");
    const [, fuel] = /^fuel ([0-9,]+)/m.exec(recorded.stderr) ?? [];
    expect(replayed.stderr).toContain(`fuel ${fuel} ·`);
  } finally {
    other.remove();
  }
});

it("records a run that fails, and the replay fails the same way", () => {
  const recorded = run("read", "path=none.md", "--record", "failed.json");
  expect(recorded.status).toBe(1);
  const replayed = run("--replay", "failed.json");
  expect(replayed.status).toBe(1);
  expect(replayed.stderr).toContain("replayed: the recorded error and fuel");
  expect(replayed.stderr).toContain("error[not-found]");
  expect(workspace.json("plugins", "run", "reader.rune", "--replay", "failed.json")).toMatchObject({
    status: 1,
    value: { error: { code: "not-found", plugin: "reader" } },
  });
});

it("exits with 1 and names the call where the replay differs, and with 2 where the recording cannot be used", () => {
  run("read", "path=a.md", "--record", "run.json");
  const text = readFileSync(join(workspace.folder, "run.json"), "utf8");
  workspace.file("changed.json", text.replace('"args":["a.md"]', '"args":["b.md"]'));
  const differs = run("--replay", "changed.json");
  expect(differs.status).toBe(1);
  expect(differs.stderr).toContain('at call 1 the recording has kiln.read-note("b.md")');
  workspace.file("more.rune", `${READER}/// More.\npub fn more(args) { 1 }\n`);
  for (const [args, message] of [
    [["more.rune", "--replay", "run.json"], "The recording is of other code"],
    [["reader.rune", "--replay", "none.json"], 'Cannot read the recording "none.json": ENOENT'],
    [["reader.rune", "--replay", "a.md"], "The recording is malformed: it is not JSON"],
    [["reader.rune", "write", "--replay", "run.json"], 'The recording is of the tool "read"'],
    [["reader.rune", "--replay", "run.json", "--seed", "1"], "--replay <file>' cannot be used with option '--seed"],
    [["reader.rune", "--replay", "run.json", "--kiln", "."], "cannot be used with option '--kiln"],
    [["reader.rune", "read", "path=a.md", "--record", "a.md"], "a file that is no recording is there"],
    [["reader.rune", "read", "path=a.md", "--record", "none/run.json"], "its folder does not exist"],
  ] as const) {
    const result = workspace.cru("plugins", "run", ...args);
    expect(result.status, message).toBe(2);
    expect(result.stderr).toContain(message);
  }
  expect(readFileSync(join(workspace.folder, "a.md"), "utf8")).toBe("# A");
});

it("loads the plugins that may be called with --with", () => {
  workspace.file(
    "helper.rune",
    "//---\n// name: helper\n// exports: [twice]\n//---\n/// Doubles.\npub fn twice(args) { args.n * 2 }\n",
  );
  workspace.file(
    "main.rune",
    "//---\n// name: main\n// capabilities: [plugins]\n//---\n/// Calls.\npub fn go(args) { crucible::plugins::call(`helper`, `twice`, #{ n: 21 }) }\n",
  );
  const called = workspace.cru("plugins", "run", "main.rune", "go", "--with", "helper.rune", "--allow", "plugins");
  expect(called).toMatchObject({ status: 0, stdout: "42\n" });
  const alone = workspace.cru("plugins", "run", "main.rune", "go", "--allow", "plugins");
  expect(alone.status).toBe(1);
  expect(alone.stderr).toContain('there is no plugin "helper" here');
  expect(workspace.cru("plugins", "run", "main.rune", "go", "--with", "none.rune").status).toBe(2);
});
