import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { thrown } from "../../../test/failure.ts";
import { parseNotePath } from "../kiln/path.ts";
import { memoryKiln } from "./memory/kiln.ts";
import { memoryState } from "./memory/state.ts";
import { openKilnFiles } from "./node/kiln-files.ts";
import { openLibsqlState } from "./node/state-libsql.ts";
import type { KilnStorage, StateChange, StateSpace, StateStorage } from "./types.ts";

const at = parseNotePath;
const bytes = (text: string) => new TextEncoder().encode(text);
const cleanups: (() => void)[] = [];

afterEach(() => {
  for (const cleanup of cleanups.splice(0).reverse()) cleanup();
});

function temporaryFolder(): string {
  const folder = fs.mkdtempSync(join(tmpdir(), "crucible-"));
  cleanups.push(() => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function kilnInFolder(notes: Record<string, string>, confinement: "descriptors" | "checks"): KilnStorage {
  const root = temporaryFolder();
  for (const [path, text] of Object.entries(notes)) {
    fs.mkdirSync(join(root, path, ".."), { recursive: true });
    fs.writeFileSync(join(root, path), text);
  }
  const kiln = openKilnFiles(root, { confinement });
  cleanups.push(kiln.close);
  return kiln;
}

const code = (work: () => unknown) => thrown(work).code;

const KILNS: Record<string, (notes: Record<string, string>) => KilnStorage> = {
  "in memory": (notes) => memoryKiln(notes),
  ...(process.platform === "linux" && {
    "in a folder, by descriptors": (notes: Record<string, string>) => kilnInFolder(notes, "descriptors"),
  }),
  "in a folder, by checks": (notes) => kilnInFolder(notes, "checks"),
};

describe.each(Object.entries(KILNS))("a kiln %s", (_, make) => {
  const NOTES = { "b.md": "# B", "a/x.md": "# X", "a/deep/y.md": "# Y", "😀.md": "smile", "\ue000.md": "private" };

  function text(kiln: KilnStorage, path: string): string | undefined {
    const note = kiln.read(at(path));
    return note && new TextDecoder().decode(note.bytes);
  }

  test("reads what is there and nothing else", () => {
    const kiln = make(NOTES);
    expect(text(kiln, "a/deep/y.md")).toBe("# Y");
    expect(kiln.read(at("none.md"))).toBeUndefined();
    expect(kiln.read(at("none/none.md"))).toBeUndefined();
    expect(kiln.read(at("b.md/x.md"))).toBeUndefined();
    expect(kiln.stat(at("a/x.md"))?.sizeBytes).toBe(3);
    expect(kiln.stat(at("a/none.md"))).toBeUndefined();
  });

  test("lists all below a folder by code point, and nothing for a folder that is not there", () => {
    const kiln = make(NOTES);
    expect(kiln.list("")?.map((entry) => entry.path)).toEqual(["a/deep/y.md", "a/x.md", "b.md", "\ue000.md", "😀.md"]);
    expect(kiln.list("a")?.map((entry) => [entry.path, entry.sizeBytes])).toEqual([
      ["a/deep/y.md", 3],
      ["a/x.md", 3],
    ]);
    expect(kiln.list("none")).toBeUndefined();
    expect(kiln.list("a/dee")).toBeUndefined();
    expect(make({}).list("")).toEqual([]);
  });

  test("commits creations, replacements and deletions together", () => {
    const kiln = make(NOTES);
    kiln.commit([
      { path: at("b.md"), content: bytes("new"), expected: kiln.read(at("b.md"))?.version },
      { path: at("made/here/d.md"), content: bytes("d"), expected: undefined },
      { path: at("a/x.md"), content: undefined, expected: kiln.read(at("a/x.md"))?.version },
    ]);
    expect(text(kiln, "b.md")).toBe("new");
    expect(text(kiln, "made/here/d.md")).toBe("d");
    expect(kiln.read(at("a/x.md"))).toBeUndefined();
  });

  test("changes nothing where one note has another version than expected", () => {
    const kiln = make(NOTES);
    const version = kiln.read(at("b.md"))?.version;
    kiln.commit([{ path: at("b.md"), content: bytes("theirs"), expected: version }]);
    for (const expected of [version, undefined]) {
      const commit = () =>
        kiln.commit([
          { path: at("new.md"), content: bytes("x"), expected: undefined },
          { path: at("b.md"), content: bytes("mine"), expected },
        ]);
      expect(code(commit)).toBe("conflict");
    }
    expect(code(() => kiln.commit([{ path: at("none.md"), content: undefined, expected: version }]))).toBe("conflict");
    expect(text(kiln, "b.md")).toBe("theirs");
    expect(kiln.read(at("new.md"))).toBeUndefined();
  });

  test("gives the same version for a note that nobody changed", () => {
    const kiln = make(NOTES);
    expect(kiln.read(at("b.md"))?.version).toBe(kiln.read(at("b.md"))?.version);
    expect(kiln.read(at("b.md"))?.version).not.toBe(kiln.read(at("a/x.md"))?.version);
  });
});

const STATES: Record<string, () => StateStorage> = {
  "in memory": memoryState,
  "in libsql": () => {
    const state = openLibsqlState({ kilnRoot: temporaryFolder(), dataFolder: join(temporaryFolder(), "crucible") });
    cleanups.push(state.close);
    return state;
  },
};

describe.each(Object.entries(STATES))("state %s", (_, make) => {
  const dice: StateSpace = { scope: "plugin", plugin: "dice" };
  const other: StateSpace = { scope: "plugin", plugin: "other" };
  const shared: StateSpace = { scope: "kiln", plugin: "dice" };
  const everywhere: StateSpace = { scope: "global", plugin: "dice" };

  function put(
    state: StateStorage,
    space: StateSpace,
    key: string,
    value: string | undefined,
    rest: Partial<StateChange> = {},
  ): void {
    state.prepare([{ space, key, value, expiresAtMs: undefined, quotaBytes: 1_000, ...rest }], 0).commit();
  }

  test("keeps scopes and plugins apart, and shares what is shared", () => {
    const state = make();
    for (const [index, space] of [dice, other, shared, everywhere].entries()) put(state, space, "k", String(index));
    expect(state.get(dice, "k", 0)?.value).toBe("0");
    expect(state.get(other, "k", 0)?.value).toBe("1");
    expect(state.get({ scope: "kiln", plugin: "other" }, "k", 0)).toEqual({
      value: "2",
      owner: "dice",
      expiresAtMs: undefined,
    });
    expect(state.get({ scope: "global", plugin: "other" }, "k", 0)?.value).toBe("3");
  });

  test("lists keys by prefix and code point; wildcards of SQL are letters", () => {
    const state = make();
    for (const key of ["b", "a%", "a_", "a", "aa", "A", "😀", "\ue000", "it's"]) put(state, dice, key, "1");
    expect(state.keys(dice, "", 0)).toEqual(["A", "a", "a%", "a_", "aa", "b", "it's", "\ue000", "😀"]);
    expect(state.keys(dice, "a", 0)).toEqual(["a", "a%", "a_", "aa"]);
    expect(state.keys(dice, "a%", 0)).toEqual(["a%"]);
    expect(state.keys(dice, "😀", 0)).toEqual(["😀"]);
    expect(state.keys(other, "", 0)).toEqual([]);
  });

  test("an entry whose time has come is gone for get, keys and quota", () => {
    const state = make();
    put(state, dice, "soon", `"x"`, { expiresAtMs: 100 });
    expect(state.get(dice, "soon", 99)).toEqual({ value: `"x"`, owner: "dice", expiresAtMs: 100 });
    expect(state.usedBytes(dice, 99)).toBe(7);
    expect(state.get(dice, "soon", 100)).toBeUndefined();
    expect(state.keys(dice, "", 100)).toEqual([]);
    expect(state.usedBytes(dice, 100)).toBe(0);
  });

  test("a removed key is gone", () => {
    const state = make();
    put(state, dice, "k", "1");
    put(state, dice, "k", undefined);
    expect(state.get(dice, "k", 0)).toBeUndefined();
    expect(state.keys(dice, "", 0)).toEqual([]);
  });

  test("the quota counts what a plugin owns in a scope, in bytes of UTF-8", () => {
    const state = make();
    put(state, shared, "é", `"é"`, { quotaBytes: 6 });
    expect(state.usedBytes(shared, 0)).toBe(6);
    expect(code(() => put(state, shared, "k", "1", { quotaBytes: 6 }))).toBe("transfer-limit");
    expect(state.get(shared, "k", 0)).toBeUndefined();
    put(state, { scope: "kiln", plugin: "other" }, "é", "1", { quotaBytes: 6 });
    expect(state.usedBytes(shared, 0)).toBe(0);
    expect(state.usedBytes({ scope: "kiln", plugin: "other" }, 0)).toBe(3);
  });

  test("a value that changed since it was read conflicts, and nothing of the call is kept", () => {
    const state = make();
    put(state, dice, "k", "1");
    const changes: StateChange[] = [
      { space: dice, key: "new", value: "1", expiresAtMs: undefined, quotaBytes: 100 },
      { space: dice, key: "k", value: "3", expiresAtMs: undefined, quotaBytes: 100, expected: { value: "2" } },
    ];
    expect(code(() => state.prepare(changes, 0))).toBe("conflict");
    expect(state.keys(dice, "", 0)).toEqual(["k"]);
    put(state, dice, "k", "2", { expected: { value: "1" } });
    put(state, dice, "fresh", "2", { expected: { value: undefined } });
    expect(code(() => put(state, dice, "fresh", "2", { expected: { value: undefined } }))).toBe("conflict");
  });

  test("what is prepared and rolled back leaves no trace, in any scope", () => {
    const state = make();
    const changes = [dice, shared, everywhere].map(
      (space): StateChange => ({ space, key: "k", value: "1", expiresAtMs: undefined, quotaBytes: 100 }),
    );
    state.prepare(changes, 0).rollback();
    for (const space of [dice, shared, everywhere]) expect(state.keys(space, "", 0)).toEqual([]);
    state.prepare(changes, 0).commit();
    for (const space of [dice, shared, everywhere]) expect(state.keys(space, "", 0)).toEqual(["k"]);
  });
});
