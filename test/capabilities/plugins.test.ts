/** Real Rune plugins that call each other, on one thread and in a pool. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createNodeHost,
  frozenClock,
  type LogEntry,
  memoryKiln,
  memoryState,
  type NodeHost,
  type Plugin,
  parseRecording,
  printRecording,
} from "crucible-plugin-host";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { NESTED_STACK_BYTES, STACK_BYTES } from "../../host/src/limits.ts";
import { failure } from "../failure.ts";

const CALLER = (capabilities: string, more = "") => `//---
// name: caller
// capabilities: ${capabilities}
${more}//---
use crucible::{plugins, kiln, state};

/// Calls.
/// @param plugin {string} which
/// @param tool {string} what
/// @param with {object} arguments
pub fn pass(args) { plugins::call(args.plugin, args.tool, args.with) }
/// Says how it failed.
/// @param plugin {string} which
/// @param tool {string} what
/// @param with {object} arguments
pub fn tried(args) {
    match plugins::call(args.plugin, args.tool, args.with) {
        Ok(value) => value,
        Err(error) => [error.code, error.message],
    }
}
/// Writes, calls, and writes again whatever came of it.
/// @param tool {string} what
pub fn around(args) {
    kiln::write_note("log/own.md", "before")?;
    state::set_in("kiln", "n", 1)?;
    let failed = plugins::call("callee", args.tool, #{ path: "log/theirs.md" }).is_err();
    let own = kiln::read_note("log/own.md")?;
    Ok([failed, own, kiln::note_exists("log/theirs.md")?, state::get_in("kiln", "n")?])
}
/// Lists.
pub fn list(args) { plugins::list_plugins() }
/// Calls twice.
pub fn twice(args) {
    Ok([plugins::call("callee", "dice", #{})?, plugins::call("callee", "dice", #{})?])
}
/// Spreads.
/// @param tool {string} what
/// @param inputs {array} for each
pub fn spread(args) {
    let answers = [];
    for answer in plugins::map("callee", args.tool, args.inputs)? {
        match answer {
            Ok(value) => answers.push(value),
            Err(error) => answers.push(error.code),
        }
    }
    Ok(answers)
}
`;

const CALLEE = `//---
// name: callee
// version: 2.1.0
// description: Is called
// capabilities: [kiln.read, kiln.write, { state: { scope: [plugin, kiln] } }, plugins, ui]
// exports: [echo, dice, write, write_and_fail, boom, spin, grow, count, back, deep, read, say, square]
//---
use crucible::{plugins, kiln, state, random, ui};

/// Gives back what it got.
/// @param [value] {any} anything
pub fn echo(args) { args }
/// Rolls.
pub fn dice(args) { random::range(1, 1000000) }
/// Squares, with dice.
/// @param n {integer} a number
pub fn square(args) { [args.n * args.n, random::range(1, 1000)] }
/// Writes.
/// @param path {string} where
pub fn write(args) { kiln::write_note(args.path, "theirs")?; state::set_in("kiln", "n", 2)?; "written" }
/// Writes and fails.
/// @param path {string} where
pub fn write_and_fail(args) {
    kiln::write_note("log/own.md", "spoiled")?;
    kiln::write_note(args.path, "theirs")?;
    state::set_in("kiln", "n", 3)?;
    let list = [];
    list[1]
}
/// Reads.
/// @param path {string} what
pub fn read(args) { kiln::read_note(args.path) }
/// Fails.
pub fn boom(args) { Err("boom") }
/// Never ends.
pub fn spin(args) { loop { } }
/// Grows without end.
pub fn grow(args) { let all = []; loop { all.push("0123456789012345678901234567890123456789"); } }
/// Counts in its own state.
pub fn count(args) { let n = state::get("n")?.unwrap_or(0) + 1; state::set("n", n)?; n }
/// Calls back.
pub fn back(args) { plugins::call("caller", "list", #{}) }
/// Calls another.
pub fn deep(args) { plugins::call("third", "call_caller", #{}) }
/// Logs.
pub fn say(args) { println!("from the callee"); ui::progress(0.5, "half")?; 1 }
/// Is no export.
pub fn hidden(args) { 1 }
`;

const THIRD = `//---
// name: third
// capabilities: [plugins]
// exports: [call_caller, work]
//---
/// Calls.
pub fn call_caller(args) { crucible::plugins::call("caller", "list", #{}) }
/// Works.
/// @param n {integer} how long
pub fn work(args) { let sum = 0; for i in 0..args.n { sum += i; } sum }
`;

const WIDE = "[kiln.read, kiln.write, { state: { scope: [plugin, kiln] } }, plugins, ui]";
const NOTES = { "log/a.md": "# A", "secret/s.md": "hidden" };

/** What is compiled in one test need not be compiled in the next. */
const cacheFolder = mkdtempSync(join(tmpdir(), "crucible-"));
afterAll(() => rmSync(cacheFolder, { recursive: true, force: true }));

/** What the same calls took on one thread. */
const before = new Map<string, unknown>();
const known = (what: string, value: unknown): unknown => {
  if (!before.has(what)) before.set(what, value);
  return before.get(what);
};

describe.each(["inline", "worker"] as const)("with isolation %s,", (isolation) => {
  let host: NodeHost;
  let kiln: ReturnType<typeof memoryKiln>;
  let log: LogEntry[];
  let caller: Plugin;

  const loadCaller = (capabilities = WIDE, allow = ["plugins", "kiln.write"], more = "") =>
    host.load({ path: "caller.rune", content: CALLER(capabilities, more) }, { allow });
  const loadCallee = (allow: readonly string[] = ["kiln.write", "plugins"], content = CALLEE) =>
    host.load({ path: "callee.rune", content }, { allow });

  afterEach(() => host.close());
  beforeEach(async () => {
    log = [];
    kiln = memoryKiln(NOTES);
    host = createNodeHost({
      kiln,
      state: memoryState(),
      clock: frozenClock(5),
      log: (entry) => log.push(entry),
      cacheFolder,
      isolation,
      workers: 2,
    });
    await loadCallee();
    caller = await loadCaller();
  });

  const pass = (tool: string, args: object = {}, options = {}) =>
    caller.call("pass", { plugin: "callee", tool, with: args }, options);
  const tried = async (tool: string, args: object = {}, plugin = "callee") =>
    (await caller.call("tried", { plugin, tool, with: args })).result;
  const content = (path: string) => {
    const note = kiln.read(path as never);
    return note && new TextDecoder().decode(note.bytes);
  };

  describe("a plugin that calls another", () => {
    test("gets its answer, on fuel of its own that is always the same", async () => {
      const [one, again] = [
        await pass("echo", { value: [1, { a: "né😀" }] }),
        await pass("echo", { value: [1, { a: "né😀" }] }),
      ];
      expect(one.result).toEqual({ value: [1, { a: "né😀" }] });
      expect(again.fuel).toBe(one.fuel);
      expect(one.fuel).toBeGreaterThan(2_000_000);
      expect(one.fuel).toBe(known("echo", one.fuel));
    });

    test("sees which plugins it may call", async () => {
      await host.load({ path: "third.rune", content: THIRD });
      const { result } = await caller.call("list");
      expect(result).toMatchObject([
        { name: "callee", version: "2.1.0", description: "Is called" },
        { name: "third", exports: ["call_caller", "work"] },
      ]);
    });

    test("may call what is exported, with arguments that fit, where the plugin is there", async () => {
      expect(await tried("hidden")).toMatchObject(["denied", expect.stringContaining('and not "hidden"')]);
      expect(await tried("none")).toMatchObject(["denied", expect.any(String)]);
      expect(await tried("read", { path: 5 })).toMatchObject(["invalid-arguments", expect.stringContaining("path")]);
      expect(await tried("echo", {}, "none")).toMatchObject(["not-found", 'there is no plugin "none" here']);
      expect(await tried("echo", {}, "constructor")).toMatchObject(["not-found", expect.any(String)]);
      expect(host.unload("callee")).toBe(true);
      expect(await tried("echo")).toMatchObject(["not-found", expect.any(String)]);
    });

    test("needs the grant, and an approval", async () => {
      caller = await loadCaller("[kiln.read]", []);
      expect(await tried("echo")).toMatchObject(["denied", expect.stringContaining("--allow plugins")]);
      caller = await loadCaller("[plugins]", []);
      expect(await tried("echo")).toMatchObject(["denied", expect.any(String)]);
    });

    test("gets the version that its manifest asks for, or an error", async () => {
      caller = await loadCaller(WIDE, ["plugins"], "// dependencies: { callee: ^2.0 }\n");
      expect(await tried("echo", { value: 1 })).toEqual({ value: 1 });
      caller = await loadCaller(WIDE, ["plugins"], "// dependencies: { callee: ^3.0 }\n");
      expect(await tried("echo")).toMatchObject(["conflict", expect.stringContaining("in version 2.1.0, and ^3.0")]);
    });

    test("is told how the callee failed, by code and message", async () => {
      expect(await tried("boom")).toMatchObject([
        "guest-error",
        expect.stringContaining('the plugin "callee" failed: '),
      ]);
      expect(await tried("read", { path: "log/none.md" })).toMatchObject(["not-found", expect.any(String)]);
      expect((await failure(pass("boom"))).plugin).toBe("caller");
    });

    test("is not told what failed in the host", async () => {
      const broken = {
        ...kiln,
        read: () => {
          throw new Error("EIO: /home/secret/disk");
        },
      };
      host.close();
      host = createNodeHost({ kiln: broken, clock: frozenClock(5), cacheFolder, isolation });
      await loadCallee();
      caller = await loadCaller();
      const told = await tried("read", { path: "log/a.md" });
      expect(told).toEqual(["unavailable", 'the plugin "callee" failed: A capability of the host failed']);
    });

    test("gets lines of the callee's log under the callee's name, and its progress", async () => {
      const progress: unknown[] = [];
      await pass("say", {}, { onProgress: (each: unknown) => progress.push(each) });
      expect(log).toEqual([{ level: "info", message: "from the callee", plugin: "callee" }]);
      expect(progress).toEqual([{ plugin: "callee", fraction: 0.5, message: "half" }]);
    });

    test("is replayed from its recording alone, without the other plugin", async () => {
      const { recording, result, fuel } = await pass("echo", { value: 7 }, { record: true });
      const alone = createNodeHost({ clock: frozenClock(0) });
      const plugin = await alone.load({ path: "caller.rune", content: CALLER(WIDE) });
      const replayed = await plugin.replay(parseRecording(printRecording(recording as never)));
      expect(replayed.result).toEqual(result);
      expect(replayed.fuel).toBe(fuel);
    });
  });

  describe("a callee", () => {
    test("never reaches more than its caller: a caller that cannot write does not write through a writer", async () => {
      caller = await loadCaller("[kiln.read, plugins]", ["plugins"]);
      expect(await tried("write", { path: "log/x.md" })).toMatchObject(["denied", expect.any(String)]);
      expect(content("log/x.md")).toBe(undefined);
      caller = await loadCaller("[{ kiln.read: { folders: ['log/**'] } }, plugins]", ["plugins"]);
      expect(await tried("read", { path: "secret/s.md" })).toMatchObject(["denied", expect.any(String)]);
      expect(await tried("read", { path: "log/a.md" })).toBe("# A");
      expect(await tried("count")).toMatchObject(["denied", expect.stringContaining("state")]);
    });

    test("never reaches more than its own grant: what its caller may do is not its", async () => {
      await loadCallee(["kiln.write=other/**", "plugins"]);
      expect(await tried("write", { path: "log/x.md" })).toMatchObject(["denied", expect.any(String)]);
      await loadCallee([]);
      expect(await tried("write", { path: "log/x.md" })).toMatchObject(["denied", expect.any(String)]);
    });

    test("keeps state under its own name", async () => {
      expect(await tried("count")).toBe(1);
      expect(await tried("count")).toBe(2);
      expect((await (await loadCallee()).call("count")).result).toBe(3);
    });

    test("joins the transaction: what it writes is committed with its caller", async () => {
      expect((await caller.call("around", { tool: "write" })).result).toEqual([false, "before", true, 2]);
      expect(content("log/own.md")).toBe("before");
      expect(content("log/theirs.md")).toBe("theirs");
    });

    test("that fails leaves no change, and its caller goes on with its own", async () => {
      expect((await caller.call("around", { tool: "write_and_fail" })).result).toEqual([true, "before", false, 1]);
      expect(content("log/own.md")).toBe("before");
      expect(content("log/theirs.md")).toBe(undefined);
    });

    test("loses its changes when its caller fails", async () => {
      const failing = CALLER(WIDE).replace("Ok([failed, own", "let list = []; list[3]; Ok([failed, own");
      const plugin = await host.load({ path: "caller.rune", content: failing }, { allow: ["plugins", "kiln.write"] });
      await failure(plugin.call("around", { tool: "write" }));
      expect(content("log/theirs.md")).toBe(undefined);
    });

    test("runs on the fuel that its caller has left, and its caller pays for all of it", async () => {
      const error = await failure(pass("spin", {}, { fuel: 20_000_000 }));
      expect(error).toMatchObject({ code: "fuel-exhausted", plugin: "caller" });
      expect(error.usage?.fuel).toBe(20_000_000);
      const least = (await pass("echo", {})).fuel;
      expect((await pass("echo", {}, { fuel: least })).fuel).toBe(least);
      expect((await failure(pass("echo", {}, { fuel: least - 1 }))).code).toBe("fuel-exhausted");
    });

    test("has a fuel limit of its own, after which its caller goes on", async () => {
      const limited = CALLEE.replace("// exports", "// limits: { fuel: 5_000_000 }\n// exports");
      await loadCallee([], limited);
      expect(await tried("spin")).toMatchObject(["fuel-exhausted", expect.any(String)]);
      const { fuel } = await caller.call("tried", { plugin: "callee", tool: "spin", with: {} });
      expect(fuel).toBeGreaterThan(7_000_000);
      expect(fuel).toBeLessThan(8_000_000);
    });

    test("has memory of its own, and time of its caller", async () => {
      const limited = CALLEE.replace("// exports", "// limits: { memory: 8MiB }\n// exports");
      await loadCallee([], limited);
      expect(await tried("grow")).toMatchObject(["memory-limit", expect.any(String)]);
      expect((await failure(pass("spin", {}, { timeoutMs: 50 }))).code).toBe("deadline");
    });

    test("draws other random numbers each time, the same for the same seed", async () => {
      const [one, again, other] = [
        await caller.call("twice", {}, { seed: 1 }),
        await caller.call("twice", {}, { seed: 1 }),
        await caller.call("twice", {}, { seed: 2 }),
      ];
      const [first, second] = one.result as number[];
      expect(first).not.toBe(second);
      expect(again.result).toEqual(one.result);
      expect(other.result).not.toEqual(one.result);
    });

    test("cannot call its callers: the chain is told", async () => {
      await host.load(
        { path: "caller.rune", content: CALLER(WIDE, "// exports: [list, pass, tried]\n") },
        { allow: ["plugins"] },
      );
      await host.load({ path: "third.rune", content: THIRD }, { allow: ["plugins"] });
      expect(await tried("back")).toMatchObject([
        "denied",
        expect.stringContaining("plugins must not call each other in a circle: caller → callee → caller"),
      ]);
      expect(await tried("deep")).toMatchObject([
        "denied",
        expect.stringContaining("caller → callee → third → caller"),
      ]);
    });

    test("has of the stack what its caller has left, less what the host takes between them", async () => {
      const third = await host.load({ path: "third.rune", content: THIRD }, { allow: ["plugins"] });
      const { launcher } = third.callee();
      const rooms: (number | undefined)[] = [];
      const [start, startSync] = [launcher.startPlugin.bind(launcher), launcher.startPluginSync];
      Object.defineProperty(launcher, "startPlugin", {
        value: (...args: Parameters<typeof start>) => {
          rooms.push(args[1].stackBytes);
          return start(...args);
        },
      });
      Object.defineProperty(launcher, "startPluginSync", {
        value:
          startSync &&
          ((...args: Parameters<typeof startSync>) => {
            rooms.push(args[1].stackBytes);
            return startSync(...args);
          }),
      });
      await tried("deep");
      const [outermost, callee = 0, innermost = 0] = rooms;
      expect(outermost).toBe(undefined);
      expect(callee).toBeLessThanOrEqual(STACK_BYTES - NESTED_STACK_BYTES);
      expect(innermost).toBeLessThanOrEqual(callee - NESTED_STACK_BYTES);
      expect(innermost).toBeGreaterThan(0);
      expect(rooms.slice(1)).toEqual(known("rooms", rooms.slice(1)));
    });

    test("can call others, eight deep at most", async () => {
      const link = (n: number) => `//---
// name: link-${n}
// capabilities: [plugins]
// exports: [down]
//---
/// Calls the next.
pub fn down(args) { match crucible::plugins::call("link-${n + 1}", "down", #{}) { Ok(n) => n, Err(error) => error.message } }
`;
      const links = [];
      for (let n = 1; n <= 10; n++)
        links.push(await host.load({ path: `link-${n}.rune`, content: link(n) }, { allow: ["plugins"] }));
      const { result } = await (links[0] as Plugin).call("down");
      expect(result).toContain("at most 8 deep: link-1 → link-2 → link-3");
    });
  });

  describe("plugins.map", () => {
    const spread = (tool: string, inputs: readonly unknown[], options = {}) =>
      caller.call("spread", { tool, inputs }, options);

    test("answers in order, with failures in their places, the same for the same seed", async () => {
      const inputs = [{ n: 1 }, { n: 2 }, { n: "x" }, { n: 4 }];
      const one = await spread("square", inputs, { seed: 3 });
      const [a, b, c, d] = one.result as [number[], number[], string, number[]];
      expect([a[0], b[0], c, d[0]]).toEqual([1, 4, "invalid-arguments", 16]);
      expect(a[1]).not.toBe(b[1]);
      const again = await spread("square", inputs, { seed: 3 });
      expect(again.result).toEqual(one.result);
      expect(again.fuel).toBe(one.fuel);
      expect(one.fuel).toBe(known("square", one.fuel));
      expect(one.result).toEqual(known("squares", one.result));
      // The seed of each comes from its index alone.
      expect(((await spread("square", [{ n: 1 }, { n: 9 }], { seed: 3 })).result as number[][])[1]?.[1]).toBe(b[1]);
    });

    test("reads notes and state and changes neither", async () => {
      expect((await spread("write", [{ path: "log/x.md" }])).result).toEqual(["denied"]);
      expect((await spread("count", [{}])).result).toEqual(["denied"]);
      expect((await spread("read", [{ path: "log/a.md" }])).result).toEqual(["# A"]);
      expect(content("log/x.md")).toBe(undefined);
    });

    test("charges its caller for all of them, and ends when they take more than it has", async () => {
      const inputs = [{}, {}, {}];
      const error = await failure(spread("spin", inputs, { fuel: 30_000_000 }));
      expect(error.code).toBe("fuel-exhausted");
      expect(error.usage?.fuel).toBe(30_000_000);
      const { fuel } = await spread("echo", inputs);
      expect(fuel).toBeGreaterThan(6_000_000);
      expect((await failure(spread("echo", inputs, { fuel: fuel - 1 }))).code).toBe("fuel-exhausted");
      expect((await spread("echo", inputs, { fuel })).fuel).toBe(fuel);
    });

    test("spreads a plugin's own tool, exported or not, once", async () => {
      const own = `//---
// name: own
// capabilities: [plugins]
//---
/// One.
/// @param n {integer} number
pub fn one(args) { args.n * 10 }
/// All.
pub fn all(args) { let r = []; for a in crucible::plugins::map("", "one", [#{ n: 1 }, #{ n: 2 }])? { r.push(a?); } Ok(r) }
/// Again.
pub fn again(args) { let r = []; for a in crucible::plugins::map("", "all", [#{}])? { match a { Ok(v) => r.push(v), Err(e) => r.push(e.message) } } Ok(r) }
`;
      const plugin = await host.load({ path: "own.rune", content: own }, { allow: ["plugins"] });
      expect((await plugin.call("all")).result).toEqual([10, 20]);
      expect(JSON.stringify((await plugin.call("again")).result)).toContain("in a circle: own → own → own");
    });

    test("of more inputs than could ever be paid for runs none of them", async () => {
      const inputs = Array.from({ length: 1000 }, () => ({}));
      expect((await failure(spread("spin", inputs, { fuel: 100_000_000 }))).code).toBe("fuel-exhausted");
    });
  });
});
