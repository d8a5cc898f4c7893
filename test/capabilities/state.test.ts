import { describe, expect, test } from "vitest";
import { PluginError } from "../../host/src/errors.ts";
import { frozenClock } from "../../host/src/powers/memory/clock.ts";
import { memoryKiln } from "../../host/src/powers/memory/kiln.ts";
import { memoryState } from "../../host/src/powers/memory/state.ts";
import { ALL, bench, NOTES, ok, refusal } from "./bench.ts";

describe("state", () => {
  test("keeps values with the call, in the scopes that are granted", () => {
    const state = memoryState();
    const { call, capabilities } = bench(ALL, { powers: { state } });
    expect(call("state", "get", "plugin", "k")).toEqual(ok(undefined));
    expect(call("state", "set", "plugin", "k", `{"n": 1}`, undefined)).toEqual(ok(undefined));
    expect(call("state", "get", "plugin", "k")).toEqual(ok(`{"n": 1}`));
    expect(call("state", "get", "kiln", "k")).toEqual(ok(undefined));
    expect(state.get({ scope: "plugin", plugin: "dice" }, "k", 0)).toBeUndefined();
    capabilities.commit();
    expect(state.get({ scope: "plugin", plugin: "dice" }, "k", 0)?.value).toBe(`{"n": 1}`);
  });

  test("a scope that is not granted is denied", () => {
    const { call } = bench({ state: { scopes: ["plugin"], quotaBytes: 100 } });
    expect(call("state", "set", "plugin", "k", "1", undefined).tag).toBe("ok");
    for (const scope of ["kiln", "global"]) {
      expect(refusal(call("state", "get", scope, "k"))).toEqual([
        "denied",
        `state of scope ${scope} needs the grant state for it; the plugin's manifest must ask for it (capabilities: state: { scope: [${scope}] })`,
      ]);
      expect(refusal(call("state", "keys", scope, ""))[0]).toBe("denied");
      expect(refusal(call("state", "delete", scope, "k"))[0]).toBe("denied");
    }
  });

  test("malformed keys, values and times are invalid-arguments", () => {
    const { call } = bench(ALL);
    for (const [key, value, time] of [
      ["", "1", undefined],
      ["x".repeat(513), "1", undefined],
      ["é".repeat(257), "1", undefined],
      ["a\0b", "1", undefined],
      ["k", "{", undefined],
      ["k", "9007199254740993", undefined],
      ["k", "1", 0n],
      ["k", "1", 2n ** 64n - 1n],
    ] as const) {
      expect(refusal(call("state", "set", "plugin", key, value, time))[0], JSON.stringify(key)).toBe(
        "invalid-arguments",
      );
    }
    expect(refusal(call("state", "get", "plugin", ""))[0]).toBe("invalid-arguments");
    expect(call("state", "keys", "plugin", "").tag).toBe("ok");
  });

  test("names of JavaScript's own properties are keys like others", () => {
    const { call } = bench(ALL);
    for (const key of ["__proto__", "constructor", "toString"]) {
      expect(call("state", "get", "plugin", key)).toEqual(ok(undefined));
      call("state", "set", "plugin", key, "1", undefined);
      expect(call("state", "get", "plugin", key)).toEqual(ok("1"));
    }
  });

  test("deleting tells whether the key was set, also within the call", () => {
    const { call } = bench(ALL);
    expect(call("state", "delete", "plugin", "k")).toEqual(ok(false));
    call("state", "set", "plugin", "k", "1", undefined);
    expect(call("state", "delete", "plugin", "k")).toEqual(ok(true));
    expect(call("state", "get", "plugin", "k")).toEqual(ok(undefined));
    expect(call("state", "delete", "plugin", "k")).toEqual(ok(false));
  });

  test("lists committed and staged keys together", () => {
    const { call, capabilities } = bench(ALL);
    for (const key of ["b", "a", "gone"]) call("state", "set", "plugin", key, "1", undefined);
    capabilities.commit();
    capabilities.beginCall({ seed: 1n });
    call("state", "delete", "plugin", "gone");
    call("state", "set", "plugin", "c", "1", undefined);
    const cursor = (call("state", "keys", "plugin", "") as { val: object }).val;
    expect(call("state", "[method]key-cursor.next", cursor, 2)).toEqual(ok(["a", "b"]));
    expect(call("state", "[method]key-cursor.next", cursor, 2)).toEqual(ok(["c"]));
    expect(call("state", "[method]key-cursor.next", cursor, 2)).toEqual(ok([]));
  });

  test("the quota counts staged and committed values, and freeing makes room", () => {
    const { call, capabilities } = bench({ state: { scopes: ["plugin", "kiln"], quotaBytes: 10 } });
    expect(call("state", "set", "plugin", "k", "12345678", undefined).tag).toBe("ok");
    expect(refusal(call("state", "set", "plugin", "l", "1", undefined))[1]).toContain("the quota is 10");
    expect(refusal(call("state", "set", "plugin", "k", "1234567890", undefined))[0]).toBe("transfer-limit");
    expect(call("state", "set", "kiln", "k", "12345678", undefined).tag).toBe("ok");
    capabilities.commit();
    capabilities.beginCall({ seed: 1n });
    expect(refusal(call("state", "set", "plugin", "l", "1", undefined))[0]).toBe("transfer-limit");
    call("state", "delete", "plugin", "k");
    expect(call("state", "set", "plugin", "l", "12345678", undefined).tag).toBe("ok");
  });

  test("a value expires by the clock, which stands still during a call", () => {
    let now = 1_000;
    const clock = { ...frozenClock(0), nowMs: () => now };
    const { call, capabilities } = bench(ALL, { powers: { clock } });
    call("state", "set", "plugin", "k", "1", 500n);
    now = 5_000;
    expect(call("state", "get", "plugin", "k")).toEqual(ok("1"));
    now = 1_000;
    capabilities.commit();
    now = 1_499;
    capabilities.beginCall({ seed: 1n });
    expect(call("state", "get", "plugin", "k")).toEqual(ok("1"));
    capabilities.commit();
    now = 1_500;
    capabilities.beginCall({ seed: 1n });
    expect(call("state", "get", "plugin", "k")).toEqual(ok(undefined));
  });

  test("two calls that count up the same value: the second conflicts and changes neither state nor notes", () => {
    const state = memoryState();
    const kiln = memoryKiln(NOTES);
    const one = bench(ALL, { powers: { state, kiln } });
    const two = bench(ALL, { powers: { state, kiln } });
    for (const { call } of [one, two]) {
      call("state", "get", "kiln", "n");
      call("state", "set", "kiln", "n", "1", undefined);
    }
    two.call("kiln", "write-note", "campaigns/a.md", "two");
    one.capabilities.commit();
    expect(() => two.capabilities.commit()).toThrow(/state key "n" has changed/);
    two.capabilities.rollback();
    expect(kiln.notes().get("campaigns/a.md")).toBe("# A");
  });

  test("state is not kept where the notes of the call conflict", () => {
    const state = memoryState();
    const kiln = memoryKiln(NOTES);
    const one = bench(ALL, { powers: { state, kiln } });
    const two = bench(ALL, { powers: { state, kiln } });
    for (const { call } of [one, two]) call("kiln", "write-note", "campaigns/a.md", "x");
    two.call("state", "set", "plugin", "k", "1", undefined);
    one.capabilities.commit();
    expect(() => two.capabilities.commit()).toThrow(PluginError);
    expect(state.keys({ scope: "plugin", plugin: "dice" }, "", 0)).toEqual([]);
  });
});
