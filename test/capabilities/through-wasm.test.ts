/** The capabilities as a plugin meets them: a Rune plugin in its sandbox, over a real folder and a real database. */
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createNodeHost, type NodeHost } from "crucible-plugin-host";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { frozenClock } from "../../host/src/powers/memory/clock.ts";

const SOURCE = (capabilities: string) => `//---
// name: probe
// version: 1.0.0
// capabilities: ${capabilities}
//---
use crucible::{kiln, state, random, clock};

/// Probes.
/// @param path {string} text
pub fn read(args) { kiln::read_note(args.path) }
/// Probes.
/// @param folder {string} text
pub fn list(args) { kiln::list_notes(args.folder) }
/// Probes.
/// @param path {string} text
/// @param text {string} text
pub fn write(args) { kiln::write_note(args.path, args.text)?; kiln::read_note(args.path) }
/// Probes.
/// @param path {string} text
pub fn write_and_fail(args) { kiln::write_note(args.path, "changed")?; state::set("n", 1)?; [1][5] }
/// Probes.
/// @param path {string} text
pub fn refused(args) {
    match kiln::write_note(args.path, "changed") {
        Ok(_) => "written",
        Err(error) => error.code,
    }
}
/// Probes.
pub fn count(args) {
    let n = state::get("n")?.unwrap_or(0) + 1;
    state::set("n", n)?;
    n
}
/// Probes.
pub fn other_scope(args) { state::set_in("global", "n", 1) }
/// Probes.
pub fn dice(args) { [random::range(1, 1000), random::range(1, 1000), random::range(1, 1000)] }
/// Probes.
pub fn now(args) { clock::now_ms() }
/// Probes.
pub fn flood(args) { for n in 0..100001 { kiln::note_exists("open/a.md")?; } }
/// Draws more often than capabilities may be called.
pub fn many_dice(args) { for n in 0..100001 { random::range(1, 6); } }
/// Probes.
pub fn babble(args) { for n in 0..100000 { println!("{}", n); } 0 }
`;

let root: string;
let host: NodeHost;

beforeEach(() => {
  root = fs.mkdtempSync(join(tmpdir(), "crucible-"));
  fs.mkdirSync(join(root, "open"));
  fs.mkdirSync(join(root, "closed"));
  fs.writeFileSync(join(root, "open/a.md"), "# A");
  fs.writeFileSync(join(root, "closed/b.md"), "# B");
  host = createNodeHost({ kiln: root, clock: frozenClock(1_234_567) });
});

afterEach(() => {
  host.close();
  fs.rmSync(root, { recursive: true, force: true });
});

const WIDE =
  "[{ kiln.read: { folders: ['open/**'] } }, { kiln.write: { folders: ['open/**'] } }, { state: { scope: [plugin] } }, clock]";

async function load(capabilities = WIDE, allow: readonly string[] = ["kiln.write"]) {
  return host.load({ content: SOURCE(capabilities), path: "probe.rune" }, { allow: [...allow] });
}

describe("through wasm, the kiln", () => {
  test("is read and listed inside the scope", async () => {
    const plugin = await load();
    expect((await plugin.call("read", { path: "open/a.md" })).result).toBe("# A");
    expect((await plugin.call("list", { folder: "" })).result).toMatchObject([{ path: "open/a.md" }]);
    await expect(plugin.call("read", { path: "closed/b.md" })).rejects.toMatchObject({ code: "denied" });
    await expect(plugin.call("read", { path: "../x.md" })).rejects.toMatchObject({ code: "invalid-arguments" });
    await expect(plugin.call("read", { path: "open/none.md" })).rejects.toMatchObject({ code: "not-found" });
  });

  test("is written when the call succeeds, and reads its own writes before", async () => {
    const plugin = await load();
    expect((await plugin.call("write", { path: "open/new/c.md", text: "né😀" })).result).toBe("né😀");
    expect(fs.readFileSync(join(root, "open/new/c.md"), "utf8")).toBe("né😀");
  });

  test("is as it was, with the state, when the call fails after writing", async () => {
    const plugin = await load();
    await expect(plugin.call("write_and_fail", { path: "open/a.md" })).rejects.toMatchObject({ code: "guest-error" });
    expect(fs.readFileSync(join(root, "open/a.md"), "utf8")).toBe("# A");
    expect(fs.existsSync(join(root, ".crucible"))).toBe(false);
    expect((await plugin.call("count", {})).result).toBe(1);
  });

  test("answers denied without the grant, which the plugin can handle", async () => {
    const unapproved = await load(WIDE, []);
    expect((await unapproved.call("refused", { path: "open/a.md" })).result).toBe("denied");
    const silent = await load("[kiln.read]", []);
    expect((await silent.call("refused", { path: "open/a.md" })).result).toBe("denied");
    expect(fs.readdirSync(root).sort()).toEqual(["closed", "open"]);
    expect(fs.readFileSync(join(root, "open/a.md"), "utf8")).toBe("# A");
  });
});

test("through wasm, state outlives calls and plugins' instances", async () => {
  const plugin = await load();
  expect((await plugin.call("count", {})).result).toBe(1);
  expect((await plugin.call("count", {})).result).toBe(2);
  expect((await (await load()).call("count", {})).result).toBe(3);
  await expect(plugin.call("other_scope", {})).rejects.toMatchObject({ code: "denied" });
  await expect((await load("[]", [])).call("count", {})).rejects.toMatchObject({ code: "denied" });
});

test("through wasm, random follows the seed and the clock stands where it was put", async () => {
  const plugin = await load();
  const [one, again, other] = [
    await plugin.call("dice", {}, { seed: 7 }),
    await plugin.call("dice", {}, { seed: 7 }),
    await plugin.call("dice", {}, { seed: 8 }),
  ];
  expect(again.result).toEqual(one.result);
  expect(again.fuel).toBe(one.fuel);
  expect(other.result).not.toEqual(one.result);
  expect((await plugin.call("now", {})).result).toBe(1_234_567);
});

test("through wasm, a flood of capability calls is rate-limited and a flood of messages is cut", async () => {
  const plugin = await load();
  await expect(plugin.call("flood", {})).rejects.toMatchObject({ code: "rate-limited" });
  expect((await plugin.call("many_dice", {})).result).toBe(null);
  const { report } = await plugin.call("babble", {});
  expect(report.dropped.messages).toBeGreaterThan(0);
  expect(report.log.at(-1)?.message).toMatch(/were dropped$/);
});
