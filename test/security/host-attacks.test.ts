/** Attacks on the host through what it does for plugins: each is an exploit that worked once, or that must never work. */
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createNodeHost, memoryKiln, memoryState, PluginError } from "crucible-plugin-host";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createCapabilities } from "../../host/src/capabilities/index.ts";
import { parseNotePath } from "../../host/src/kiln/path.ts";
import { readBundle, writeBundle } from "../../host/src/plugins/bundle.ts";
import { readPluginFile } from "../../host/src/plugins/source.ts";
import { frozenClock } from "../../host/src/powers/memory/clock.ts";
import { openKilnFiles } from "../../host/src/powers/node/kiln-files.ts";
import { openLibsqlState } from "../../host/src/powers/node/state-libsql.ts";

let top = "";
beforeEach(() => {
  top = fs.mkdtempSync(join(tmpdir(), "crucible-attack-"));
});
afterEach(() => fs.rmSync(top, { recursive: true, force: true }));

function folder(name: string, notes: Readonly<Record<string, string>> = {}): string {
  const path = join(top, name);
  fs.mkdirSync(path);
  for (const [note, text] of Object.entries(notes)) fs.writeFileSync(join(path, note), text);
  return path;
}

function errorOf(work: () => unknown): PluginError {
  try {
    work();
  } catch (error) {
    if (error instanceof PluginError) return error;
    throw error;
  }
  throw new Error("it was expected to fail");
}

const STATE = "crucible:plugin/state@0.1.0";
const LOG = "crucible:plugin/log@0.1.0";

/** A capability function as the linker calls it: with lifted values, and a WIT result as the answer. */
function bound(capabilities: ReturnType<typeof createCapabilities>, interfaceName: string, name: string) {
  return capabilities.imports.get(interfaceName)?.functions.get(name) as unknown as (...args: unknown[]) => {
    tag: string;
    val: { tag: string; val: string };
  };
}

describe("a host that was closed", () => {
  test("does not reach the folder that has its descriptor now", () => {
    const first = openKilnFiles(folder("first"));
    first.close();
    const second = openKilnFiles(folder("second", { "secret.md": "of the second" }));
    const secret = parseNotePath("secret.md");
    const change = { path: parseNotePath("evil.md"), content: new Uint8Array(1), expected: undefined };
    for (const use of [
      () => first.read(secret),
      () => first.stat(secret),
      () => first.list(""),
      () => first.commit([change]),
    ]) {
      expect(errorOf(use).code).toBe("unavailable");
    }
    expect(fs.readdirSync(join(top, "second"))).toEqual(["secret.md"]);
    second.close();
  });

  test("opens no database again", () => {
    const kilnRoot = folder("kiln");
    const state = openLibsqlState({ kilnRoot });
    state.close();
    const space = { scope: "plugin", plugin: "p" } as const;
    const change = { space, key: "k", value: "1", expiresAtMs: undefined, quotaBytes: 100 };
    expect(errorOf(() => state.get(space, "k", 0)).code).toBe("unavailable");
    expect(errorOf(() => state.prepare([change], 0)).code).toBe("unavailable");
    expect(fs.existsSync(join(kilnRoot, ".crucible"))).toBe(false);
  });

  test("fails the call that was running, and its kiln stays as it was", async () => {
    const kiln = folder("kiln", { "n.md": "before" });
    const host = createNodeHost({ kiln, allow: ["kiln.write"] });
    const plugin = await host.load({ path: "w.rune", content: WRITER });
    const running = plugin.call("write", { path: "n.md", text: "after" });
    host.close();
    await expect(running).rejects.toMatchObject({ code: "unavailable" });
    expect(fs.readFileSync(join(kiln, "n.md"), "utf8")).toBe("before");
  });
});

const WRITER = `//---
// name: writer
// capabilities: [kiln.read, kiln.write]
//---
/// Writes.
pub fn write(args) { crucible::kiln::write_note(args.path, args.text)?; 1 }
/// Lists for ever.
pub fn list_for_ever(args) { loop { crucible::kiln::list_notes("")?; } }
/// Reads what is no text for ever.
pub fn read_for_ever(args) { loop { let _ = crucible::kiln::read_note("binary.md"); } }
/// Writes the same note for ever.
pub fn write_for_ever(args) { loop { let _ = crucible::kiln::write_note("n.md", args.text); } }
`;

describe("work that the host does for little fuel", () => {
  const binary = new Uint8Array(4_000_000).fill(0xff);
  const notes = Object.fromEntries(Array.from({ length: 2_000 }, (_, n) => [`${n}.md`, "x"]));
  const frontmatter = `---\nplugins: [${"[], ".repeat(2_000)}]\n---\n`;

  test.each([
    ["list_for_ever", "kiln.list-notes", 60],
    ["read_for_ever", "kiln.read-note", 70],
    ["write_for_ever", "kiln.write-note", 20],
  ])("%s is paid for, so that fuel ends it after few calls", async (tool, calls, most) => {
    const host = createNodeHost({ kiln: memoryKiln({ ...notes, "binary.md": binary }), allow: ["kiln.write"] });
    const plugin = await host.load({ path: "w.rune", content: WRITER });
    let made = 0;
    const error = await plugin.call(tool, { text: frontmatter }, { fuel: 1_000_000_000 }).catch((thrown) => thrown);
    expect(error).toMatchObject({ code: "fuel-exhausted", usage: { fuel: 1_000_000_000 } });
    const capabilities = createCapabilities({
      plugin: "p",
      grant: { "kiln.read": { folders: ["**"] }, "kiln.write": { folders: ["**"] } },
      powers: { clock: frozenClock(0), kiln: memoryKiln({ ...notes, "binary.md": binary }) },
    });
    capabilities.beginCall({ seed: 1n });
    const [, name = ""] = calls.split(".");
    const call = bound(capabilities, "crucible:plugin/kiln@0.1.0", name);
    const args = { "list-notes": [""], "read-note": ["binary.md"], "write-note": ["n.md", frontmatter] }[name] ?? [];
    for (let paid = 0; paid < 1_000_000_000; made++) {
      call(...args);
      paid += capabilities.takeWork();
      if (made > most) break;
    }
    expect(made).toBeLessThanOrEqual(most);
    host.close();
  });

  test("is the same fuel for the same kiln", async () => {
    const fuels = [];
    for (let run = 0; run < 2; run++) {
      const host = createNodeHost({ kiln: memoryKiln(notes), allow: ["kiln.write"] });
      const plugin = await host.load({ path: "w.rune", content: WRITER });
      fuels.push((await plugin.call("write", { path: "n.md", text: frontmatter }, { seed: 1 })).fuel);
      host.close();
    }
    expect(fuels[0]).toBe(fuels[1]);
  });
});

describe("state on the host's heap", () => {
  const grant = { state: { scopes: ["plugin", "kiln", "global"], quotaBytes: 2 ** 30 } } as const;
  const begin = (state = memoryState()) => {
    const capabilities = createCapabilities({ plugin: "p", grant, powers: { clock: frozenClock(0), state } });
    capabilities.beginCall({ seed: 1n });
    return capabilities;
  };
  const large = JSON.stringify("x".repeat(8_000_000));

  test("is bounded for one call however large the quota, in all scopes together", () => {
    const set = bound(begin(), STATE, "set");
    const answers = Array.from({ length: 12 }, (_, n) =>
      set(["plugin", "kiln", "global"][n % 3], `k${n}`, large, undefined),
    );
    expect(answers.filter(({ tag }) => tag === "ok")).toHaveLength(8);
    expect(answers.at(-1)?.val.tag).toBe("transfer-limit");
  });

  test("is bounded for what a call reads, too", () => {
    const state = memoryState();
    for (let n = 0; n < 12; n++) {
      const writing = begin(state);
      expect(bound(writing, STATE, "set")("kiln", `k${n}`, large, undefined).tag).toBe("ok");
      writing.commit();
    }
    const get = bound(begin(state), STATE, "get");
    const answers = Array.from({ length: 12 }, (_, n) => get("kiln", `k${n}`));
    expect(answers.filter(({ tag }) => tag === "ok")).toHaveLength(8);
    expect(get("kiln", "k0").tag).toBe("ok");
  });

  test("may be set again and again under one key", () => {
    const set = bound(begin(), STATE, "set");
    for (let n = 0; n < 40; n++) expect(set("plugin", "k", large, undefined).tag).toBe("ok");
  });

  test("takes no JSON of more than a million values, which would be hundreds of megabytes once parsed", () => {
    const bomb = `[${"{},".repeat(1_000_001)}1]`;
    expect(bound(begin(), STATE, "set")("plugin", "k", bomb, undefined).val).toMatchObject({
      tag: "invalid-arguments",
    });
  });
});

test("state whose commit fails on the disk leaves no transaction open, so that the next call works", () => {
  const Database = createRequire(import.meta.url)("libsql");
  let isFull = false;
  class FullDisk extends Database {
    exec(sql: string) {
      if (isFull && sql === "COMMIT") throw Object.assign(new Error("disk full"), { code: "SQLITE_FULL" });
      return super.exec(sql);
    }
  }
  const state = openLibsqlState({ kilnRoot: folder("kiln"), dataFolder: join(top, "data"), load: () => FullDisk });
  const change = (scope: "plugin" | "global", value: string) => ({
    space: { scope, plugin: "p" },
    key: "k",
    value,
    expiresAtMs: undefined,
    quotaBytes: 100,
  });
  const both = (value: string) => state.prepare([change("plugin", value), change("global", value)], 0);
  both("1").commit();
  const failing = both("2");
  isFull = true;
  expect(errorOf(() => failing.commit()).code).toBe("unavailable");
  isFull = false;
  expect(state.get({ scope: "global", plugin: "p" }, "k", 0)?.value).toBe("1");
  both("3").commit();
  expect(state.get({ scope: "global", plugin: "p" }, "k", 0)?.value).toBe("3");
  state.close();
});

test("a hundred thousand changes of state in one call are prepared together, not each after all before it", () => {
  const state = openLibsqlState({ kilnRoot: folder("kiln") });
  const space = { scope: "plugin", plugin: "p" } as const;
  const changes = Array.from({ length: 100_000 }, (_, n) => {
    return { space, key: `k${n}`, value: "1", expiresAtMs: undefined, quotaBytes: 1e7 };
  });
  state.prepare(changes, 0).commit();
  expect(state.keys(space, "k9999", 0)).toHaveLength(11);
  state.close();
});

test("keys at the ends of Unicode are listed by their prefixes", () => {
  const state = openLibsqlState({ kilnRoot: folder("kiln") });
  const space = { scope: "kiln", plugin: "p" } as const;
  const keys = ["a", "a\ud7ff", "a\ue000", "a\u{10ffff}", "a\u{10ffff}b", "b", "\u{10ffff}", "\u{10ffff}\u{10ffff}z"];
  const change = { space, value: "1", expiresAtMs: undefined, quotaBytes: 1e7 };
  state
    .prepare(
      keys.map((key) => ({ ...change, key })),
      0,
    )
    .commit();
  for (const prefix of ["", ...keys, "c", "\ud7ff"]) {
    expect(new Set(state.keys(space, prefix, 0))).toEqual(new Set(keys.filter((key) => key.startsWith(prefix))));
  }
  state.close();
});

test("a message of many lines counts for each of them, since each is printed with the plugin's name", () => {
  const lines: string[] = [];
  const log = ({ message }: { readonly message: string }) => lines.push(...message.split("\n"));
  const capabilities = createCapabilities({ plugin: "p", grant: {}, powers: { clock: frozenClock(0), log } });
  capabilities.beginCall({ seed: 1n });
  const write = bound(capabilities, LOG, "write");
  for (let n = 0; n < 100; n++) write("info", "\n".repeat(20_000));
  write("info", "\n".repeat(1_000_000));
  expect(lines.length).toBeLessThan(40_000);
});

describe("a manifest of nothing but problems", () => {
  test.each([
    ["capabilities", `capabilities: [${"1,".repeat(18_000)}]`],
    ["tools", `tools: [{${Array.from({ length: 5_000 }, (_, n) => `k${n}: 1`).join(",")}}]`],
    ["globs", `capabilities: [{ kiln.read: { folders: [${Array.from({ length: 6_000 }, (_, n) => `'${n}'`)}] } }]`],
  ])("tells the first ones and how many there are (%s)", (_, yaml) => {
    const error = errorOf(() => readPluginFile({ path: "x.rune", content: `//---\n// ${yaml}\n//---\n` }));
    expect(error.code).toBe("invalid-manifest");
    expect(error.diagnostics).toHaveLength(20);
    expect(error.message).toMatch(/it has [0-9]+ problems; the first 20 are:/);
    expect(error.message.length).toBeLessThan(10_000);
  });

  test("of aliases as keys is refused after the first hundred, for the parser walks the whole text for each", () => {
    const yaml = `a: &a x\n${"// ? *a\n".repeat(8_000)}`;
    const error = errorOf(() => readPluginFile({ path: "x.rune", content: `//---\n// ${yaml}//---\n` }));
    expect(error.message).toContain("more than 100 aliases");
  });

  test("under millions of blank lines is refused for its size", () => {
    const error = errorOf(() => readPluginFile({ path: "x.rune", content: `${"\n".repeat(3_000_000)}//---\n//---\n` }));
    expect(error).toMatchObject({ code: "invalid-manifest" });
  });
});

describe("bundles", () => {
  test("with mutated code and right hashes end in a PluginError or an answer, and leave the host whole", () => {
    const script = fileURLToPath(new URL("mutate-bundles.mjs", import.meta.url));
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, "1", "300"], {
      encoding: "utf8",
      timeout: 55_000,
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const { ends, untyped, after } = JSON.parse(stdout);
    expect(untyped).toEqual([]);
    expect(ends["load ok"]).toBeGreaterThan(5);
    expect(ends["load invalid-module"]).toBeGreaterThan(50);
    expect(after).toBe(3);
  });

  test("get the capabilities of their own manifest only, whatever plugin the code was compiled for", async () => {
    const kiln = memoryKiln({ "n.md": "before" });
    const host = createNodeHost({ kiln, allow: ["kiln.write"] });
    const writer = await host.load({ path: "w.rune", content: WRITER });
    const poor = await host.load({ path: "poor.rune", content: "//---\n// name: poor\n// capabilities: []\n//---\n" });
    const [code, manifest] = [await readBundle(await writer.bundle()), await readBundle(await poor.bundle())];
    const content = await writeBundle({ ...code, manifest: manifest.manifest });
    const mixed = await host.load({ path: "mixed.crub", content });
    await expect(mixed.call("write", { path: "n.md", text: "x" })).rejects.toMatchObject({ code: "denied" });
    expect(kiln.notes().get("n.md")).toBe("before");
    host.close();
  });
});

test("twenty calls at once count one after the other, and mix no seeds", async () => {
  const host = createNodeHost({ state: memoryState() });
  const plugin = await host.load({
    path: "count.rune",
    content: `//---
// capabilities: [{ state: { scope: [plugin] } }]
//---
use crucible::{state, random};
/// Counts.
pub fn count(args) { let n = state::get("n")?.unwrap_or(0) + 1; state::set("n", n)?; [n, random::range(1, 1000000)] }
`,
  });
  const calls = Array.from({ length: 20 }, (_, n) => plugin.call("count", {}, { seed: n % 2 }));
  const results = (await Promise.all(calls)).map(({ result }) => result as [number, number]);
  expect(results.map(([n]) => n)).toEqual(Array.from({ length: 20 }, (_, n) => n + 1));
  expect(new Set(results.map(([, drawn]) => drawn)).size).toBe(2);
  host.close();
});

test("a ceiling that is no number makes no host", () => {
  for (const bad of [{ fuel: Number.NaN }, { timeoutMs: Number.NaN }, { memoryBytes: Number.NaN }]) {
    const ceiling = { fuel: 1e9, timeoutMs: 5_000, memoryBytes: 32 << 20, ...bad };
    expect(() => createNodeHost({ ceiling })).toThrow(PluginError);
  }
});
