import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "libsql";
import { afterEach, describe, expect, test } from "vitest";
import { createCapabilities } from "../../host/src/capabilities/index.ts";
import { parseNotePath } from "../../host/src/kiln/path.ts";
import { frozenClock } from "../../host/src/powers/memory/clock.ts";
import { memoryKiln } from "../../host/src/powers/memory/kiln.ts";
import { type LibsqlState, type LibsqlStateOptions, openLibsqlState } from "../../host/src/powers/node/state-libsql.ts";
import type { StateChange, StateSpace } from "../../host/src/powers/types.ts";
import { thrown } from "../failure.ts";

const dice: StateSpace = { scope: "plugin", plugin: "dice" };
const everywhere: StateSpace = { scope: "global", plugin: "dice" };
const cleanups: (() => void)[] = [];

afterEach(() => {
  for (const cleanup of cleanups.splice(0).reverse()) cleanup();
});

function temporaryFolder(): string {
  const folder = fs.mkdtempSync(join(tmpdir(), "crucible-"));
  cleanups.push(() => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function open(options: LibsqlStateOptions): LibsqlState {
  const state = openLibsqlState(options);
  cleanups.push(state.close);
  return state;
}

function put(state: LibsqlState, space: StateSpace, key: string, value: string, rest: Partial<StateChange> = {}): void {
  state.prepare([{ space, key, value, expiresAtMs: undefined, quotaBytes: 1_000, ...rest }], 0).commit();
}

describe("state on disk", () => {
  test("is made by the first commit, not by opening, reading or rolling back a call without changes", () => {
    const [kilnRoot, data] = [temporaryFolder(), temporaryFolder()];
    const state = open({ kilnRoot, dataFolder: join(data, "crucible") });
    expect(state.get(dice, "k", 0)).toBeUndefined();
    expect(state.keys(everywhere, "", 0)).toEqual([]);
    expect(state.usedBytes(dice, 0)).toBe(0);
    expect([...fs.readdirSync(kilnRoot), ...fs.readdirSync(data)]).toEqual([]);
    put(state, dice, "k", "1");
    expect(fs.readdirSync(join(kilnRoot, ".crucible"))).toContain("state.db");
    expect(fs.readdirSync(data)).toEqual([]);
    put(state, everywhere, "k", "2");
    expect(fs.readdirSync(join(data, "crucible"))).toContain("state.db");
  });

  test("can be read by this user only", () => {
    const [kilnRoot, data] = [temporaryFolder(), temporaryFolder()];
    const state = open({ kilnRoot, dataFolder: join(data, "crucible") });
    put(state, dice, "k", "1");
    put(state, everywhere, "k", "1");
    for (const folder of [join(kilnRoot, ".crucible"), join(data, "crucible")]) {
      for (const file of fs.readdirSync(folder)) expect(fs.statSync(join(folder, file)).mode & 0o077, file).toBe(0);
    }
    expect(fs.statSync(join(data, "crucible")).mode & 0o777).toBe(0o700);
  });

  test("is there when it is opened again, and kilns do not see each other's", () => {
    const [one, two, data] = [temporaryFolder(), temporaryFolder(), temporaryFolder()];
    const first = open({ kilnRoot: one, dataFolder: data });
    put(first, dice, "k", `"kept"`);
    put(first, everywhere, "k", `"shared"`);
    first.close();
    expect(open({ kilnRoot: one, dataFolder: data }).get(dice, "k", 0)?.value).toBe(`"kept"`);
    const second = open({ kilnRoot: two, dataFolder: data });
    expect(second.get(dice, "k", 0)).toBeUndefined();
    expect(second.get(everywhere, "k", 0)?.value).toBe(`"shared"`);
  });

  test("loses expired entries from the file with the next commit", () => {
    const kilnRoot = temporaryFolder();
    const state = open({ kilnRoot });
    put(state, dice, "soon", "1", { expiresAtMs: 10 });
    state.prepare([{ space: dice, key: "k", value: "1", expiresAtMs: undefined, quotaBytes: 100 }], 10).commit();
    state.close();
    const database = new Database(join(kilnRoot, ".crucible/state.db"));
    expect((database.prepare("SELECT key FROM entries").all() as { key: string }[]).map((row) => row.key)).toEqual([
      "k",
    ]);
    database.close();
  });

  test("without a kiln or a data folder says which scope is missing", () => {
    expect(thrown(() => open({ dataFolder: temporaryFolder() }).get(dice, "k", 0)).message).toBe(
      "there is no state of scope plugin here",
    );
    expect(thrown(() => open({ kilnRoot: temporaryFolder() }).get(everywhere, "k", 0)).code).toBe("unavailable");
  });
});

describe("when the database cannot be used", () => {
  test("a missing package is named with the command that installs it", () => {
    const state = open({
      kilnRoot: temporaryFolder(),
      load: () => {
        throw new Error("Cannot find module 'libsql'");
      },
    });
    const error = thrown(() => put(state, dice, "k", "1"));
    expect([error.code, error.hint]).toEqual(["unavailable", "Install it with: npm install libsql"]);
  });

  test.each([
    ["text", Buffer.from("this is no database, but long enough to have a header".repeat(50))],
    ["a damaged page", undefined],
  ])("%s instead of a database is an error that names the file, and the file stays as it is", (_, bytes) => {
    const kilnRoot = temporaryFolder();
    const file = join(kilnRoot, ".crucible/state.db");
    const first = open({ kilnRoot });
    for (let index = 0; index < 50; index++)
      put(first, dice, `key ${index}`, JSON.stringify("x".repeat(200)), { quotaBytes: 1e6 });
    first.close();
    const damaged = bytes ?? damage(fs.readFileSync(file));
    fs.writeFileSync(file, damaged);
    const state = open({ kilnRoot });
    const error = thrown(() => {
      state.keys(dice, "", 0);
      put(state, dice, "key 7", "1", { quotaBytes: 1e6 });
    });
    expect(error.code).toBe("unavailable");
    expect(error.message).toBe("the plugin state is damaged");
    expect(error.hint).toContain(file);
    expect(error.message).not.toContain(kilnRoot);
    state.close();
    expect(fs.readFileSync(file).equals(damaged)).toBe(true);
  });

  test("a file of a newer version is left alone", () => {
    const kilnRoot = temporaryFolder();
    fs.mkdirSync(join(kilnRoot, ".crucible"));
    const database = new Database(join(kilnRoot, ".crucible/state.db"));
    database.exec("PRAGMA user_version = 2");
    database.close();
    const error = thrown(() => open({ kilnRoot }).get(dice, "k", 0));
    expect([error.code, error.message]).toEqual([
      "unavailable",
      "the plugin state was written by a newer version of this program",
    ]);
  });

  test("a writer that does not let go is busy, which a plugin sees as timeout", () => {
    const kilnRoot = temporaryFolder();
    put(open({ kilnRoot }), dice, "k", "1");
    const database = new Database(join(kilnRoot, ".crucible/state.db"));
    cleanups.push(() => void database.close());
    database.exec("BEGIN IMMEDIATE");
    const error = thrown(() => put(open({ kilnRoot, busyTimeoutMs: 20 }), dice, "k", "2"));
    expect(error.code).toBe("busy");
    database.exec("ROLLBACK");
  });

  test("a link in place of the file or the folder is refused, and what it points to is not touched", () => {
    const outside = temporaryFolder();
    fs.writeFileSync(join(outside, "target"), "");
    const kilns = [temporaryFolder(), temporaryFolder(), temporaryFolder()] as const;
    fs.mkdirSync(join(kilns[0], ".crucible"));
    fs.symlinkSync(join(outside, "target"), join(kilns[0], ".crucible/state.db"));
    fs.symlinkSync(outside, join(kilns[1], ".crucible"));
    fs.mkdirSync(join(kilns[2], ".crucible"));
    fs.symlinkSync(join(outside, "none"), join(kilns[2], ".crucible/state.db-wal"));
    for (const kilnRoot of kilns) {
      expect(thrown(() => put(open({ kilnRoot }), dice, "k", "1")).message).toMatch(/is a link or a special file/);
    }
    expect(fs.readdirSync(outside)).toEqual(["target"]);
    expect(fs.statSync(join(outside, "target")).size).toBe(0);
  });

  function damage(bytes: Buffer): Buffer {
    const copy = Buffer.from(bytes);
    copy.fill(0xff, 4096);
    return copy;
  }
});

test("notes and state of a call are one transaction: a quota that another process used up keeps the notes back", () => {
  const kilnRoot = temporaryFolder();
  const notes = memoryKiln({ "a.md": "old" });
  const capabilities = createCapabilities({
    plugin: "dice",
    grant: { "kiln.write": { folders: ["**"] }, state: { scopes: ["plugin"], quotaBytes: 10 } },
    powers: { kiln: notes, state: open({ kilnRoot }), clock: frozenClock(0) },
  });
  const call = (name: string, function_: string, ...args: unknown[]) =>
    capabilities.imports.get(`crucible:plugin/${name}@0.1.0`)?.functions.get(function_)?.(...(args as never[]));
  capabilities.beginCall({ seed: 0n });
  call("kiln", "write-note", "a.md", "new");
  expect(call("state", "set", "plugin", "k", "123456", undefined)).toEqual({ tag: "ok", val: undefined });
  put(open({ kilnRoot }), dice, "other", "12345");
  expect(thrown(() => capabilities.commit()).code).toBe("transfer-limit");
  expect(notes.notes().get("a.md")).toBe("old");
  expect(open({ kilnRoot }).keys(dice, "", 0)).toEqual(["other"]);
});

test("a conflict of the notes takes the prepared state back, and the next call can commit", () => {
  const kilnRoot = temporaryFolder();
  const notes = memoryKiln({ "a.md": "old" });
  const state = open({ kilnRoot });
  const capabilities = createCapabilities({
    plugin: "dice",
    grant: { "kiln.write": { folders: ["**"] }, state: { scopes: ["plugin"], quotaBytes: 100 } },
    powers: { kiln: notes, state, clock: frozenClock(0) },
  });
  const call = (name: string, function_: string, ...args: unknown[]) =>
    capabilities.imports.get(`crucible:plugin/${name}@0.1.0`)?.functions.get(function_)?.(...(args as never[]));
  capabilities.beginCall({ seed: 0n });
  call("kiln", "write-note", "a.md", "mine");
  call("state", "set", "plugin", "first", "1", undefined);
  notes.commit([
    { path: parseNotePath("a.md"), content: new Uint8Array(), expected: notes.read(parseNotePath("a.md"))?.version },
  ]);
  expect(thrown(() => capabilities.commit()).code).toBe("conflict");
  expect(state.keys(dice, "", 0)).toEqual([]);
  capabilities.beginCall({ seed: 0n });
  call("state", "set", "plugin", "second", "1", undefined);
  capabilities.commit();
  expect(open({ kilnRoot }).keys(dice, "", 0)).toEqual(["second"]);
});
