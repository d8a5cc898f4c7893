import { describe, expect, test } from "vitest";
import { PluginError } from "../../host/src/errors.ts";
import type { LogEntry } from "../../host/src/powers/types.ts";
import { witImports } from "../../host/src/wit.ts";
import { ALL, type Answer, bench, ok, refusal } from "./bench.ts";

describe("the table of interfaces", () => {
  test("offers every interface and function of the WIT, and nothing else", () => {
    const { capabilities } = bench({});
    expect([...capabilities.imports.keys()].sort()).toEqual([...witImports().keys()].sort());
    for (const [name, type] of witImports()) {
      expect([...(capabilities.imports.get(name)?.functions.keys() ?? [])].sort(), name).toEqual(
        [...type.functions.keys()].sort(),
      );
    }
  });

  test("without a grant everything but log and random is denied, and nothing is read or written", () => {
    const touched: string[] = [];
    const trap = (name: string) =>
      new Proxy({}, { get: (_, property) => () => touched.push(`${name}.${String(property)}`) }) as never;
    const { capabilities } = bench({}, { powers: { kiln: trap("kiln"), state: trap("state") } });
    const args: Record<string, unknown[]> = {
      "read-note": ["a.md"],
      "stat-note": ["a.md"],
      "note-exists": ["a.md"],
      "write-note": ["a.md", ""],
    };
    for (const [name, { functions }] of capabilities.imports) {
      if (/\/(log|random)@/.test(name)) continue;
      for (const [key, run] of functions) {
        if (key.startsWith("[method]") && /\/(kiln|state|plugins)@/.test(name)) continue;
        const text = args[key] ?? ["a.md", "text"];
        const input = name.includes("/state@") ? ["plugin", "key", "1", undefined] : text;
        const answer = run(...(input as never[])) as Answer;
        expect(answer.tag, `${name} ${key}`).toBe("err");
        const error = answer.val as { tag?: string; code?: string };
        expect(error.tag ?? error.code, `${name} ${key}`).toBe("denied");
      }
    }
    capabilities.commit();
    expect(touched).toEqual([]);
  });

  test("what is granted but not built answers unavailable, in the shape of its interface", () => {
    const { call } = bench({ search: {}, plugins: {}, network: { hosts: ["x.org"], methods: ["GET"] } });
    expect(refusal(call("search", "query", "x", {}))).toEqual([
      "unavailable",
      "this version of the host does not offer search yet",
    ]);
    expect(call("plugins", "list-plugins").val).toEqual({
      code: "unavailable",
      message: "there are no other plugins here",
      position: undefined,
      stack: [],
    });
    expect(refusal(call("graph", "backlinks", "a.md"))[1]).toContain(
      "the plugin's manifest must ask for it (capabilities: graph)",
    );
    expect(refusal(bench({}).call("network", "fetch", {}))[1]).toContain("--allow network=HOST");
  });

  test("while a plugin is compiled or loaded everything but log is unavailable, even with every grant", () => {
    const entries: LogEntry[] = [];
    const { call, capabilities } = bench(ALL, { begin: false, powers: { log: (entry) => entries.push(entry) } });
    for (const [name, key, ...args] of [
      ["kiln", "read-note", "campaigns/a.md"],
      ["state", "get", "plugin", "k"],
      ["random", "next-u64"],
      ["clock", "now-ms"],
      ["search", "query", "x", {}],
    ] as const) {
      expect(refusal(call(name, key, ...args))[0]).toBe("unavailable");
    }
    call("log", "write", "info", "loading");
    expect(entries).toEqual([{ level: "info", message: "loading", plugin: "dice" }]);
    capabilities.beginCall({ seed: 1n });
    expect(call("kiln", "read-note", "campaigns/a.md")).toEqual(ok("# A"));
    capabilities.commit();
    expect(refusal(call("kiln", "read-note", "campaigns/a.md"))[0]).toBe("unavailable");
  });

  test("a plugin without a kiln or state power is told that there is none", () => {
    const { call } = bench(ALL, { powers: { kiln: undefined as never, state: undefined as never } });
    expect(refusal(call("kiln", "read-note", "a.md"))).toEqual(["unavailable", "there is no kiln here"]);
    expect(refusal(call("state", "get", "plugin", "k"))[0]).toBe("unavailable");
  });

  test("a malformed glob in a grant is refused before anything runs", () => {
    expect(() => bench({ "kiln.read": { folders: ["../**"] } })).toThrow(PluginError);
  });
});

describe("the count of calls", () => {
  test("answers rate-limited above the limit, in every interface, until the next call of the plugin", () => {
    const { call, capabilities } = bench(ALL, { limits: { calls: 3 } });
    call("kiln", "note-exists", "campaigns/a.md");
    call("kiln", "read-note", "campaigns/a.md");
    expect(call("clock", "now-ms").tag).toBe("ok");
    expect(refusal(call("clock", "now-ms"))).toEqual(["rate-limited", "a call can use capabilities 3 times at most"]);
    expect(refusal(call("kiln", "write-note", "campaigns/a.md", "x"))[0]).toBe("rate-limited");
    expect(refusal(call("search", "query", "x", {}))[0]).toBe("rate-limited");
    capabilities.commit();
    expect(Object.fromEntries(capabilities.report.calls)).toEqual({
      "kiln.note-exists": 1,
      "kiln.read-note": 1,
      "clock.now-ms": 1,
    });
    capabilities.beginCall({ seed: 1n });
    expect(call("clock", "now-ms").tag).toBe("ok");
  });

  test("leaves out random numbers, which only fuel limits, but for the report", () => {
    const { call, capabilities } = bench(ALL, { limits: { calls: 1 } });
    for (let i = 0; i < 10; i++) expect(call("random", "next-u64").tag).toBe("ok");
    expect(call("clock", "now-ms").tag).toBe("ok");
    expect(capabilities.report.calls.get("random.next-u64")).toBe(10);
  });

  test("refused calls count too", () => {
    const { call } = bench({}, { limits: { calls: 2 } });
    call("kiln", "read-note", "x");
    call("kiln", "read-note", "x");
    expect(refusal(call("kiln", "read-note", "x"))[0]).toBe("rate-limited");
  });
});
