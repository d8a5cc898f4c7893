import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { PluginError } from "../../host/src/errors.ts";
import { parseNotePath } from "../../host/src/kiln/path.ts";
import { bestConfinement, openRoot } from "../../host/src/powers/node/folder.ts";
import { openKilnFiles } from "../../host/src/powers/node/kiln-files.ts";
import { withLock } from "../../host/src/powers/node/lock.ts";
import { openLibsqlState } from "../../host/src/powers/node/state-libsql.ts";
import { runChild } from "./child.ts";

const at = parseNotePath;
const BEFORE = { "a.md": "old a", "gone.md": "old gone", "deep/b.md": "old b", "keep.md": "kept" };
const CHANGES = [
  ["a.md", "new a"],
  ["deep/b.md", "new b"],
  ["gone.md", null],
  ["made/here/c.md", "new c"],
] as const;
const AFTER = { "a.md": "new a", "deep/b.md": "new b", "made/here/c.md": "new c", "keep.md": "kept" };

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) fs.rmSync(folder, { recursive: true, force: true });
});

function makeKiln(notes: Record<string, string> = BEFORE): string {
  const root = fs.mkdtempSync(join(tmpdir(), "crucible-"));
  folders.push(root);
  for (const [path, text] of Object.entries(notes)) {
    fs.mkdirSync(dirname(join(root, path)), { recursive: true });
    fs.writeFileSync(join(root, path), text);
  }
  return root;
}

/** All notes as they are on disk. */
function contents(root: string): Record<string, string> {
  const kiln = openKilnFiles(root);
  try {
    return Object.fromEntries(
      (kiln.list("") ?? []).map(({ path }) => [path, fs.readFileSync(join(root, path), "utf8")]),
    );
  } finally {
    kiln.close();
  }
}

function staging(root: string): string[] {
  return fs.existsSync(join(root, ".crucible/staging")) ? fs.readdirSync(join(root, ".crucible/staging")) : [];
}

function commitHere(root: string, onStep: (step: string) => void): void {
  const kiln = openKilnFiles(root, { onStep });
  try {
    kiln.commit(
      CHANGES.map(([path, text]) => ({
        path: at(path),
        content: text === null ? undefined : new TextEncoder().encode(text),
        expected: kiln.read(at(path))?.version,
      })),
    );
  } finally {
    kiln.close();
  }
}

function stepsOf(work: (onStep: (step: string) => void) => void): string[] {
  const steps: string[] = [];
  work((step) => steps.push(step));
  return steps;
}

describe("a process that is killed while it commits", () => {
  test("leaves all changes or none, whichever step it did not reach, and nothing in staging", async () => {
    const steps = stepsOf((onStep) => commitHere(makeKiln(), onStep));
    const recorded = steps.indexOf("record");
    expect(recorded).toBeGreaterThan(0);
    for (let dieBefore = 0; dieBefore < steps.length; dieBefore++) {
      const root = makeKiln();
      expect((await runChild("commit", { root, changes: CHANGES, dieBefore })).signal).toBe("SIGKILL");
      expect(contents(root), `killed before "${steps[dieBefore]}"`).toEqual(dieBefore > recorded ? AFTER : BEFORE);
      commitNothing(root);
      expect(staging(root), `killed before "${steps[dieBefore]}"`).toEqual([]);
    }
  });

  test("and is killed again while the next one recovers, still leaves all or none", async () => {
    const steps = stepsOf((onStep) => commitHere(makeKiln(), onStep));
    const middle = steps.indexOf("apply gone.md");
    for (let dieBefore = 0; dieBefore < 8; dieBefore++) {
      const root = makeKiln();
      await runChild("commit", { root, changes: CHANGES, dieBefore: middle });
      await runChild("commit", { root, changes: [["other.md", "x"]], dieBefore });
      expect(contents(root)).toMatchObject(AFTER);
      expect(contents(root)["gone.md"]).toBeUndefined();
    }
  });

  test("does not cost a person's edit that came after the crash; the text that was to replace it is kept", async () => {
    const steps = stepsOf((onStep) => commitHere(makeKiln(), onStep));
    const root = makeKiln();
    await runChild("commit", { root, changes: CHANGES, dieBefore: steps.indexOf("apply deep/b.md") });
    fs.writeFileSync(join(root, "deep/b.md"), "edited by hand");
    fs.writeFileSync(join(root, "gone.md"), "also edited");
    expect(contents(root)).toEqual({ ...AFTER, "deep/b.md": "edited by hand", "gone.md": "also edited" });
    const [kept, ...others] = staging(root);
    expect(others).toEqual([]);
    expect(kept).toMatch(/^unapplied-.*\.md$/);
    expect(fs.readFileSync(join(root, ".crucible/staging", kept ?? ""), "utf8")).toBe("new b");
  });

  /** Locks of the dead are removed by the next holder. */
  function commitNothing(root: string): void {
    const kiln = openKilnFiles(root);
    kiln.commit([{ path: at("probe.md"), content: new Uint8Array(), expected: undefined }]);
    kiln.close();
  }
});

describe("a step that fails", () => {
  const steps = [
    "folder",
    "stage a.md",
    "stage deep/b.md",
    "record",
    "apply a.md",
    "apply gone.md",
    "apply made/here/c.md",
    "flush",
  ];

  test.each(steps)("at %j the commit throws and changes nothing", (failing) => {
    const root = makeKiln();
    const inode = fs.statSync(join(root, "a.md")).ino;
    expect(() =>
      commitHere(root, (step) => {
        if (step === failing) throw Object.assign(new Error("no space left"), { code: "ENOSPC" });
      }),
    ).toThrow(/failed on the kiln \(ENOSPC\)/);
    expect(staging(root)).toEqual([]);
    expect(contents(root)).toEqual(BEFORE);
    expect(fs.statSync(join(root, "a.md")).ino).toBe(inode);
  });

  test.each([
    ["EACCES", "denied"],
    ["EROFS", "unavailable"],
    ["ENAMETOOLONG", "invalid-arguments"],
    ["EISDIR", "conflict"],
  ])("with %s is told as %s, the machine's path in the hint only", (system, code) => {
    const root = makeKiln();
    try {
      commitHere(root, () => {
        throw Object.assign(new Error(`${system}: ${root}`), { code: system });
      });
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code, hint: expect.stringContaining(root) });
      expect((error as PluginError).message).not.toContain(root);
    }
  });

  test.each(["clean", "remove"])("at %j the commit has happened, and the next one cleans up", (failing) => {
    const root = makeKiln();
    commitHere(root, (step) => {
      if (step === failing) throw Object.assign(new Error("input/output error"), { code: "EIO" });
    });
    expect(staging(root)).toHaveLength(1);
    expect(contents(root)).toEqual(AFTER);
    expect(staging(root)).toEqual([]);
  });

  test("while the old texts are put back, the next process puts them back", () => {
    const root = makeKiln();
    expect(() =>
      commitHere(root, (step) => {
        if (step === "apply made/here/c.md" || step === "restore deep/b.md")
          throw Object.assign(new Error("dead disk"), { code: "EIO" });
      }),
    ).toThrow(PluginError);
    expect(fs.readFileSync(join(root, "deep/b.md"), "utf8")).toBe("new b");
    expect(contents(root)).toEqual(BEFORE);
    expect(staging(root)).toEqual([]);
  });

  test("a folder in the way of a note is a conflict and changes nothing", () => {
    const root = makeKiln();
    fs.rmSync(join(root, "made"), { recursive: true, force: true });
    fs.writeFileSync(join(root, "made"), "a file where a folder is needed");
    expect(() => commitHere(root, () => {})).toThrow(/is not a folder/);
    fs.rmSync(join(root, "made"));
    expect(contents(root)).toEqual(BEFORE);
  });
});

describe("what a commit leaves behind", () => {
  test("is the notes and an empty staging folder that only this user can read", () => {
    const root = makeKiln();
    fs.chmodSync(join(root, "a.md"), 0o640);
    commitHere(root, () => {});
    expect(fs.readdirSync(root).sort()).toEqual([".crucible", "a.md", "deep", "keep.md", "made"]);
    expect(fs.readdirSync(join(root, ".crucible"))).toEqual(["staging"]);
    expect(staging(root)).toEqual([]);
    expect(fs.statSync(join(root, ".crucible/staging")).mode & 0o777).toBe(0o700);
    expect(fs.statSync(join(root, "a.md")).mode & 0o777).toBe(0o640);
    expect(contents(root)).toEqual(AFTER);
  });

  test("reading and listing leave nothing at all", () => {
    const root = makeKiln();
    const kiln = openKilnFiles(root);
    kiln.read(at("a.md"));
    kiln.list("");
    kiln.stat(at("none.md"));
    kiln.commit([]);
    kiln.close();
    expect(fs.readdirSync(root).sort()).toEqual(["a.md", "deep", "gone.md", "keep.md"]);
  });
});

describe("a record that this program did not write", () => {
  const id = "00000000-0000-4000-8000-000000000000";

  function plant(root: string, name: string, text: string): void {
    fs.mkdirSync(join(root, ".crucible/staging", id), { recursive: true });
    fs.writeFileSync(join(root, ".crucible/staging", id, name), text);
  }

  test.each([
    ["garbage", "{"],
    ["another format", `{"format": 2, "changes": []}`],
    ["a path out of the kiln", record({ path: "../outside.md", before: null, after: "0".repeat(64), index: 0 })],
    ["a hidden path", record({ path: ".crucible/x.md", before: null, after: "0".repeat(64), index: 0 })],
    ["an index that is a path", record({ path: "x.md", before: null, after: "0".repeat(64), index: "../../a" })],
    ["a version that is none", record({ path: "x.md", before: "x", after: null, index: 0 })],
  ])("with %s is set aside and applied in no part", (_, text) => {
    const root = makeKiln();
    plant(root, "0.new", "planted");
    plant(root, "commit.json", text);
    expect(contents(root)).toEqual(BEFORE);
    expect(staging(root)).toEqual([`unreadable-${id}`]);
    expect(fs.existsSync(join(root, "../outside.md"))).toBe(false);
  });

  test("cannot remove or replace a note whose text it does not know", () => {
    const root = makeKiln();
    plant(root, "0.new", "planted");
    const rows = [
      { path: "a.md", before: "0".repeat(64), after: "1".repeat(64), index: 0 },
      { path: "keep.md", before: "0".repeat(64), after: null, index: 1 },
    ];
    plant(root, "commit.json", JSON.stringify({ format: 1, changes: rows }));
    expect(contents(root)).toEqual(BEFORE);
  });

  function record(change: object): string {
    return JSON.stringify({ format: 1, changes: [change] });
  }
});

describe("processes at the same time", () => {
  test.each([
    ["one note", false],
    ["one note and one state value", true],
  ])("count up %s without losing a step", async (_, withState) => {
    const root = makeKiln({ "count.md": "0" });
    const results = await Promise.all([1, 2, 3].map(() => runChild("count", { root, times: 25, withState })));
    expect(results.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(contents(root)).toEqual({ "count.md": "75" });
    expect(staging(root)).toEqual([]);
    if (withState) {
      const state = openLibsqlState({ kilnRoot: root });
      expect(state.get({ scope: "kiln", plugin: "counter" }, "count", 0)?.value).toBe("75");
      state.close();
    }
  });
});

describe("the lock", () => {
  function lockFolder() {
    const root = makeKiln({});
    return { root, folder: openRoot(root, bestConfinement()) };
  }

  test("keeps a second holder out until the first lets go", () => {
    const { folder, root } = lockFolder();
    withLock(folder, {}, () => {
      expect(() => withLock(folder, { waitMs: 0 }, () => "inside")).toThrow(/another process is writing/);
    });
    expect(withLock(folder, { waitMs: 0 }, () => "inside")).toBe("inside");
    expect(fs.readdirSync(root)).toEqual([]);
    folder.close();
  });

  test("is let go by an error", () => {
    const { folder, root } = lockFolder();
    expect(() =>
      withLock(folder, {}, () => {
        throw new Error("inside");
      }),
    ).toThrow("inside");
    expect(fs.readdirSync(root)).toEqual([]);
    folder.close();
  });

  test("of a machine that cannot be asked holds until it is old", () => {
    const { folder, root } = lockFolder();
    const foreign = join(root, `lock-${"f".repeat(16)}-1-0-00000000-0000-4000-8000-000000000000`);
    fs.writeFileSync(foreign, "");
    expect(() => withLock(folder, { waitMs: 0 }, () => {})).toThrow(/another process/);
    fs.utimesSync(foreign, 1, 1);
    expect(withLock(folder, { waitMs: 0 }, () => "inside")).toBe("inside");
    expect(fs.readdirSync(root)).toEqual([]);
    folder.close();
  });
});

describe("opening a kiln", () => {
  test("that does not exist or is a file is one readable error", () => {
    const root = makeKiln();
    expect(() => openKilnFiles(join(root, "none"))).toThrow(/^Cannot open the kiln ".*none": there is no such folder$/);
    expect(() => openKilnFiles(join(root, "a.md"))).toThrow(/it is a file, not a folder$/);
    expect(codeOf(() => openKilnFiles(join(root, "none")))).toBe("not-found");
    expect(codeOf(() => openKilnFiles(join(root, "a.md")))).toBe("invalid-arguments");
    expect(codeOf(() => openKilnFiles(join(root, "a.md/x")))).toBe("not-found");
  });

  test("through a link that the person named works", () => {
    const root = makeKiln();
    const link = `${root}-link`;
    fs.symlinkSync(root, link);
    folders.push(link);
    expect(contents(link)).toEqual(BEFORE);
  });

  function codeOf(work: () => unknown): string | undefined {
    try {
      work();
    } catch (error) {
      return (error as PluginError).code;
    }
    return undefined;
  }
});
