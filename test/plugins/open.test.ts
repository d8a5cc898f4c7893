/** Instances that live across calls: what they keep, what each call has of its own, and how they end. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createNodeHost, memoryKiln, memoryState, type Plugin, type PluginError } from "../../host/src/index.ts";
import { failure } from "../failure.ts";
import { parrot, parrotManifest } from "../fixtures/components.mjs";

const DIARY = `//---
// name: diary
// capabilities: [kiln.read, kiln.write: { folders: ["**"] }, state]
//---
use crucible::{kiln, random, state};
/// Rolls a die.
pub fn roll() { random::range(1, 1000000) }
/// Writes a note.
pub fn note(args) { kiln::write_note(args.path, "hello")?; Ok(args.path) }
/// Counts in the kiln's state.
pub fn tally() {
  let n = match state::get("n")? { Some(n) => n + 1, None => 1 };
  state::set("n", n)?;
  Ok(n)
}
/// Writes and fails.
pub fn fumble() { kiln::write_note("half.md", "half")?; panic("dropped it") }
/// Does not end.
pub fn spin() { loop {} }
`;

let component: Uint8Array;
let diary: Plugin;
const kiln = memoryKiln({});
const allow = ["kiln.write"];

beforeAll(async () => {
  component = await parrot();
  diary = await createNodeHost({ kiln, state: memoryState() }).load({ path: "diary.rune", content: DIARY });
});

function loadParrot(host = createNodeHost()): Promise<Plugin> {
  return host.load({ path: "parrot.wasm", content: component, sidecar: { path: "p.toml", text: parrotManifest } });
}

describe("an open instance", () => {
  it("keeps what the guest remembers from call to call; other instances know nothing of it", async () => {
    const plugin = await loadParrot();
    const open = await plugin.open();
    const other = await plugin.open();
    expect((await open.call("count")).result).toBe(1);
    expect(open.callSync("count").result).toBe(2);
    expect(other.callSync("count").result).toBe(1);
    expect((await plugin.call("count")).result).toBe(1);
  });

  it("gives every call the result and the fuel that it has alone", async () => {
    const plugin = await loadParrot();
    const alone = await plugin.call("echo", { text: "Straße" });
    const open = await plugin.open();
    for (const outcome of [open.callSync("echo", { text: "Straße" }), await open.call("echo", { text: "Straße" })]) {
      expect(outcome.result).toEqual({ text: "Straße" });
      expect(outcome.fuel).toBe(alone.fuel);
      expect(outcome.memoryBytes).toBe(alone.memoryBytes);
    }
  });

  it("gives every call a seed of its own, the first the seed that was given", async () => {
    const open = await diary.open({ seed: 42, allow });
    const first = await open.call("roll");
    const second = await open.call("roll");
    expect(first.seed).toBe(42n);
    expect(first.result).toBe((await diary.call("roll", {}, { seed: 42, allow })).result);
    expect(second.seed).toBe(42n + 0xd1342543de82ef95n);
    expect(second.result).toBe((await diary.call("roll", {}, { seed: second.seed, allow })).result);
    const last = await diary.open({ seed: 2n ** 64n - 1n });
    await last.call("roll");
    expect((await last.call("roll")).seed).toBe(0xd1342543de82ef94n);
  });

  it("commits every call by itself, and reports it by itself", async () => {
    const open = await diary.open({ allow });
    const first = await open.call("note", { path: "one.md" });
    expect(kiln.notes().has("one.md")).toBe(true);
    const second = await open.call("note", { path: "two.md" });
    expect(first.report.changes.map(({ path }) => path)).toEqual(["one.md"]);
    expect(second.report.changes.map(({ path }) => path)).toEqual(["two.md"]);
    expect((await open.call("tally")).result).toBe(1);
    expect((await open.call("tally")).result).toBe(2);
  });

  it("drops what a failed call wrote, ends, and says from then on what ended it", async () => {
    const open = await diary.open({ allow });
    const error = await failure(() => open.call("fumble"));
    expect(error.code).toBe("guest-error");
    expect(error.instance).toBe(open.id);
    expect(error.usage?.fuel).toBeGreaterThan(0);
    expect(kiln.notes().has("half.md")).toBe(false);
    expect(open.ended?.code).toBe("guest-error");
    const later = await failure(() => open.callSync("roll"));
    expect(later.code).toBe("unavailable");
    expect(later.message).toContain(`${open.id} ended before with guest-error`);
    expect(later.usage).toBeUndefined();
  });

  it.each([
    ["spin", "fuel-exhausted"],
    ["trap", "trap"],
    ["fail", "guest-error"],
    ["hoard", "memory-limit"],
  ])("is ended by %s with %s, sync and async", async (tool, code) => {
    const plugin = await loadParrot();
    const limits = { fuel: 1_000_000, memoryBytes: 1 << 20 };
    const waited = await plugin.open(limits);
    expect((await failure(() => waited.call(tool))).code).toBe(code);
    const atOnce = await plugin.open(limits);
    expect((await failure(() => atOnce.callSync(tool))).code).toBe(code);
    expect(atOnce.ended?.code).toBe(code);
    expect(atOnce.ended?.message).toBe(waited.ended?.message);
    expect((await failure(() => atOnce.callSync("noop"))).cause).toBe(atOnce.ended);
  });

  it("gives every call its own fuel, which the call may lower or raise", async () => {
    const open = await (await loadParrot()).open({ fuel: 10_000 });
    for (let call = 0; call < 100; call++) expect(open.callSync("noop").fuel).toBeLessThan(1_000);
    const error = await failure(() => open.callSync("spin", {}, { fuel: 5_000 }));
    expect(error.usage?.fuel).toBe(5_000);
    const other = await (await loadParrot()).open({ fuel: 10_000 });
    expect((await failure(() => other.call("spin", {}, { fuel: 20_000 }))).usage?.fuel).toBe(20_000);
  });

  it("lives on after a request that was wrong", async () => {
    const host = createNodeHost({ ceiling: { fuel: 1_000_000, memoryBytes: 1 << 20, timeoutMs: 1_000 } });
    const open = await (await loadParrot(host)).open();
    expect((await failure(() => open.call("nothing"))).code).toBe("not-found");
    expect((await failure(() => open.call("echo", [] as never))).code).toBe("invalid-arguments");
    expect((await failure(() => open.callSync("echo", {}, { fuel: 1_000_001 }))).code).toBe("invalid-arguments");
    const aborted = AbortSignal.abort();
    expect((await failure(() => open.callSync("echo", {}, { signal: aborted }))).code).toBe("cancelled");
    expect(open.ended).toBeUndefined();
    expect(open.callSync("count").result).toBe(1);
  });

  it("runs calls one after the other, in the order in which they were made", async () => {
    const open = await (await loadParrot()).open();
    const outcomes = await Promise.all([1, 2, 3, 4].map(() => open.call("count")));
    expect(outcomes.map(({ result }) => result)).toEqual([1, 2, 3, 4]);
  });

  it("refuses a call from inside of a call, and goes on", async () => {
    let inner: unknown;
    const host = createNodeHost({
      log: () => {
        try {
          open.callSync("quiet");
        } catch (error) {
          inner = error;
        }
      },
    });
    const plugin = await host.load({
      path: "loud.rune",
      content: `/// Logs.\npub fn loud() { crucible::log::info("hello"); 1 }\n/// Does not.\npub fn quiet() { 2 }`,
    });
    const open = await plugin.open();
    expect(open.callSync("loud").result).toBe(1);
    expect((inner as PluginError).message).toContain("inside of a call");
    expect(open.callSync("quiet").result).toBe(2);
  });

  it("answers unavailable once it or its host was closed", async () => {
    const host = createNodeHost();
    const plugin = await loadParrot(host);
    const open = await plugin.open();
    open.close();
    open.close();
    expect((await failure(() => open.call("noop"))).message).toContain("was closed");
    const other = await plugin.open();
    host.close();
    expect((await failure(() => other.callSync("noop"))).code).toBe("unavailable");
    expect((await failure(() => plugin.open())).code).toBe("unavailable");
  });

  it("has a name of its own in every error, and so has the instance of a single call", async () => {
    const plugin = await loadParrot();
    const first = await plugin.open();
    const second = await plugin.open();
    expect([first.id, second.id]).toEqual(["parrot#1", "parrot#2"]);
    expect((await failure(() => second.call("trap"))).instance).toBe("parrot#2");
    expect((await failure(() => plugin.call("trap"))).instance).toBe("parrot#3");
  });

  it("refuses what is wrong with its options before it starts", async () => {
    const plugin = await loadParrot();
    for (const options of [{ fuel: 0 }, { seed: -1 }, { seed: 2n ** 64n }, { allow: ["network"] }])
      expect((await failure(() => plugin.open(options))).code).toBe("invalid-arguments");
    expect((await failure(() => plugin.open({ memoryBytes: 1 }))).code).toBe("memory-limit");
    expect((await failure(() => plugin.open({ signal: AbortSignal.abort() }))).code).toBe("cancelled");
  });
});

describe("an open instance in a worker", () => {
  const host = createNodeHost({ isolation: "worker", workers: 1 });
  afterAll(() => host.close());

  it("computes what it computes on the caller's thread: results, fuel, memory and seeds", async () => {
    const here = await (await loadParrot()).open({ seed: 7 });
    const there = await (await loadParrot(host)).open({ seed: 7 });
    for (const tool of ["count", "echo", "count", "noop"]) {
      const [one, two] = [await here.call(tool, { a: "ž" }), await there.call(tool, { a: "ž" })];
      const { wallMs: _, ...expected } = one;
      expect(two).toMatchObject(expected);
    }
    const [one, two] = [await failure(() => here.call("trap")), await failure(() => there.call("trap"))];
    expect([two.code, two.message, two.usage?.fuel]).toEqual([one.code, one.message, one.usage?.fuel]);
    expect(there.ended?.code).toBe("trap");
  });

  it("runs calls one after the other, in the order in which they were made", async () => {
    const open = await (await loadParrot(host)).open();
    const outcomes = await Promise.all([1, 2, 3, 4].map(() => open.call("count")));
    expect(outcomes.map(({ result }) => result)).toEqual([1, 2, 3, 4]);
  });

  it("is ended by the signal of a call that does not end, and by that of open", async () => {
    const plugin = await loadParrot(host);
    const call = new AbortController();
    const open = await plugin.open();
    expect((await open.call("count")).result).toBe(1);
    const spinning = failure(() => open.call("spin", {}, { signal: call.signal }));
    setImmediate(() => call.abort());
    expect((await spinning).code).toBe("cancelled");
    expect(open.ended?.code).toBe("cancelled");
    const life = new AbortController();
    const other = await plugin.open({ signal: life.signal });
    const lost = failure(() => other.call("spin"));
    setImmediate(() => life.abort());
    expect((await lost).code).toBe("cancelled");
  });

  it("has no callSync", async () => {
    const open = await (await loadParrot(host)).open();
    const error = await failure(() => open.callSync("noop"));
    expect(error.code).toBe("unavailable");
    expect((await open.call("noop")).result).toBe(null);
  });
});
